"""The local engine: turns, deadlines, the pool, the clock; through executions and by itself."""

import asyncio
import gc
import json
import logging
import threading
import time
import tracemalloc

import pytest

from asl.handlers import Answer
from emulator.clocks import RealClock
from emulator.engine import local
from emulator.engine.schedule import Schedule
from emulator.store.memory import MemoryJournal
from tests.emulator.shared import START, Refused, asked, call, created, emulated, run, settled

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
MANY = 1_000


def machine(timeout=None, **states):
    names = [*states, None]
    whole = {
        name: {**state, **({"End": True} if after is None else {"Next": after})}
        for (name, state), after in zip(states.items(), names[1:], strict=True)
    }
    limit = {} if timeout is None else {"TimeoutSeconds": timeout}
    return json.dumps({"StartAt": names[0], "States": whole, **limit})


def wait(seconds):
    return {"Type": "Wait", "Seconds": seconds}


def function(**fields):
    return {"Type": "Task", "Resource": FUNCTION, **fields}


def begun(emulator, definition, name="machine", **members):
    arn = created(emulator, definition, name)
    execution = call(emulator, "StartExecution", stateMachineArn=arn, **members)["executionArn"]
    return emulator.executions[execution]


def times(running):
    return [(running.history.event(place)[2] - START) / 1000 for place in range(len(running.history))]


def types(running):
    return [each["type"] for each in running.history]


async def ended(*all_of_them):
    for each in all_of_them:
        await asyncio.wait_for(each.closed.wait(), 30)


# ------------------------------------------------------------------ the virtual clock


def test_nested_waits_take_no_real_time():
    branches = [{"StartAt": f"W{n}", "States": {f"W{n}": {**wait(n), "End": True}}} for n in (86_400, 7_200)]
    definition = machine(Rest=wait(3_600), Both={"Type": "Parallel", "Branches": branches}, Again=wait(60))
    with emulated() as emulator:
        running = begun(emulator, definition)
        run(emulator, ended(running))
        assert emulator.clock.now() == START + (3_600 + 86_400 + 60) * 1000
        assert times(running)[-1] == 3_600 + 86_400 + 60


def test_executions_share_the_clock():
    with emulated() as emulator:
        long = begun(emulator, machine(W=wait(100)), "long")
        short = begun(emulator, machine(W=wait(30), X=wait(30)), "short")
        run(emulator, ended(long, short))
        assert short.record.stopped - short.record.started == 60_000
        assert long.record.stopped - START == 100_000


@pytest.mark.parametrize("resource", ["function", "activity", "token"])
def test_an_open_task_keeps_the_clock_where_it_is_until_it_is_answered(resource):
    release, tokens = threading.Event(), []
    activity = "arn:aws:states:us-east-1:123456789012:activity:a"
    token_task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": "g", "Payload": {"token.$": "$$.Task.Token"}},
    }
    task = {"function": function(), "activity": {"Type": "Task", "Resource": activity}, "token": token_task}
    handlers = {
        "f": lambda event, context: release.wait(10),
        "g": lambda event, context: tokens.append(event["token"]),
    }
    with emulated(handlers=handlers) as emulator:
        call(emulator, "CreateActivity", name="a")
        asking = begun(emulator, machine(T=task[resource]), "asks")
        resting = begun(emulator, machine(W=wait(60)), "rests")
        for _ in range(20):
            run(emulator, asyncio.sleep(0.001))
        assert emulator.clock.now() < START + 1_000
        assert resting.record.status == "RUNNING"
        if resource == "function":
            release.set()
        else:
            token = (
                tokens[0] if tokens else call(emulator, "GetActivityTask", activityArn=activity)["taskToken"]
            )
            call(emulator, "SendTaskSuccess", taskToken=token, output="1")
        run(emulator, ended(asking, resting))
        assert resting.record.stopped - resting.record.started == 60_000


def test_the_clock_can_be_advanced_by_hand_and_all_that_falls_due_happens_in_order():
    release = threading.Event()
    slow = {"f": lambda event, context: release.wait(10), "quick": lambda event, context: 1}
    quick = function() | {"Resource": FUNCTION[:-1] + "quick"}
    with emulated(handlers=slow) as emulator:
        pinned = begun(emulator, machine(T=function(TimeoutSeconds=50)), "pinned")
        busy = begun(emulator, machine(A=wait(10), B=quick, C=wait(10), D=wait(100)), "busy")
        run(emulator, emulator.engine.advance_clock(START + 60_000, patience=0.05))
        settled_times = times(busy)
        assert emulator.clock.now() == START + 60_000
        assert types(busy)[-1] == "WaitStateEntered"
        assert 20 <= settled_times[-1] < 21
        assert pinned.record.status == "FAILED"
        assert pinned.record.stopped == START + 50_000
        release.set()
        run(emulator, emulator.engine.advance_clock(START + 200_000))
        assert busy.record.status == "SUCCEEDED"


def test_a_task_takes_as_long_as_its_runner_says():
    class Runner:
        def expects(self, task):
            return False

        def run(self, task, now):
            from asl.signals import TaskSucceeded

            return Answer((TaskSucceeded(task.id, 1),), 12.5)

    with emulated() as emulator:
        emulator.runner = lambda *_: Runner()
        running = begun(emulator, machine(T=function(TimeoutSeconds=13), U=function()))
        run(emulator, ended(running))
        assert times(running)[-1] == 25
        late = begun(emulator, machine(T=function(TimeoutSeconds=12)), "late")
        run(emulator, ended(late))
        assert (late.record.error, late.record.stopped - late.record.started) == ("States.Timeout", 12_000)


# ------------------------------------------------------------------ real clocks


def test_a_clock_that_is_sixty_times_as_fast():
    with emulated(clock=RealClock(speed=60)) as emulator:
        began = time.monotonic()
        running = begun(emulator, machine(W=wait(6)))
        run(emulator, ended(running))
        assert 0.09 < time.monotonic() - began < 2
        assert 6_000 <= running.record.stopped - running.record.started < 120_000


def test_a_thousand_waits_end_in_time_and_need_no_thread_each():
    with emulated(clock=RealClock(speed=10)) as emulator:
        arn = created(emulator, machine(W=wait(5)))
        for _ in range(MANY):
            call(emulator, "StartExecution", stateMachineArn=arn)
        before = threading.active_count()
        all_of_them = list(emulator.executions.values())
        run(emulator, ended(*all_of_them))
        assert threading.active_count() == before
        late = max(each.record.stopped - each.record.started - 5_000 for each in all_of_them)
        assert late / emulator.clock.speed < 500
        assert len(emulator.engine.schedule) == 0


def test_event_times_never_go_back():
    with emulated() as emulator:
        running = begun(emulator, machine(T=function(), W=wait(1)))
        emulator.clock._now -= 60_000  # as after a restart of a machine whose clock was put back
        run(emulator, ended(running))
        assert times(running) == sorted(times(running))


def test_an_idle_execution_takes_little_memory():
    with emulated(clock=RealClock()) as emulator:
        arn = created(emulator, machine(W=wait(3_600)))
        call(emulator, "StartExecution", stateMachineArn=arn)
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(200):
            call(emulator, "StartExecution", stateMachineArn=arn)
        settled(emulator)
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        assert taken / 200 < 10_000


# ------------------------------------------------------------------ ends


def test_a_closed_execution_keeps_nothing_going():
    asked_for = threading.Event()
    release = threading.Event()

    def slow(event, context):
        asked_for.set()
        release.wait(10)
        return "too late"

    with emulated(handlers={"f": slow}, clock=RealClock()) as emulator:
        running = begun(emulator, machine(T=function(TimeoutSeconds=100)))
        while not asked_for.is_set():
            run(emulator, asyncio.sleep(0.001))
        call(emulator, "StopExecution", executionArn=running.record.arn, error="E", cause="C")
        told = call(emulator, "DescribeExecution", executionArn=running.record.arn)
        assert (told["status"], told["error"], told["cause"]) == ("ABORTED", "E", "C")
        assert (running.tasks, running.inbox, len(running.agenda), running.armed) == ({}, [], 0, None)
        written = len(running.history)
        release.set()
        settled(emulator)
        assert len(running.history) == written
        assert not emulator.engine.tasks.running


def test_tasks_in_the_pools_queue_are_not_run_after_a_stop():
    from emulator import Settings

    calls, release = [], threading.Event()

    def slow(event, context):
        calls.append(event)
        release.wait(10)

    with emulated(handlers={"f": slow}, clock=RealClock(), settings=Settings(pool=1)) as emulator:
        first = begun(emulator, machine(T=function()), input="1")
        second = begun(emulator, machine(T=function()), input="2")
        while not calls:
            run(emulator, asyncio.sleep(0.001))
        call(emulator, "StopExecution", executionArn=second.record.arn)
        release.set()
        run(emulator, ended(first))
        settled(emulator)
        assert calls == [1]


def test_a_machines_own_time_limit():
    with emulated() as emulator:
        running = begun(emulator, machine(timeout=90, W=wait(60), X=wait(60)))
        run(emulator, ended(running))
        told = call(emulator, "DescribeExecution", executionArn=running.record.arn)
        assert told["status"] == "TIMED_OUT"
        assert told["stopDate"] - told["startDate"] == 90
        assert not {"error", "cause"} & set(told)


# ------------------------------------------------------------------ fairness


def test_a_loop_in_one_execution_does_not_block_the_others():
    rule = {"Variable": "$.x", "IsPresent": True, "Next": "E"}
    states = {
        "P": {"Type": "Pass", "Next": "C"},
        "C": {"Type": "Choice", "Choices": [rule], "Default": "P"},
        "E": {"Type": "Succeed"},
    }
    endless = json.dumps({"StartAt": "P", "States": states})
    with emulated(clock=RealClock()) as emulator:
        arn = created(emulator, endless)
        quick = created(emulator, machine(P={"Type": "Pass"}), "quick")

        async def both():
            looping = (await asked(emulator, "StartExecution", stateMachineArn=arn))["executionArn"]
            short = (await asked(emulator, "StartExecution", stateMachineArn=quick))["executionArn"]
            await ended(emulator.executions[short])
            return emulator.executions[looping].record.status

        assert run(emulator, both()) == "RUNNING"
        run(emulator, ended(*emulator.executions.values()))  # at the quota of history events


# ------------------------------------------------------------------ what is ours


def test_a_runner_that_breaks_ends_the_execution_and_is_logged_and_never_caught(caplog):
    class Broken:
        def expects(self, task):
            return False

        def run(self, task, now):
            raise LookupError("the runner is broken")

    catch = [{"ErrorEquals": ["States.ALL"], "Next": "P"}]
    with emulated() as emulator, caplog.at_level(logging.ERROR, "asl.emulator"):
        emulator.runner = lambda *_: Broken()
        running = begun(emulator, machine(T=function(Catch=catch), P={"Type": "Pass"}))
        run(emulator, ended(running))
        assert (running.record.status, running.record.error) == ("FAILED", "States.Runtime")
        assert "The emulator failed to run the task" in running.record.cause
    assert "the runner is broken" in caplog.text


def test_an_execution_on_which_the_core_fails_is_parked_and_can_be_stopped(caplog, monkeypatch):
    core = local.advance

    def advance(machine, execution, signal, now):
        if type(signal).__name__ == "Elapsed":
            raise LookupError("the core is broken")
        return core(machine, execution, signal, now)

    monkeypatch.setattr(local, "advance", advance)
    with emulated() as emulator, caplog.at_level(logging.ERROR, "asl.emulator"):
        running = begun(emulator, machine(W=wait(60)))
        settled(emulator)
        assert running.parked
        other = begun(emulator, machine(P={"Type": "Pass"}), "other")
        run(emulator, ended(other))
        call(emulator, "StopExecution", executionArn=running.record.arn)
        assert running.record.status == "ABORTED"
    assert "the core is broken" in caplog.text


def test_stopping_what_is_not_there_is_the_callers_error():
    with emulated() as emulator, pytest.raises(Refused, match="ExecutionDoesNotExist"):
        call(emulator, "StopExecution", executionArn="arn:aws:states:us-east-1:123456789012:execution:m:e")


# ------------------------------------------------------------------ the journal


class SlowJournal(MemoryJournal):
    """Commits only when it is told to."""

    lasting = True

    def __init__(self):
        self.notes = []
        self.waiting = []

    def told(self, execution, number, at, what):
        self.notes.append(what)

    def when_committed(self, work, lost=None):
        self.waiting.append(work)

    async def commit(self):
        waiting, self.waiting = self.waiting, []
        for work in waiting:
            work()
        await asyncio.sleep(0.001)


def test_no_command_is_obeyed_and_no_event_shown_before_its_cause_is_durable():
    calls = []
    with emulated(handlers={"f": lambda event, context: calls.append(event)}) as emulator:
        arn = created(emulator, machine(T=function()))
        journal = emulator.engine.journal = SlowJournal()

        async def begin():
            starting = asyncio.ensure_future(asked(emulator, "StartExecution", stateMachineArn=arn))
            await asyncio.sleep(0.001)
            return starting

        starting = run(emulator, begin())
        (running,) = emulator.executions.values()
        for _ in range(5):
            run(emulator, asyncio.sleep(0.001))
        assert (running.visible, calls) == (0, [])
        while running.record.status == "RUNNING":
            run(emulator, journal.commit())
        run(emulator, journal.commit())
        run(emulator, starting)
        assert running.is_unloaded
        assert len(calls) == 1


# ------------------------------------------------------------------ the schedule


def test_deadlines_that_move_leave_nothing_behind_in_the_schedule():
    with emulated(clock=RealClock()) as emulator:
        running = begun(emulator, machine(W=wait(3_600)))
        schedule: Schedule = emulator.engine.schedule
        for number in range(1_000):
            running.agenda.set("1.0", "timer", START + 10_000_000 - number)
            schedule.arm(running, START + 10_000_000 - number)
        assert len(schedule) < 200
        assert schedule.next() == START + 10_000_000 - 999
