"""States, choice rules and catchers in a few words, as they stand in a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from asl.elements.resource import resource
from asl.jsontypes import JSON, dumps

LONGEST = 200
"""Characters of a condition that are kept; the rest of it is to be read in the definition."""

_DEPTH = 4
_MEMBERS = 6
"""How deep And, Or and Not are written out, and how many members of each."""

_RELATIONS = {
    "Equals": "=", "LessThan": "<", "GreaterThan": ">", "LessThanEquals": "≤", "GreaterThanEquals": "≥",
}  # fmt: skip
_SYMBOLS = {
    f"{kind}{order}": symbol
    for kind in ("String", "Numeric", "Boolean", "Timestamp")
    for order, symbol in _RELATIONS.items()
}
_QUALITIES = {
    "IsNull": "null", "IsPresent": "present", "IsNumeric": "a number", "IsString": "a string",
    "IsBoolean": "a boolean", "IsTimestamp": "a timestamp",
}  # fmt: skip
_BESIDE = ("Variable", "Comment", "Next", "Assign", "Output")
"""What a rule with a Variable has beside its operator."""


# ------------------------------------------------------------------ choice rules and catchers


def condition(rule: dict[str, JSON]) -> str:
    """When a choice rule matches: ``$.total ≥ 100``, ``$.name matches a*``, ``not ($.a is null)``."""
    return _cut(_condition(rule, _DEPTH))


def error_names(catcher: dict[str, JSON]) -> str:
    """The errors that a catcher answers."""
    names: Any = catcher["ErrorEquals"]
    return _cut(", ".join(names[:_MEMBERS]) + (", …" if len(names) > _MEMBERS else ""))


def _condition(rule: dict[str, Any], depth: int) -> str:
    if not depth:
        return "…"
    if "Condition" in rule:
        return expression(rule["Condition"])
    if "Not" in rule:
        return f"not ({_condition(rule['Not'], depth - 1)})"
    for field in ("And", "Or"):
        if field in rule:
            return _joined(rule[field], f" {field.lower()} ", depth)
    return _comparison(rule)


def _joined(rules: list[dict[str, Any]], word: str, depth: int) -> str:
    parts = [_condition(each, depth - 1) for each in rules[:_MEMBERS]]
    grouped = [
        f"({part})" if {"And", "Or"} & each.keys() else part for part, each in zip(parts, rules, strict=False)
    ]
    return word.join(grouped + ["…"] * (len(rules) > _MEMBERS))


def _comparison(rule: dict[str, Any]) -> str:
    name, operand = next((name, value) for name, value in rule.items() if name not in _BESIDE)
    plain = name.removesuffix("Path")
    if name in _QUALITIES:
        relation, told = "is", _QUALITIES[name] if operand else f"not {_QUALITIES[name]}"
    elif name == "StringMatches" or plain != name:  # a pattern and a path are no text to be quoted
        relation, told = "matches" if plain == name else _SYMBOLS.get(plain, plain), operand
    else:
        relation, told = _SYMBOLS.get(name, name), dumps(operand)
    return f"{rule['Variable']} {relation} {told}"


def expression(value: JSON) -> str:
    """A value of a field, a JSONata expression without its marks."""
    text = value if isinstance(value, str) else dumps(value)
    return text.removeprefix("{%").removesuffix("%}").strip() if text.startswith("{%") else text


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


# ------------------------------------------------------------------ states


def details(state: dict[str, Any]) -> str:
    """What a state does beyond its Type: what a Task calls, how long a Wait is; may be empty."""
    tell = _DETAILS.get(state["Type"])
    return "" if tell is None else _cut(tell(state))


def _task(state: dict[str, Any]) -> str:
    found = resource(state["Resource"])
    if found is None:
        return str(state["Resource"])
    if found.service == "lambda":
        return _function(state) or found.action
    return found.action if found.family == "activity" else f"{found.service}:{found.action}"


def _function(state: dict[str, Any]) -> str:
    """The name of the function that the integration lambda:invoke is told to call, where it says so."""
    arguments = state.get("Arguments", state.get("Parameters"))
    name = arguments.get("FunctionName") if isinstance(arguments, dict) else None
    if not isinstance(name, str) or name.startswith("{%"):
        return ""
    return name.rpartition(":function:")[2]


def _wait(state: dict[str, Any]) -> str:
    field = next(each for each in ("Seconds", "SecondsPath", "Timestamp", "TimestampPath") if each in state)
    told = expression(state[field])
    return f"{told} s" if field == "Seconds" else told if field == "SecondsPath" else f"until {told}"


def _map(state: dict[str, Any]) -> str:
    processor = state["ItemProcessor" if "ItemProcessor" in state else "Iterator"]
    mode = processor.get("ProcessorConfig", {}).get("Mode")
    limit = state.get("MaxConcurrency")
    told: Iterable[str] = (
        "distributed" if mode == "DISTRIBUTED" else "",
        f"{expression(limit)} at a time" if limit else "",
    )
    return ", ".join(filter(None, told))


_DETAILS: dict[str, Callable[[dict[str, Any]], str]] = {
    "Task": _task,
    "Wait": _wait,
    "Map": _map,
    "Fail": lambda state: expression(state.get("Error", "")),
}
