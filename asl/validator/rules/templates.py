"""Rules on payload templates: what looks as if it were read, and is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from asl.diagnostics import Diagnostic
from asl.jsontypes import JSON
from asl.rules import Problem
from asl.rules import table as rules
from asl.validator.scopes import Scope, Steps, states

_TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector", "Assign")
_LOOKS_READ = re.compile(r"\$\$?\.[A-Za-z_]|\$\$?\[|States\.[A-Z]\w*\(")


def paths_are_read(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """A template's text that looks like a path stands in a field whose name ends in ``.$``.

    AWS's API reference names the code, NO_DOLLAR; the text is ours.
    """
    for place, state in _in_jsonpath(scopes):
        for name in _TEMPLATES:
            for where, key, text in _texts((*place, name), state.get(name)):
                if not key.endswith(".$") and _LOOKS_READ.match(text):
                    message = f"The value of the field '{key}' looks like a path, but is not read"
                    yield Problem(rules.NO_DOLLAR, message).at(where)


def results_are_static(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """A Pass state's Result has no field that is to be computed: nothing in it is.

    AWS's API reference names the code, PASS_RESULT_IS_STATIC; the text is ours.
    """
    for place, state in _in_jsonpath(scopes):
        for where, key, text in _texts((*place, "Result"), state.get("Result")):
            if key.endswith(".$") or _LOOKS_READ.match(text):
                message = f"The field '{key}' of Result is given on as it stands"
                yield Problem(rules.STATIC_RESULT, message).at(where)


def _in_jsonpath(scopes: list[Scope]) -> Iterator[tuple[Steps, dict[str, JSON]]]:
    whole = scopes[0].value.get("QueryLanguage") if scopes else None
    for place, state in states(scopes):
        if state.get("QueryLanguage", whole) != "JSONata":
            yield place, state


def _texts(place: Steps, value: JSON) -> Iterator[tuple[Steps, str, str]]:
    """Every text in an object: where it is, the field it stands in, and the text."""
    pending: list[tuple[Steps, JSON]] = [(place, value)]
    while pending:
        where, each = pending.pop()
        if isinstance(each, dict):
            for key, member in each.items():
                if isinstance(member, str):
                    yield (*where, key), key, member
                elif isinstance(member, dict | list):
                    pending.append(((*where, key), member))
        elif isinstance(each, list):
            pending += [((*where, at), item) for at, item in enumerate(each) if isinstance(item, dict | list)]
