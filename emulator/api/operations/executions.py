"""Executions: started, waited for, described, stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.cost import billed_mb, billed_ms, memory_mb, step_data
from asl.interpreter import Identity, start
from asl.jsontypes import dumps
from asl.spec import quotas
from emulator import arns
from emulator.api.caller import Caller
from emulator.api.operations.redrive import told as redrive_told
from emulator.api.operations.shared import checked_name, execution_input, seconds
from emulator.api.operations.starts import Start, compiled, started
from emulator.api.operations.state_machines import METADATA_ONLY, definition_told, snapshot
from emulator.engine.running import Running
from emulator.errors import (
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
    StateMachineTypeNotSupported,
)
from emulator.records import ExecutionRecord, StateMachineRecord

if TYPE_CHECKING:
    from emulator.app import Emulator

NAME_KEPT = 90 * 86_400_000
"""A closed execution's name is free again after so many milliseconds (API reference)."""


def executed(emulator: Emulator, arn: str) -> Running:
    """The Standard execution that an ARN names, of a Map Run too.

    Raises:
        InvalidArn: It is no execution's ARN, or an Express one's, which has no record. Texts recorded.
        ExecutionDoesNotExist: There is none. Text recorded.
    """
    arns.parse(arn, "execution")
    running = emulator.execution(arn)
    if running is None or not running.visible:  # its start is not durable yet
        raise ExecutionDoesNotExist(f"Execution Does Not Exist: '{arn}'")
    return running


# ------------------------------------------------------------------ starting


async def start_execution(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """StartExecution: of a running Standard execution of the same name and input, its own start again."""
    await emulator.engine.admit()
    name = checked_name(members.get("name") or emulator.ids.uuid())
    asked = started(emulator, members["stateMachineArn"])
    text, value = _input(members)
    arn = _arn(emulator, asked.machine, name)
    existing = emulator.executions.get(arn)
    if existing is not None and not _is_forgotten(existing.record, emulator.clock.now()):
        told = existing.record
        if told.status != "RUNNING" or (told.input, told.test_case) != (text, asked.test_case):
            raise ExecutionAlreadyExists(f"Execution Already Exists: '{arn}'")
        await emulator.engine.durable()
        return {"executionArn": arn, "startDate": seconds(existing.record.started)}
    running = begin(emulator, asked, arn, name, text, value, trace_header=members.get("traceHeader"))
    await emulator.engine.durable()
    return {"executionArn": arn, "startDate": seconds(running.record.started)}


def _is_forgotten(record: ExecutionRecord, now: int) -> bool:
    return record.stopped is not None and now - record.stopped > NAME_KEPT


def begin(
    emulator: Emulator,
    asked: Start,
    arn: str,
    name: str,
    text: str,
    value: Any,
    *,
    redrive_count: int | None = 0,
    trace_header: str | None = None,
) -> Running:
    """Makes an execution and lets the engine take it on. Only Standard ones are kept once they have ended.

    Args:
        emulator: Where it runs.
        asked: What is to run.
        arn: Its ARN.
        name: Its name.
        text: Its input as it was sent.
        value: The input.
        redrive_count: What its context object begins with; None for a synchronous Express execution's.
        trace_header: The X-Ray header of the request.
    """
    machine, revision = asked.machine, asked.revision
    place, now = arns.parse(arn), emulator.clock.now()
    record = ExecutionRecord(
        arn, name, machine.arn, machine.type, revision, text, now, asked.version_arn, asked.alias_arn,
        trace_header, test_case=asked.test_case,
    )  # fmt: skip
    identity = Identity(
        arn=arn,
        name=name,
        machine_arn=machine.arn,
        machine_name=machine.name,
        role_arn=revision.role_arn,
        region=place.region,
        start_time=now,
        redrive_count=redrive_count,
    )
    seed = emulator.ids.seed()
    state_machine = compiled(revision.definition, machine.type)
    execution, step = start(
        state_machine,
        value,
        identity,
        seed=seed,
        quotas=quotas.of(machine.type),
        input_text=text,
        missing=emulator.engine.missing(state_machine),
    )
    runner = emulator.runner(record)
    running = Running(record, state_machine, execution, runner)
    if machine.type == "STANDARD":
        emulator.executions.pop(arn, None)  # the newest stands last
        emulator.executions[arn] = running
    emulator.engine.began(running, step, seed)
    return running


def _arn(emulator: Emulator, machine: StateMachineRecord, name: str) -> str:
    place = arns.parse(machine.arn)
    if machine.type == "STANDARD":
        return arns.arn(place.region, place.account, "execution", machine.name, name)
    return arns.arn(place.region, place.account, "express", machine.name, name, emulator.ids.uuid())


def _input(members: dict[str, Any]) -> tuple[str, Any]:
    """The input as it was sent, and what it means."""
    text = members.get("input", "{}")
    return text, execution_input(text)


async def start_sync_execution(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """StartSyncExecution: answers when the Express execution has ended, however it did."""
    asked = started(emulator, members["stateMachineArn"])
    if asked.machine.type != "EXPRESS":
        raise StateMachineTypeNotSupported("This operation is not supported by this type of state machine")
    name = checked_name(members.get("name") or emulator.ids.uuid())
    text, value = _input(members)
    arn = _arn(emulator, asked.machine, name)
    header = members.get("traceHeader")
    running = begin(emulator, asked, arn, name, text, value, redrive_count=None, trace_header=header)
    await running.closed.wait()
    answer = described(running.record, members)
    answer["billingDetails"] = _billing(running)
    answer["outputDetails"] = answer["inputDetails"]  # also where there is no output (recorded)
    return answer


def _billing(running: Running) -> dict[str, int]:
    """What the Express execution is billed for, by the rules of `asl.cost`."""
    memory = memory_mb(running.machine.size, step_data(running.history.events()))
    return {
        "billedMemoryUsedInMB": billed_mb(memory),
        "billedDurationInMilliseconds": billed_ms(running.history.span()),
    }


# ------------------------------------------------------------------ describing


def described(record: ExecutionRecord, members: dict[str, Any]) -> dict[str, Any]:
    """What both StartSyncExecution and DescribeExecution tell of an execution.

    With ``METADATA_ONLY`` all that the execution's key would encrypt is left out (inferred from the
    guide's list of such fields).
    """
    included = members.get("includedData") != METADATA_ONLY
    members_of = {
        "executionArn": record.arn,
        "stateMachineArn": record.machine_arn,
        "name": record.name,
        "status": record.status,
        "startDate": seconds(record.started),
        "stopDate": None if record.stopped is None else seconds(record.stopped),
        "inputDetails": {"included": included},
        "outputDetails": None if record.output is None else {"included": included},
        "traceHeader": record.trace_header,
    }
    if included:
        members_of |= {
            "input": record.input,
            "output": record.output,
            "error": record.error,
            "cause": record.cause,
        }
    return _present(members_of)


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in members.items() if value is not None}


def variant(record: ExecutionRecord) -> dict[str, Any]:
    """The version and the alias that an execution was started by, and its redrives."""
    return _present(
        {
            "stateMachineVersionArn": record.version_arn,
            "stateMachineAliasArn": record.alias_arn,
            "redriveCount": record.redrives,
            "redriveDate": None if record.redriven is None else seconds(record.redriven),
        }
    )


def map_run_told(record: ExecutionRecord) -> dict[str, Any]:
    """The Map Run that an execution belongs to, if it does."""
    return {} if record.seat is None else {"mapRunArn": record.seat.map_run_arn}


async def describe_execution(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """DescribeExecution: of an Express execution only if a Map Run started it (API reference)."""
    arn = members["executionArn"]
    running = emulator.engine.map_runs.children.get(arn) or executed(emulator, arn)
    record = emulator.engine.map_runs.told(running)
    return {
        **described(record, members),
        **variant(record),
        **map_run_told(record),
        **redrive_told(emulator, running),
    }


async def describe_state_machine_for_execution(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """DescribeStateMachineForExecution: the state machine as it was when the execution was started.

    Of a Map Run's execution it tells the Map state's processor (inferred).
    """
    running = executed(emulator, members["executionArn"])
    record = running.record
    machine = arns.parse(record.machine_arn)
    answer = {
        "stateMachineArn": record.machine_arn,
        "name": machine.name,
        "updateDate": seconds(record.revision.created),
        **snapshot(record.type, record.revision, members),
        **map_run_told(record),
    }
    if record.seat is not None:
        answer["label"] = machine.label.rpartition("/")[2]
        if members.get("includedData") != METADATA_ONLY:
            answer |= definition_told(running.machine, dumps(running.machine.definition))
    return answer


# ------------------------------------------------------------------ stopping


async def stop_execution(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """StopExecution: of a closed execution it tells when that ended, and changes nothing."""
    running = executed(emulator, members["executionArn"])
    if running.record.status == "RUNNING":
        emulator.engine.stop(running, members.get("error"), members.get("cause"))
        await emulator.engine.durable()
        await running.closed.wait()
    return {"stopDate": seconds(running.record.stopped or 0)}
