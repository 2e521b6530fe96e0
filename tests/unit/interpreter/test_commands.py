"""Commands: how they are numbered, what they tell, and when they are taken back."""

import pytest

from asl.signals import (
    EXECUTION,
    Cancel,
    Elapsed,
    RunTask,
    StartTimer,
    Stopped,
    TaskFailed,
    TaskSubmitted,
    TaskSucceeded,
)
from asl.spec import quotas
from tests.unit.interpreter.driving import (
    ANYTHING,
    START,
    Run,
    activity,
    blocks,
    cancelled,
    lambda_task,
    machine,
    map_of,
    parallel,
    sync_task,
    token_task,
    wait,
    within,
)

RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "MaxAttempts": 5}]

# ------------------------------------------------------------------ numbers


def test_a_command_is_numbered_by_its_place():
    inner = parallel(machine(X=lambda_task()), machine(Y=wait(1)), Next="B")
    run = Run(machine(A=wait(1, Next="M"), M=map_of(machine(P=inner, B=lambda_task()))), [1, 2])
    assert [each.id for each in run.commands] == ["1.0"]
    run.tell(Elapsed((("1.0", "timer"),)))
    assert [each.id for each in run.commands[1:]] == [
        "2.0[0]/1.0[1]/1.0",
        "2.0[1]/1.0[1]/1.0",
        "2.0[0]/1.0[0]/1.0",
        "2.0[1]/1.0[0]/1.0",
    ]
    run.tell(Elapsed((("2.0[1]/1.0[1]/1.0", "timer"),)), TaskSucceeded("2.0[1]/1.0[0]/1.0", 0))
    assert run.commands[-1].id == "2.0[1]/2.0"


def test_attempts_and_back_offs_have_numbers_of_their_own():
    run = Run(machine(A=lambda_task(Retry=RETRY)))
    for _ in range(3):
        run.tell(TaskFailed(run.task.id, "E"))
        run.tell(Elapsed(((run.timer.id, "timer"),)))
    assert [each.id for each in run.commands] == ["1.0", "1.1~", "1.1", "1.2~", "1.2", "1.3~", "1.3"]
    assert [each.attempt for each in run.tasks] == [0, 1, 2, 3]


def test_the_attempt_of_a_fork_is_part_of_its_threads_numbers():
    run = Run(machine(A=parallel(machine(X=lambda_task(Retry=RETRY)), Retry=RETRY)))
    first = run.task.id
    for _ in range(5):
        run.tell(TaskFailed(run.task.id, "E"))
        run.tell(Elapsed(((run.timer.id, "timer"),)))
    run.tell(TaskFailed(run.task.id, "E"))
    assert run.timer.id == "1.1~"
    run.tell(Elapsed((("1.1~", "timer"),)))
    assert (first, run.task.id) == ("1.0[0]/1.0", "1.1[0]/1.0")
    assert run.task.attempt == 0


def test_no_number_is_used_twice():
    visits = {"Choices": [{"Variable": "$.n", "NumericEquals": 3, "Next": "Z"}], "Default": "A"}
    run = Run(
        machine(
            A=lambda_task(Retry=RETRY, Next="P"),
            P=parallel(machine(X=lambda_task(ResultPath=None)), Retry=RETRY, OutputPath="$[0]", Next="C"),
            C={"Type": "Choice", **visits},
            Z={"Type": "Succeed"},
        ),
        {"n": 0},
    )
    visit = 0
    while run.execution.status == "RUNNING":
        task = run.task
        if task.attempt < 2 and "[" not in task.id:
            run.tell(TaskFailed(task.id, "E"))
            run.tell(Elapsed(((run.timer.id, "timer"),)))
            continue
        visit += "[" not in task.id
        run.tell(TaskSucceeded(task.id, {"n": visit}))
    given = [each.id for each in run.commands if not isinstance(each, Cancel)]
    assert len(given) == 3 * (2 + 3 + 1)
    assert len(set(given)) == len(given)


# ------------------------------------------------------------------ what they tell


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (
            lambda_task(Parameters={"x": 1}, TimeoutSeconds=9, HeartbeatSeconds=4),
            {"service": "lambda", "action": "f", "pattern": "request", "input": {"x": 1},
             "deadline": START + 9_000, "heartbeat": 4_000, "token": None, "role_arn": None},
        ),
        (
            lambda_task(InputPath="$.a", Credentials={"RoleArn": "arn:aws:iam::1:role/other"}),
            {"input": "in", "deadline": None, "heartbeat": None, "role_arn": "arn:aws:iam::1:role/other"},
        ),
        (
            token_task(HeartbeatSecondsPath="$.beat"),
            {"service": "sqs", "action": "sendMessage.waitForTaskToken", "pattern": "token",
             "deadline": START + 99_999_999_000, "heartbeat": 2_000},
        ),
        (
            sync_task(TimeoutSeconds=5),
            {"service": "states", "action": "startExecution.sync", "pattern": "sync",
             "deadline": START + 5_000},
        ),
        (
            activity(TimeoutSeconds=5),
            {"service": "activity", "action": "review", "pattern": "request", "deadline": None},
        ),
    ],
    ids=["function", "credentials", "token", "sync", "activity"],
)  # fmt: skip
def test_a_task_is_told_in_full(state, expected):
    task = Run(machine(A=state), {"a": "in", "beat": 2}).task
    assert task.state == "A"
    assert task.resource == state["Resource"]
    assert {name: getattr(task, name) for name in expected} == expected


@pytest.mark.parametrize("state", [token_task, sync_task, activity])
def test_each_attempt_has_a_token_of_its_own_which_the_context_shows(state):
    run = Run(machine(A=state(Parameters={"t.$": "$$.Task.Token"}, Retry=RETRY)))
    for _ in range(3):
        run.tell(TaskFailed(run.task.id, "E"))
        run.tell(Elapsed(((run.timer.id, "timer"),)))
    assert [task.input["t"] for task in run.tasks] == [task.token for task in run.tasks]
    assert len({task.token for task in run.tasks}) == 4


def test_a_wait_is_an_absolute_deadline():
    run = Run(machine(A=wait(5, Next="B"), B=wait(7)))
    assert run.timer == StartTimer("1.0", START + 5_000)
    run.tell(Elapsed((("1.0", "timer"),)), after=6)
    assert run.timer == StartTimer("2.0", START + 13_000)


# ------------------------------------------------------------------ the execution is command 0


@pytest.mark.parametrize(
    ("own", "bounds", "seconds"),
    [
        ({"TimeoutSeconds": 60}, quotas.NONE, 60),
        ({}, quotas.STANDARD, 365 * 86_400),
        ({}, quotas.EXPRESS, 300),
        ({"TimeoutSeconds": 60}, quotas.EXPRESS, 60),
        ({"TimeoutSeconds": 301}, quotas.EXPRESS, 300),
        ({}, quotas.NONE, None),
    ],
)
def test_the_shortest_limit_of_the_execution_is_command_zero(own, bounds, seconds):
    run = Run({**machine(A=lambda_task()), **own}, bounds=bounds)
    timers = [] if seconds is None else [StartTimer(EXECUTION, START + seconds * 1000)]
    assert run.commands[:-1] == timers
    assert isinstance(run.commands[-1], RunTask)


def test_its_time_limit_ends_the_execution():
    waiting = parallel(machine(X=wait(99)), machine(Y=token_task()), machine(Z=lambda_task(Retry=RETRY)))
    run = Run({**machine(A=waiting), "TimeoutSeconds": 60})
    run.tell(TaskFailed("1.0[2]/1.0", "E"), TaskSubmitted("1.0[1]/1.0", {}))
    commands = run.tell(Elapsed(((EXECUTION, "timer"),)), after=60)
    assert cancelled(commands) == ["1.0[0]/1.0", "1.0[1]/1.0", "1.0[2]/1.1~", EXECUTION]
    execution = run.execution
    assert (execution.status, execution.error, execution.cause) == ("TIMED_OUT", None, None)
    assert run.events[-1][:4] == (run.events[-1][0], 0, START + 60_000, "")
    assert run.names[-1] == "ExecutionTimedOut"


@pytest.mark.parametrize(("error", "cause"), [("E", "because"), (None, None), ("E", None)])
def test_someone_stops_the_execution(error, cause):
    run = Run(machine(A=parallel(machine(X=wait(99)), machine(Y=lambda_task()))))
    commands = run.tell(Stopped(error, cause))
    assert sorted(cancelled(commands)) == [EXECUTION, "1.0[0]/1.0", "1.0[1]/1.0"]
    assert commands == [Cancel(each) for each in cancelled(commands)]
    execution = run.execution
    assert (execution.status, execution.error, execution.cause) == ("ABORTED", error, cause)
    last = run.history[-1]
    told = {"error": error, "cause": cause}
    assert last["type"] == "ExecutionAborted"
    assert last["previousEventId"] == 0
    assert last["executionAbortedEventDetails"] == {k: v for k, v in told.items() if v is not None}


def test_the_end_cancels_what_is_left_of_the_execution():
    run = Run({**machine(A=lambda_task()), "TimeoutSeconds": 60})
    assert cancelled(run.tell(TaskSucceeded("1.0", 1))) == [EXECUTION]


# ------------------------------------------------------------------ taken back


@pytest.mark.parametrize("fork", ["Parallel", "Map"])
@pytest.mark.parametrize(
    "handling",
    [{}, {"Catch": [{**ANYTHING[0], "Next": "Z"}]}, {"Retry": RETRY}],
    ids=["unhandled", "caught", "retried"],
)
def test_the_first_failure_takes_its_siblings_commands_back(fork, handling):
    threads = blocks(3, token_task())
    handling = {**handling, "Next": "Z"}
    state = parallel(*threads, **handling) if fork == "Parallel" else map_of(threads[0], **handling)
    run = Run(machine(A=state, Z={"Type": "Succeed"}), [1, 2, 3])
    commands = run.tell(TaskFailed("1.0[1]/1.0", "E"))
    assert cancelled(commands)[:2] == ["1.0[0]/1.0", "1.0[2]/1.0"]
    assert not {"1.0[0]/1.0", "1.0[2]/1.0"} & run.open


def test_siblings_that_ended_or_wait_deep_inside_are_taken_back_once():
    deep = parallel(machine(M=map_of(machine(W=wait(9)))), machine(T=lambda_task()))
    caught = [{**ANYTHING[0], "Next": "Z"}]
    run = Run(
        machine(
            A=parallel(machine(P=deep), machine(X=lambda_task()), machine(Y=lambda_task()), Catch=caught),
            Z={"Type": "Succeed"},
        ),
        [1, 2],
    )
    run.tell(TaskSucceeded("1.0[1]/1.0", 0))
    commands = run.tell(TaskFailed("1.0[2]/1.0", "E"))
    assert cancelled(commands) == [
        "1.0[0]/1.0[0]/1.0[0]/1.0",
        "1.0[0]/1.0[0]/1.0[1]/1.0",
        "1.0[0]/1.0[1]/1.0",
        EXECUTION,
    ]
    assert run.execution.status == "SUCCEEDED"


@pytest.mark.parametrize("deadline", ["timeout", "heartbeat"])
@pytest.mark.parametrize("handling", [{"Retry": RETRY}, {"Catch": [{**ANYTHING[0], "Next": "Z"}]}])
def test_a_task_that_times_out_is_taken_back(deadline, handling):
    run = Run(
        machine(
            A=lambda_task(TimeoutSeconds=9, HeartbeatSeconds=4, Next="Z", **handling), Z={"Type": "Succeed"}
        )
    )
    assert run.tell(Elapsed((("1.0", deadline),)))[0] == Cancel("1.0")
    assert run.names[4] == "LambdaFunctionTimedOut"


def test_of_two_deadlines_in_one_instant_the_first_counts():
    run = Run(machine(A=lambda_task(TimeoutSeconds=9, HeartbeatSeconds=4, Retry=RETRY)))
    commands = run.tell(Elapsed((("1.0", "heartbeat"), ("1.0", "timeout"))))
    assert commands == [Cancel("1.0"), StartTimer("1.1~", START + 3_000)]
    assert run.names.count("LambdaFunctionTimedOut") == 1


@pytest.mark.parametrize("events", [9, 10, 11])
def test_closing_over_the_history_quota_leaves_no_command_open(events):
    failing = {"Catch": [{**ANYTHING[0], "Next": "Z"}]}
    branches = parallel(machine(X=wait(999)), machine(Y=lambda_task()), **failing)
    run = Run(machine(A=branches, Z={"Type": "Succeed"}), bounds=within(history_events=events))
    run.tell(TaskFailed("1.0[1]/1.0", "E"))
    assert run.execution.status == "FAILED"
    assert run.open <= {"1.0[1]/1.0"}  # what has answered needs no cancelling
