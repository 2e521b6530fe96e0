"""Tasks that start executions: of Step Functions itself, optimised and through the SDK."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from asl.entropy import draw, seed_of, uuid4
from asl.handlers import Answer, Follow
from asl.jsontypes import JSON, InvalidJSON, dumps, loads
from asl.signals import TaskFailed
from emulator.ports import Unreachable
from emulator.sdk_names import capitalised, member
from emulator.tasks.call import Call
from emulator.tasks.optimised import integration as optimised
from emulator.tasks.sdk import faults as sdk_faults
from emulator.tasks.sdk import integration as sdk
from emulator.tasks.sdk.scalars import iso, milliseconds

POLL_SECONDS = 1.0
"""How often an execution elsewhere is asked how it stands."""


def run(call: Call) -> Answer:
    """Runs ``states:startExecution``, of any pattern.

    An execution without a name gets one that follows from the task: should the same task be run again
    after a crash, it finds the execution that it started before.
    """
    if "Name" not in call.parameters:
        key = f"{call.place.execution_arn} {call.task.id}"
        call.parameters = {**call.parameters, "Name": uuid4(draw(seed_of(key), "nested", 128))}
    answer = optimised.run(call)
    if call.task.pattern != "sync" or isinstance(answer.signals[0], TaskFailed):
        return answer
    submitted: Any = answer.signals[0]
    return Answer(answer.signals, answer.seconds, _follow(call, submitted.output["ExecutionArn"]))


def resume(call: Call, output: JSON) -> Answer:
    """Looks after an execution again that ``states:startExecution.sync`` started."""
    arn = output.get("ExecutionArn") if isinstance(output, dict) else None
    return Answer((), follow=_follow(call, str(arn)))


def _follow(call: Call, arn: str) -> Follow:
    own = call.backends.own
    return Follow(
        lambda now: _look(call, arn),
        POLL_SECONDS,
        None if own is None else lambda done: own.when_ended(arn, done),
        lambda: _stop(call, arn),
    )


def _look(call: Call, arn: str) -> Answer:
    """The end of the task if the execution has ended: what DescribeExecution tells of it (recorded)."""
    try:
        told = call.client("stepfunctions").describe_execution(executionArn=arn)
    except ClientError as error:
        return optimised.failed(call, error)
    if told["status"] == "RUNNING":
        return Answer((), follow=_follow(call, arn))
    described = _described(told, parsed=call.task.action.endswith(".sync:2"))
    if told["status"] == "SUCCEEDED":
        return call.ended(described)
    return call.failed("States.TaskFailed", dumps(described))


_MEMBERS = (
    "cause", "error", "executionArn", "input", "inputDetails", "name", "output", "outputDetails",
    "redriveCount", "redriveStatus", "redriveStatusReason", "startDate", "stateMachineArn",
    "stateMachineVersionArn", "stateMachineAliasArn", "status", "stopDate", "traceHeader",
)  # fmt: skip


def _described(told: dict[str, Any], *, parsed: bool) -> dict[str, JSON]:
    """What DescribeExecution answered, as the result has it: its members in capitals, times in milliseconds.

    Args:
        told: The answer.
        parsed: Whether input and output are values, and not the text of values: of ``.sync:2``.
    """
    result: dict[str, JSON] = {}
    for name in _MEMBERS:
        value = told.get(name)
        if value is None:
            continue
        key = capitalised(name)
        if isinstance(value, datetime):
            result[key] = milliseconds(value)
        elif isinstance(value, dict):
            result[key] = {capitalised(inner): each for inner, each in value.items()}
        elif parsed and name in ("input", "output"):
            result[key] = _value(value)
        else:
            result[key] = value
    return result


def _value(text: str) -> JSON:
    try:
        return loads(text)
    except InvalidJSON:
        return text


def _stop(call: Call, arn: str) -> None:
    """Stops an execution whose parent does not wait for it any more; it may have ended meanwhile."""
    try:
        call.client("stepfunctions").stop_execution(executionArn=arn)
    except (ClientError, Unreachable):
        return


# ------------------------------------------------------------------ StartSyncExecution


def run_sync_express(call: Call) -> Answer:
    """Runs ``aws-sdk:sfn:startSyncExecution``; while the child runs here, no thread waits for it.

    Else parents could take all threads that their children's tasks need.
    """
    own = call.backends.own
    members = None if own is None else _members(call.parameters)
    if own is None or members is None or sdk_faults.unassumable(call) is not None:
        return sdk.run(call)  # which also says what is wrong
    future = own.begin("StartSyncExecution", members, call.place.region, call.account)

    def until(done: Callable[[], None]) -> None:
        future.add_done_callback(lambda _: done())

    def look(now: int) -> Answer:
        reply = future.result()
        if reply.ok:
            return call.ended(_result(reply.members))
        return sdk.refused(call, str(reply.members["__type"]), str(reply.members["message"]))

    return Answer((), follow=Follow(look, until=until))


def _members(parameters: dict[str, JSON]) -> dict[str, JSON] | None:
    """The request's members; None where one is not as it should be, which the SDK's way complains about."""
    names = {"StateMachineArn", "Name", "Input", "TraceHeader", "IncludedData"}
    if not parameters.keys() <= names or "StateMachineArn" not in parameters:
        return None
    given = {key: each for key, each in parameters.items() if each is not None}
    if "Input" in given and not isinstance(given["Input"], str):
        given["Input"] = dumps(given["Input"])
    return {key[0].lower() + key[1:]: each for key, each in given.items()}


def _result(members: dict[str, Any]) -> dict[str, JSON]:
    """What the API told, as calls of the SDK give it: times as texts, members in the order of their names."""
    told: dict[str, JSON] = {}
    for name, value in sorted(members.items()):
        if name in ("startDate", "stopDate"):
            told[member(name)] = iso(datetime.fromtimestamp(value, UTC))
        elif isinstance(value, dict):
            told[member(name)] = {member(inner): each for inner, each in sorted(value.items())}
        else:
            told[member(name)] = value
    return told
