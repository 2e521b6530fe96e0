"""TestState: tries one state, with or without a mock of its work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from asl.elements.outcome import Call, Finish, Sleep
from asl.entropy import seed_of
from asl.errors import TIMEOUT, Failure
from asl.interpreter import Execution, Identity
from asl.interpreter.execution import Thread
from asl.jsontypes import JSON, dumps
from asl.signals import TaskFailed, TaskSucceeded
from asl.spec import quotas
from emulator import arns
from emulator.api.caller import Caller
from emulator.api.test_state.http import exchanged
from emulator.api.test_state.maps import iterated
from emulator.api.test_state.request import Request, checked_request
from emulator.api.test_state.texts import as_sent, sent_arrays
from emulator.api.test_state.trace import Trace, inspection, traced
from emulator.api.test_state.trial import Trial
from emulator.records import ExecutionRecord, Revision

if TYPE_CHECKING:
    from emulator.app import Emulator

SECONDS = 300
"""So long a test may run; then it fails with States.Timeout (AWS's API reference)."""
_LOOK = 0.25
"""So often, in real seconds, a wait looks at the clock, which may be put forward meanwhile."""


async def test_state(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """TestState. It keeps nothing, and moves no clock."""
    request = checked_request(members)
    trace = Trace(request.input)
    state = traced(request.subject.state, trace.seen)
    trial = _trial(emulator, caller, request, state)
    try:
        finish = await _visited(emulator, caller, request, trial, trace)
        trial.finish(trial.thread, finish)
    except Failure as failure:
        trial.expect(failure, request.retries)
        answer = trial.failed(failure)
    else:
        answer = {"status": "SUCCEEDED", "output": dumps(finish.output)}
        if finish.next is not None:
            answer["nextState"] = finish.next
    return as_sent(_told(answer, request, trial, trace), sent_arrays(members))


def _told(answer: dict[str, Any], request: Request, trial: Trial, trace: Trace) -> dict[str, Any]:
    """The answer with as much inspection data as the request wants."""
    details = answer.pop("errorDetails", None)
    if request.level == "INFO":
        return answer
    told = inspection(request.subject.state, trace)
    finish = trial.thread.finish
    variables = {**request.variables, **((finish.assigned if finish else None) or {})}
    if variables:  # no recording has the member where there are none
        told["variables"] = dumps(variables)
    if details is not None:
        told["errorDetails"] = details
    return answer | {"inspectionData": told}


def _trial(emulator: Emulator, caller: Caller, request: Request, state: Any) -> Trial:
    """A frame for the state; the execution around it is made up, and has an Express one's ARN (recorded)."""
    machine, name = emulator.ids.uuid(), emulator.ids.uuid()
    identity = Identity(
        arn=arns.arn(caller.region, caller.account, "express", machine, name),
        name=name,
        machine_arn=arns.arn(caller.region, caller.account, "stateMachine", machine),
        machine_name=machine,
        role_arn=request.role_arn,
        region=caller.region,
        start_time=emulator.clock.now(),
        redrive_count=None,
    )
    execution = Execution("", identity, request.input, seed_of(emulator.ids.seed()), quotas.EXPRESS)
    thread = Thread("", state.name, request.input, attempt=request.retries)
    thread.entered_at = identity.start_time
    thread.variables = dict(request.variables)
    execution.threads = {"": thread}
    return Trial(request.subject.machine, execution, state, request.context)


async def _visited(
    emulator: Emulator, caller: Caller, request: Request, trial: Trial, trace: Trace
) -> Finish:
    """What the state finishes with.

    Raises:
        Failure: It fails.
    """
    state: Any = trial.states[trial.thread.state]
    if state.kind == "Map":
        trace.result = iterated(trial, state, request, trace)
        return _resumed(state, trial, trace.result)
    outcome = state.enter(trial)
    if isinstance(outcome, Finish):
        return outcome
    if isinstance(outcome, Sleep):
        await _waited(emulator, trial, outcome.deadline)
        return _resumed(state, trial, None)
    if request.mock is None:
        trace.result = await _ran(emulator, request, trial, outcome)
    elif request.mock.failure is not None:
        raise request.mock.failure
    else:
        trace.result = request.mock.result
    if isinstance(outcome, Call):
        _hold(trial, outcome, trace.result)
        if request.level == "TRACE" and request.mock is None:
            trace.more.update(exchanged(outcome.command, trace.result))
    return _resumed(state, trial, trace.result)


def _resumed(state: Any, trial: Trial, result: JSON) -> Finish:
    finish: Finish = state.resume(trial, result)
    return finish


def _hold(trial: Trial, call: Call, result: JSON) -> None:
    failure = trial.too_large(call.limit_name, result)
    if failure is not None:
        raise failure


async def _waited(emulator: Emulator, trial: Trial, deadline: int) -> None:
    """Lets the time pass by the emulator's clock; on a virtual one, which stands still, it takes none."""
    limit = trial.now + SECONDS * 1000
    clock, until = emulator.clock, min(deadline, limit)
    while (left := clock.seconds_until(until)) > 0:
        await asyncio.sleep(min(left, _LOOK))
    trial.now = max(until, clock.now())
    if deadline > limit:
        raise Failure(TIMEOUT)


async def _ran(emulator: Emulator, request: Request, trial: Trial, call: Call) -> JSON:
    """The result of a task that runs here.

    Raises:
        Failure: It fails, or takes too long.
    """
    identity = trial.execution.identity
    revision = Revision("", request.role_arn or "", None, identity.start_time)
    record = ExecutionRecord(
        identity.arn, identity.name, identity.machine_arn, "EXPRESS", revision, dumps(request.input),
        identity.start_time,
    )  # fmt: skip
    runner = emulator.runner(record)
    limit = min(call.timeout or SECONDS, SECONDS)
    patience = emulator.clock.seconds_until(trial.now + limit * 1000) or None
    work = emulator.engine.tasks.in_pool(lambda: runner.run(call.command, trial.now))
    try:
        answer = await asyncio.wait_for(work, patience)
    except TimeoutError:
        raise Failure(TIMEOUT) from None
    if answer.seconds > limit:  # a virtual clock has stood still meanwhile
        raise Failure(TIMEOUT)
    for signal in answer.signals:
        if isinstance(signal, TaskFailed):
            raise Failure(signal.error, signal.cause)
        if isinstance(signal, TaskSucceeded):
            return signal.output
    raise Failure(TIMEOUT)  # it has begun, and nobody will ever end it
