"""What a state makes of its data on the way: noted while it runs, told as AWS tells it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from asl.jsontypes import JSON, dumps
from asl.spec.fields import Expression
from asl.states.state import BaseState

NOTHING: Any = object()
"""Stands for what the state did not come to."""

_NOTED = ("InputPath", "Parameters", "Arguments", "ResultSelector", "ResultPath")

_TASK = ("afterInputPath", "afterParameters", "result", "afterResultSelector", "afterResultPath")
_JSONPATH = {
    "Task": _TASK,
    "Pass": ("afterInputPath", "afterParameters", "afterResultSelector", "afterResultPath"),
    "Map": ("afterInputPath", "afterResultSelector", "afterResultPath"),
    "Parallel": ("afterResultSelector", "afterResultPath"),
}
_FIXED_PASS = ("result", "afterResultSelector", "afterResultPath")
_OTHER = ("afterInputPath",)
"""Which stages AWS tells of each type of state in JSONPath mode; recorded, but for Wait."""
_JSONATA: dict[str, tuple[str, ...]] = {"Task": ("afterArguments", "result")}
"""... and in JSONata mode; recorded, but for the result."""


class Trace(msgspec.Struct):
    """What one try of a state has noted.

    Attributes:
        input: The raw input.
        seen: What fields gave, by name.
        result: What the state's work gave.
        more: Members of the inspection data that are no stages.
    """

    input: JSON
    seen: dict[str, JSON] = {}
    result: JSON = NOTHING
    more: dict[str, Any] = {}


def traced(state: BaseState, seen: dict[str, JSON]) -> Any:
    """The same state, which notes what its fields give while it runs."""
    fields = dict(state.fields)
    for name in _NOTED:
        field = fields.get(name)
        if isinstance(field, Expression):
            fields[name] = msgspec.structs.replace(field, evaluate=_noting(field.evaluate, name, seen))
    copy = type(state)(fields)
    copy.name = state.name
    return copy


def _noting(
    evaluate: Callable[[Any, Any], JSON], name: str, seen: dict[str, JSON]
) -> Callable[[Any, Any], JSON]:
    def note(data: Any, other: Any) -> JSON:
        value = seen[name] = evaluate(data, other)
        return value

    return note


def inspection(state: BaseState, trace: Trace) -> dict[str, Any]:
    """The members of ``inspectionData``, JSON texts where AWS has texts."""
    shown: tuple[str, ...]
    if state.fields["QueryLanguage"] == "JSONata":
        shown = _JSONATA.get(state.kind, ())
    elif "Result" in state.fields:
        shown = _FIXED_PASS
    else:
        shown = _JSONPATH.get(state.kind, _OTHER)
    stages = _stages(state, trace)
    told = {name: stages[name] for name in ("input", *shown) if stages[name] is not NOTHING}
    return {name: dumps(value) for name, value in told.items()} | trace.more


def _stages(state: BaseState, trace: Trace) -> dict[str, JSON]:
    """The value after each stage; a stage without a field gives on what came to it."""

    def after(name: str, before: JSON, dropped: JSON) -> JSON:
        field = state.fields.get(name, NOTHING)
        if before is NOTHING or field is NOTHING:
            return before
        if field is None:
            return dropped
        return before if field.text == "$" else trace.seen.get(name, NOTHING)

    selected = after("InputPath", trace.input, {})
    worked = after("Parameters", selected, None)
    result = state.fields.get("Result", worked) if state.kind == "Pass" else trace.result
    chosen = after("ResultSelector", result, None)
    return {
        "input": trace.input,
        "afterInputPath": selected,
        "afterParameters": worked,
        "afterArguments": trace.seen.get("Arguments", NOTHING),
        "result": result,
        "afterResultSelector": chosen,
        "afterResultPath": after("ResultPath", chosen, trace.input),
    }
