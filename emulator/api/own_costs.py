"""The routes below ``/_emulator`` that tell costs: of executions, of state machines, and of the endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from math import fsum
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from fastapi import APIRouter, HTTPException, Query

from asl.cost import Prices, UnknownRegion, Use, express_usd, gb_seconds, priced, standard_usd, start_rule
from emulator import arns
from emulator.engine.costs import Totals
from emulator.engine.running import Running
from emulator.errors import InvalidArn

if TYPE_CHECKING:
    from emulator.app import Emulator

MOST_NESTED = 1_000
"""So many executions that one has started are told of."""

_STATE_MACHINE = Query(alias="stateMachineArn")
_EXECUTION = Query(alias="executionArn")


def add(routes: APIRouter, emulator: Emulator) -> None:
    """Adds them."""

    @routes.get("/cost")
    async def cost(
        state_machine: Annotated[str | None, _STATE_MACHINE] = None,
        execution: Annotated[str | None, _EXECUTION] = None,
    ) -> dict[str, Any]:
        """What was used until now, and what it costs on top of a month's free transitions.

        Of one execution, of one state machine's, or of all. What runs is counted as far as it is; of
        executions that ended before this process began some are counted with each request.
        """
        if execution is not None and state_machine is not None:
            raise HTTPException(400, "executionArn or stateMachineArn, not both")
        if execution is not None:
            return _of_execution(emulator, execution)
        left = emulator.costs.count_more()
        totals = emulator.costs.totals(emulator.engine.live)
        if state_machine is not None:
            if state_machine not in emulator.machines and state_machine not in totals:
                raise HTTPException(404, f"there is no state machine {state_machine}")
            found = totals.get(state_machine) or Totals(emulator.machines[state_machine].type)
            return {**_machine(emulator.price_of, state_machine, found), "uncounted": left}
        return {**_endpoint(emulator.price_of, totals), "uncounted": left}

    @routes.get("/cost/executions")
    async def cost_of_executions() -> dict[str, Any]:
        """The transitions of every Standard execution, and their price, by its ARN."""
        known = [each for each in list(emulator.executions.values()) if each.record.type == "STANDARD"]
        return {"executions": {each.record.arn: _short(emulator, each) for each in known}}

    @routes.get("/executions/{arn:path}/cost")
    async def execution_cost(arn: str) -> dict[str, Any]:
        """What a Standard execution costs so far: transitions, both prices, by state."""
        return _of_execution(emulator, arn)


def known_execution(emulator: Emulator, arn: str) -> Running:
    """The execution of an ARN.

    Raises:
        HTTPException: There is none.
    """
    try:
        arns.parse(arn, "execution")
    except InvalidArn as error:
        raise HTTPException(400, error.message) from None
    running = emulator.execution(arn)
    if running is None:
        raise HTTPException(404, f"there is no Standard execution {arn}")
    return running


def _of_execution(emulator: Emulator, arn: str) -> dict[str, Any]:
    running = known_execution(emulator, arn)
    used = emulator.costs.of(running)
    try:
        told = priced(used, emulator.price_of(arns.parse(arn).region))
    except UnknownRegion as error:
        raise HTTPException(400, str(error)) from None
    nested = [_nested(emulator, each) for each in islice(_started(running), MOST_NESTED)]
    return {
        **told.to_dict(),
        "status": running.record.status,
        "incomplete": emulator.costs.is_incomplete(running),
        "nested": nested,
        "rule": start_rule(None),
        "use": _use(used),
    }


def _started(running: Running) -> Iterator[dict[str, Any]]:
    """The executions of other state machines that an execution started, as what started them answered."""
    for place, mark in enumerate(running.history.marks()):
        if mark.type.name not in ("TaskSubmitted", "TaskSucceeded"):
            continue
        _, _, _, _, _, _, _, _, answer, about = running.history.event(place)
        of_submission = mark.type.name == "TaskSubmitted"
        waits = about.resource.endswith((".sync", ".sync:2", ".waitForTaskToken"))
        starts = about.resource_type == "states" or about.resource.startswith("startSyncExecution")
        # A job that is waited for is told of twice: when it was submitted, and when it ended.
        if starts and of_submission == waits and isinstance(answer, dict) and "ExecutionArn" in answer:
            yield answer


def _nested(emulator: Emulator, answer: dict[str, Any]) -> dict[str, Any]:
    """What an execution costs that another one started: as it is known here, or by its billing details."""
    arn = answer["ExecutionArn"]
    told: dict[str, Any] = {"executionArn": arn, "usd": None}
    known = emulator.executions.get(arn)
    with suppress(UnknownRegion, InvalidArn, KeyError, TypeError):  # a mock may have answered anything
        listed = emulator.price_of(arns.parse(arn).region)
        if known is not None and known.record.type == "STANDARD":
            told |= _short(emulator, known)
        elif "BillingDetails" in answer:
            details = answer["BillingDetails"]
            ms, mb = details["BilledDurationInMilliseconds"], details["BilledMemoryUsedInMB"]
            told |= {"billed_ms": ms, "billed_mb": mb}
            told["usd"] = float(express_usd(1, gb_seconds(ms, mb), listed))
    return told


def _use(used: Use) -> dict[str, Any]:
    """What was used, for whoever wants to reckon with it: `msgspec.convert` makes an `asl.cost.Use` of it."""
    plain: dict[str, Any] = msgspec.to_builtins(used)
    return plain


def _short(emulator: Emulator, running: Running) -> dict[str, Any]:
    transitions = emulator.costs.transitions(running)
    try:
        listed = emulator.price_of(arns.parse(running.record.arn).region)
        return {"transitions": transitions, "usd": float(standard_usd(transitions, listed))}
    except UnknownRegion:
        return {"transitions": transitions, "usd": None}


# ------------------------------------------------------------------ sums


def _machine(price_of: Callable[[str], Prices], arn: str, totals: Totals) -> dict[str, Any]:
    used = totals.used
    sums = Use({}, {}, 0, 0, 0, used)
    told: dict[str, Any] = {
        "stateMachineArn": arn,
        "type": totals.type,
        "executions": totals.ended + totals.running,
        "running": totals.running,
        "standard": {"transitions": sums.transitions(), "usd": None},
        "express": {"requests": used.requests, "gb_seconds": float(used.gb_seconds), "usd": None},
        "usd": None,
        "by_state": sums.transitions_by_state(),
    }
    try:
        listed = price_of(arns.parse(arn).region)
        told["standard"]["usd"] = standard = float(standard_usd(sums.transitions(), listed))
        told["express"]["usd"] = express = float(express_usd(used.requests, used.gb_seconds, listed))
        told["usd"] = standard + express
    except UnknownRegion as error:
        told["costUnknown"] = str(error)
    return told


def _endpoint(price_of: Callable[[str], Prices], totals: dict[str, Totals]) -> dict[str, Any]:
    machines = [_machine(price_of, arn, each) for arn, each in totals.items()]
    return {
        "executions": sum(each["executions"] for each in machines),
        "running": sum(each["running"] for each in machines),
        "standard": _sum(machines, "standard", ("transitions", "usd")),
        "express": _sum(machines, "express", ("requests", "gb_seconds", "usd")),
        "usd": fsum(each["usd"] or 0.0 for each in machines),
        "machines": machines,
        "rule": start_rule(None),
    }


def _sum(machines: Iterable[dict[str, Any]], side: str, members: tuple[str, ...]) -> dict[str, Any]:
    """The sums of some members; an amount that is not known adds nothing."""
    told = list(machines)
    found = {name: [each[side][name] or 0 for each in told] for name in members}
    return {name: fsum(each) if name == "usd" else sum(each) for name, each in found.items()}
