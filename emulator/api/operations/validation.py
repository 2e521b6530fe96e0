"""Definitions held to the language without making anything of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asl
from asl.diagnostics import Diagnostic
from emulator.api.caller import Caller

if TYPE_CHECKING:
    from emulator.app import Emulator

MAX_DIAGNOSTICS = 100


async def validate_state_machine_definition(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """ValidateStateMachineDefinition: FAIL only where CreateStateMachine would refuse the definition."""
    found = asl.validate(members["definition"], type=members.get("type", "STANDARD"))
    told = found if members.get("severity") == "WARNING" else [each for each in found if _is_error(each)]
    limit = members.get("maxResults") or MAX_DIAGNOSTICS
    return {
        "result": "FAIL" if any(map(_is_error, found)) else "OK",
        "diagnostics": [_on_the_wire(each) for each in told[:limit]],
        "truncated": len(told) > limit,
    }


def _is_error(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity == "ERROR"


def _on_the_wire(diagnostic: Diagnostic) -> dict[str, str]:
    """AWS's members of a diagnostic; where it tells no place the location is left out (recorded)."""
    told = {"severity": diagnostic.severity, "code": diagnostic.code, "message": diagnostic.message}
    return {**told, "location": diagnostic.location} if diagnostic.location else told
