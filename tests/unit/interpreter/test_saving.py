"""Saving: an execution is plain data, and what is restored from it goes on as if nothing had been."""

import pytest

import asl
from asl import Execution, start
from asl.agenda import Agenda
from asl.jsontypes import loads
from asl.signals import (
    Elapsed,
    RunTask,
    StartTimer,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
)
from asl.spec.quotas import NONE
from tests.unit.interpreter.driving import (
    IDENTITY,
    START,
    Run,
    activity,
    blocks,
    lambda_task,
    machine,
    map_of,
    parallel,
    token_task,
    wait,
)

RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "JitterStrategy": "FULL"}]

VALUES = [
    1.0,
    -0.0,
    1e300,
    2**80,
    -(2**80) - 1,
    {"deep": [2**64, {"n": 2**63}]},
    "grüße 東京 😀 \u0000 \u2028",
    {"": {"é\n": None}},
    [True, 1, 1.0, "1"],
    [],
    None,
]


def both(definition, input, *tape):
    """One run as it is and one saved and restored before every signal, told the same."""
    plain, saved = Run(definition, input), Run(definition, input)
    for signal in tape:
        saved.save_and_restore()
        plain.tell(signal, after=1)
        saved.tell(signal, after=1)
    return plain, saved


def exactly(value):
    """A value with its types, since 1, 1.0 and True are equal."""
    if isinstance(value, dict):
        return {key: exactly(each) for key, each in value.items()}
    if isinstance(value, list):
        return [exactly(each) for each in value]
    return type(value), repr(value)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_value_survives_wherever_it_is_kept(value):
    kept = wait(1, Assign={"v.$": "$"}, Next="B")
    plain, saved = both(
        machine(A=kept, B=parallel(machine(X=token_task()), machine(Y=wait(9)))),
        value,
        Elapsed((("1.0", "timer"),)),
        TaskSucceeded("2.0[0]/1.0", value),
        TaskSubmitted("2.0[0]/1.0", value),
        Elapsed((("2.0[1]/1.0", "timer"),)),
    )
    assert saved.execution.status == "SUCCEEDED"
    assert exactly(saved.execution.output) == exactly([value, value])
    assert list(saved.history) == list(plain.history)


@pytest.mark.parametrize(
    ("state", "tape"),
    [
        (
            map_of(machine(T=lambda_task()), MaxConcurrency=2),
            [TaskSucceeded("1.0[1]/1.0", "b"), TaskSucceeded("1.0[2]/1.0", "c"),
             TaskSucceeded("1.0[0]/1.0", "a"), TaskSucceeded("1.0[3]/1.0", "d")],
        ),
        (
            token_task(HeartbeatSeconds=5, Retry=RETRY),
            [TaskSubmitted("1.0", {}), Elapsed((("1.0", "heartbeat"),)), Elapsed((("1.1~", "timer"),)),
             TaskSucceeded("1.1", 1), TaskSubmitted("1.1", {})],
        ),
        (
            lambda_task(Retry=RETRY),
            [TaskFailed("1.0", "E"), Elapsed((("1.1~", "timer"),)), TaskFailed("1.1", None, None),
             Elapsed((("1.2~", "timer"),)), TaskFailed("1.2", "E", ""), Elapsed((("1.3~", "timer"),)),
             TaskFailed("1.3", "the last", "😀")],
        ),
        (
            activity(TimeoutSeconds=5, Retry=RETRY),
            [TaskStarted("1.0", "w"), Elapsed((("1.0", "timeout"),)), Elapsed((("1.1~", "timer"),)),
             TaskStarted("1.1"), TaskSucceeded("1.1", 1)],
        ),
        (
            parallel(
                machine(X=lambda_task(Credentials={"RoleArn": "arn:aws:iam::1:role/o"})), machine(Y=wait(9)),
                Retry=RETRY,
            ),
            [Elapsed((("1.0[1]/1.0", "timer"),)), TaskFailed("1.0[0]/1.0", "E"),
             Elapsed((("1.1~", "timer"),)), TaskSucceeded("1.1[0]/1.0", 0),
             Elapsed((("1.1[1]/1.0", "timer"),))],
        ),
    ],
    ids=["map half way", "token", "back-off", "activity", "parallel retried"],
)  # fmt: skip
def test_a_run_saved_before_every_signal_is_the_same_run(state, tape):
    plain, saved = both(machine(A=state), ["a", "b", "c", "d"], *tape)
    assert plain.execution.status != "RUNNING"
    assert saved.commands == plain.commands
    assert list(saved.history) == list(plain.history)
    assert saved.execution.save() == plain.execution.save()


def test_what_is_saved_is_json_and_stays_the_same_when_saved_again():
    run = Run(machine(A=map_of(machine(T=token_task()))), [2**80, 1.0, "é"])
    text = run.execution.save()
    assert loads(text)["status"] == "RUNNING"
    assert Execution.restore(text).save() == text


def test_items_not_begun_are_no_threads():
    sizes = [len(Run(machine(A=map_of(machine(W=wait(1)))), [0] * n).execution.threads) for n in (40, 4_000)]
    assert sizes == [41, 41]


@pytest.mark.parametrize("text", [b"", b"null", b"[]", b"{", b'{"status":"RUNNING"}', b"\xff"])
def test_what_is_no_saved_execution_is_refused(text):
    with pytest.raises(ValueError, match="not a saved execution"):
        Execution.restore(text)


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "levels",
    [
        300,
        700,
        pytest.param(999, marks=pytest.mark.xfail(reason="to_builtins recurses", raises=RecursionError)),
        pytest.param(1_500, marks=pytest.mark.xfail(reason="to_builtins recurses", raises=RecursionError)),
    ],
)
def test_deeply_nested_data_can_be_saved(levels):
    run = Run(machine(A=wait(1)), nested(levels))
    run.save_and_restore()
    run.tell(Elapsed((("1.0", "timer"),)))
    assert run.execution.status == "SUCCEEDED"


# ------------------------------------------------------------------ what is still to be answered


def test_pending_gives_the_open_commands():
    run = Run(
        machine(
            A=parallel(
                machine(X=token_task()),
                machine(Y=wait(9)),
                machine(Z=lambda_task(Retry=RETRY)),
                machine(M=map_of(machine(N=lambda_task("g")))),
            )
        ),
        [1, 2],
    )
    run.tell(TaskSubmitted("1.0[0]/1.0", {}), TaskFailed("1.0[2]/1.0", "E"))
    run.tell(TaskSucceeded("1.0[3]/1.0[1]/1.0", {}))
    expected = {each.id: each for each in run.commands}
    del expected["1.0[2]/1.0"], expected["1.0[3]/1.0[1]/1.0"]  # what has been answered
    for execution in (run.execution, Execution.restore(run.execution.save())):
        assert {each.id: each for each in execution.pending()} == expected


def test_nothing_is_pending_after_the_close():
    run = Run(machine(A=parallel(machine(X=wait(9)), machine(Y=lambda_task()))))
    run.tell(TaskFailed("1.0[1]/1.0", "E"))
    assert run.execution.status == "FAILED"
    assert list(run.execution.pending()) == []


def test_a_task_that_is_still_to_be_asked_for_is_not_pending():
    # All 600 are scheduled before any is asked for, and the turn gives way in the midst of that.
    parsed = asl.parse(machine(A=parallel(*blocks(600, lambda_task()))))
    execution, step = start(parsed, None, IDENTITY, quotas=NONE)
    assert step.more
    assert 0 < len(step.commands) < 600
    assert list(execution.pending()) == step.commands


def deadlines(commands):
    """What a driver would put into its agenda: (command, kind) -> when."""
    found = {}
    for each in commands:
        if isinstance(each, StartTimer):
            found[each.id, each.kind] = each.deadline
        elif isinstance(each, RunTask) and each.deadline is not None:
            found[each.id, "timeout"] = each.deadline
    return found


@pytest.mark.parametrize(
    ("definition", "tape"),
    [
        (machine(A=wait(5)), []),
        (machine(A=lambda_task(TimeoutSeconds=5)), []),
        (machine(A=token_task(TimeoutSeconds=5)), [TaskSubmitted("1.0", {})]),
        (machine(A=activity(TimeoutSeconds=5)), []),
        (machine(A=activity(TimeoutSeconds=5)), [TaskStarted("1.0")]),
        ({**machine(A=lambda_task()), "TimeoutSeconds": 60}, []),
    ],
    ids=["wait", "task", "token", "activity", "activity taken", "execution"],
)
def test_pending_gives_every_deadline(definition, tape):
    run = Run(definition)
    run.tell(*tape, after=2)
    restored = Execution.restore(run.execution.save())
    assert deadlines(restored.pending()) == deadlines(run.commands)


def test_a_run_taken_on_from_pending_alone_ends_the_same():
    definition = machine(
        A=parallel(machine(W=wait(5)), machine(X=wait(9)), machine(Y=lambda_task(Retry=RETRY))),
    )
    plain, restored = Run(definition), Run(definition)
    for run in (plain, restored):
        run.tell(TaskFailed("1.0[2]/1.0", "E"), after=1)
    restored.save_and_restore()
    finish(plain, plain.commands)
    finish(restored, restored.execution.pending())
    assert list(restored.history) == list(plain.history)
    assert restored.execution.output == [None, None, "done"]


def finish(run, commands):
    """Rings the timers that are told, and answers each task that is asked for meanwhile."""
    agenda = Agenda()
    for (command, kind), at in deadlines(commands).items():
        agenda.set(command, kind, at)
    while run.execution.status == "RUNNING":
        at = agenda.next()
        made = run.tell(agenda.due(), after=(at - run.now) / 1000)
        run.tell(*[TaskSucceeded(each.id, "done") for each in made if isinstance(each, RunTask)])
    assert run.now == START + 9_000
