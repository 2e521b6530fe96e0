"""The routes below ``/_emulator`` that tell costs: of executions, of state machines, and of the endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import fsum
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from fastapi import APIRouter, HTTPException, Query

from asl.cost import Prices, UnknownRegion, Use, express_usd, priced, standard_usd, start_rule
from emulator import arns
from emulator.engine.costs import Totals
from emulator.engine.running import Running
from emulator.errors import InvalidArn

if TYPE_CHECKING:
    from emulator.app import Emulator

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
    return {**told.to_dict(), "status": running.record.status, "rule": start_rule(None), "use": _use(used)}


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
