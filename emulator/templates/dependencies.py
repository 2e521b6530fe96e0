"""Which resource of a template needs which: to find those that need themselves, which AWS refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from emulator.templates.source import Members, Value

_APART = ("Events", "Connectors")
"""Properties of SAM's resources that become resources of their own, which nothing needs."""

_VARIABLE = re.compile(r"\$\{([^!${}.]+)(?:\.[^${}]*)?\}")


def circle(logical_id: str, resources: Mapping[str, Members]) -> list[str]:
    """The way from a resource back to itself, or nothing."""
    way: dict[str, str] = {}
    pending = [logical_id]
    while pending:
        current = pending.pop()
        for needed in sorted(_needs(resources[current])):
            if needed == logical_id:
                return _back(logical_id, current, way)
            if needed in resources and needed not in way:
                way[needed] = current
                pending.append(needed)
    return []


def _back(start: str, last: str, way: Mapping[str, str]) -> list[str]:
    steps = [start]
    while last != start:
        steps.append(last)
        last = way[last]
    return [start, *reversed(steps)]


def _needs(resource: Members) -> set[str]:
    properties = resource.get("Properties")
    if not isinstance(properties, Members):
        return set()
    apart = _APART if str(resource.get("Type")).startswith("AWS::Serverless::") else ()
    return {name for key, each in properties.items() if key not in apart for name in named(each)}


def named(value: Value) -> Iterator[str]:
    """The resources and parameters that the functions in a value name."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, list):
            pending += each
        elif isinstance(each, dict):
            pending += each.values()
            yield from _of_function(each)


def _of_function(value: dict[str, Value]) -> Iterator[str]:
    if len(value) != 1:
        return
    name, argument = next(iter(value.items()))
    if name == "Ref" and isinstance(argument, str):
        yield argument
    elif name == "Fn::GetAtt" and argument:
        yield str(argument[0]) if isinstance(argument, list) else str(argument).split(".")[0]
    elif name == "Fn::Sub":
        text = argument[0] if isinstance(argument, list) and argument else argument
        yield from _VARIABLE.findall(text) if isinstance(text, str) else ()
