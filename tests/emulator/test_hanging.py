"""Functions that hang: limits by real time, what the log says of them, and threads that are taken."""

import asyncio
import json
import logging
import threading
import time

import pytest

from emulator import in_process
from emulator.engine import watch
from emulator.engine.pool import Pool
from emulator.settings import Settings
from tests.emulator.shared import ROLE

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:"


@pytest.fixture
def hang(monkeypatch):
    """A function that hangs until the test ends; looks are frequent."""
    monkeypatch.setattr(watch, "EVERY", 0.01)
    end = threading.Event()

    def hang(event, context):
        end.wait(30)

    yield hang
    end.set()


def started(inside, function="hang", definition=None, **fields):
    task = {"Type": "Task", "Resource": LAMBDA + function, "End": True, **fields}
    client = inside.client()
    definition = definition or {"StartAt": "P", "States": {"P": task}}
    made = client.create_state_machine(
        name=f"m{time.monotonic_ns()}", definition=json.dumps(definition), roleArn=ROLE
    )
    return client.start_execution(stateMachineArn=made["stateMachineArn"])["executionArn"]


def until(found):
    end = time.monotonic() + 10
    while not found() and time.monotonic() < end:
        time.sleep(0.005)
    assert found()


def messages(caplog):
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]


@pytest.mark.parametrize("of_machine", [False, True])
def test_a_limit_ends_a_hung_function_on_a_virtual_clock(hang, of_machine):
    task = {"Type": "Task", "Resource": LAMBDA + "hang", "End": True}
    definition = {"StartAt": "P", "States": {"P": task}}
    (definition if of_machine else task)["TimeoutSeconds"] = 1
    with in_process({"hang": hang}) as inside:
        began = time.monotonic()
        ended = inside.wait(started(inside, definition=definition), timeout=10)
        assert time.monotonic() - began >= 1
        assert (ended["stopDate"] - ended["startDate"]).total_seconds() == 1
        assert ended["status"] == ("TIMED_OUT" if of_machine else "FAILED")
        after = started(inside, definition={"StartAt": "W", "States": {"W": WAIT}})
        assert inside.wait(after, timeout=10)["status"] == "SUCCEEDED"  # the clock goes on without it


WAIT = {"Type": "Wait", "Seconds": 86400, "End": True}


def test_a_limit_ends_it_while_another_task_waits_for_its_token(hang):
    resource = "arn:aws:states:::lambda:invoke.waitForTaskToken"
    parameters = {"FunctionName": "ok", "Payload": {"token.$": "$$.Task.Token"}}
    waits = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}
    with in_process({"hang": hang, "ok": lambda event, context: 1}) as inside:
        started(inside, definition={"StartAt": "P", "States": {"P": waits}})
        assert inside.wait(started(inside, TimeoutSeconds=1), timeout=10)["status"] == "FAILED"


def test_the_log_says_which_function_a_clock_waits_for_and_once(hang, monkeypatch, caplog):
    monkeypatch.setattr(watch, "STANDS", 0.05)
    with in_process({"hang": hang}) as inside:
        arn = started(inside)
        until(lambda: messages(caplog))
        time.sleep(0.1)
        assert messages(caplog) == [f"the clock stands: function hang of execution {arn} has run 0 s"]


def test_the_end_names_the_functions_that_still_run(hang, caplog):
    with in_process({"hang": hang}, clock="real") as inside:
        arn = started(inside)
        until(lambda: inside.emulator.engine.tasks.watch.begun)
    assert messages(caplog) == [f"ends although function hang of execution {arn} still runs"]


def test_a_clock_does_not_wait_for_ever_for_a_function_of_a_stopped_execution(hang, monkeypatch):
    monkeypatch.setattr(watch, "STANDS", 0.05)
    with in_process({"hang": hang}) as inside:
        arn = started(inside)
        until(lambda: inside.emulator.engine.tasks.watch.begun)
        inside.client().stop_execution(executionArn=arn)
        after = started(inside, definition={"StartAt": "W", "States": {"W": WAIT}})
        assert inside.wait(after, timeout=10)["status"] == "SUCCEEDED"


def test_tasks_that_wait_for_a_thread_are_told_of_once(hang, monkeypatch, caplog):
    monkeypatch.setattr(watch, "STARVED", 0.05)
    with in_process({"hang": hang}, clock="real", settings=Settings(pool=2)) as inside:
        arns = [started(inside) for _ in range(5)]
        until(lambda: messages(caplog))
        inside.client().stop_execution(executionArn=arns[0])
        time.sleep(0.1)
        told = "all 2 threads are taken; 3 tasks wait (asl serve --threads gives more)"
        assert messages(caplog) == [told]


def test_waiting_in_vain_says_for_what(hang):
    resource = "arn:aws:states:::lambda:invoke.waitForTaskToken"
    parameters = {"FunctionName": "ok", "Payload": {"token.$": "$$.Task.Token"}}
    with in_process({"hang": hang, "ok": lambda event, context: 1}) as inside:
        arn = started(inside, Resource=resource, Parameters=parameters)
        inside.settle()
        with pytest.raises(TimeoutError, match="still RUNNING: state P waits for its task token; answer it"):
            inside.wait(arn, timeout=0.05)
    with in_process({"hang": hang}) as inside:
        arn = started(inside)
        until(lambda: inside.emulator.engine.tasks.watch.begun)
        with pytest.raises(TimeoutError, match="state P waits for its function, which runs"):
            inside.wait(arn, timeout=0.05)


def test_a_function_that_raises_keyboard_interrupt_has_failed():
    def interrupt(event, context):
        raise KeyboardInterrupt("no")

    with in_process({"hang": interrupt}) as inside:
        ended = inside.wait(started(inside))
    assert ended["error"] == "KeyboardInterrupt"
    assert json.loads(ended["cause"])["errorMessage"] == "no"


# ------------------------------------------------------------------ the pool


def test_a_pool_has_so_many_threads_and_keeps_the_order():
    pool, gate, order = Pool(1), threading.Event(), []
    first = pool.submit(gate.wait, 10)
    rest = [pool.submit(order.append, each) for each in range(3)]
    until(lambda: pool.waiting == 3)
    assert pool.waiting_since is not None
    gate.set()
    for each in (first, *rest):
        each.result(10)
    assert order == [0, 1, 2]
    assert (pool.waiting, pool.waiting_since) == (0, None)
    pool.shutdown()


def test_a_pool_that_closes_cancels_what_waits_and_takes_no_more():
    pool, gate = Pool(1), threading.Event()
    first = pool.submit(gate.wait, 10)
    until(lambda: pool.waiting == 0)
    waiting = pool.submit(time.monotonic)
    pool.shutdown()
    assert waiting.cancelled()
    with pytest.raises(RuntimeError):
        pool.submit(time.monotonic)
    gate.set()
    assert first.result(10)


def test_what_a_job_raises_is_its_own():
    async def scene(pool):
        with pytest.raises(ZeroDivisionError):
            await asyncio.get_running_loop().run_in_executor(pool, lambda: 1 // 0)

    pool = Pool(1)
    asyncio.run(scene(pool))
    pool.shutdown()
