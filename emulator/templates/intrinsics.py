"""CloudFormation's functions: what Ref, Fn::GetAtt and their like give before anything is deployed."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from asl.jsontypes import dumps
from emulator.templates.names import Names
from emulator.templates.problems import Problem, TemplateProblem
from emulator.templates.source import Items, Members, Spot, Value
from emulator.templates.traced import Traced

DEPTH_MAX = 50
"""How deep functions and conditions may lead into each other."""

COUNT_MAX = 50_000
"""So many functions may be evaluated for one template; names can lead to names twice over, and so on."""


class Unresolved(Exception):
    """A value that is not known here; why has been noted."""


class _NoValue:
    """What AWS::NoValue stands for: the member is not there."""


NO_VALUE = _NoValue()

_VARIABLE = re.compile(r"\$\{([^${}]*)\}")


class Resolver:
    """Gives the values of a template's functions.

    Attributes:
        names: What resources and parameters are called.
        problems: What could not be resolved so far.
        logical_id: The resource that is being looked at, for problems.
    """

    def __init__(self, template: Members, names: Names) -> None:
        self.names = names
        self.problems: list[Problem] = []
        self.logical_id: str | None = None
        self._mappings = _members(template, "Mappings")
        self._conditions = _members(template, "Conditions")
        self._open: list[str] = []
        self._count = 0
        self._noted: set[tuple[str | None, str, str]] = set()
        names.resolver = self

    # -------------------------------------------------------------- values

    def value(self, value: Value, spot: Spot) -> Value:
        """A value with every function in it replaced by what it gives.

        Raises:
            Unresolved: Something in it is not known; all that is not is noted first.
        """
        if isinstance(value, Members):
            if len(value) == 1:
                name, argument = next(iter(value.items()))
                if name in ("Ref", "Condition") or name.startswith("Fn::"):
                    if name == "Condition" and not isinstance(argument, str):
                        return self._members(value)
                    return self._function(name, argument, value.spot / name)
            return self._members(value)
        return self._items(value) if isinstance(value, Items) else value

    def _members(self, value: Members) -> Members:
        found = Members(value.spot)
        missing = False
        for key, each in value.items():
            try:
                resolved = self.value(each, value.spot / key)
            except Unresolved:
                missing = True
                continue
            if resolved is not NO_VALUE:
                found[key] = resolved
        if missing:
            raise Unresolved
        return found

    def _items(self, value: Items) -> Items:
        found = Items(value.spot)
        missing = False
        for index, each in enumerate(value):
            try:
                resolved = self.value(each, value.spot / index)
            except Unresolved:
                missing = True
                continue
            if resolved is not NO_VALUE:
                found.append(resolved)
        if missing:
            raise Unresolved
        return found

    def text(self, value: Value, spot: Spot) -> str:
        """A value that is to be a text; numbers and booleans as CloudFormation writes them.

        Raises:
            Unresolved: It is not known, or is an object or a list.
        """
        resolved = self.value(value, spot)
        if isinstance(resolved, bool):
            return "true" if resolved else "false"
        if isinstance(resolved, str | int | float):
            return str(resolved)
        raise self.unresolved(f"a text is needed here, not {_what(resolved)}", spot)

    def listed(self, value: Value, spot: Spot) -> list[Any]:
        """A value that is to be a list; ``A,B`` from a parameter is one."""
        resolved = self.value(value, spot)
        if isinstance(resolved, list):
            return resolved
        raise self.unresolved(f"a list is needed here, not {_what(resolved)}", spot)

    def unresolved(self, message: str, spot: Spot, circle: Iterable[str] = ()) -> Unresolved:
        """Notes a problem; the exception to raise."""
        note = (self.logical_id, message, spot.path)
        if note not in self._noted:
            self._noted.add(note)
            among = frozenset(circle)
            self.problems.append(Problem(message, spot.place, self.logical_id, spot.path, circle=among))
        return Unresolved()

    def traced(self, value: Value, spot: Spot) -> tuple[Traced, Spot]:
        """A text that knows where its characters stood, and the place of the text that it was made from.

        Raises:
            Unresolved: It is not known.
        """
        if isinstance(value, str):
            return Traced(value), spot
        if isinstance(value, Members) and list(value) == ["Fn::Sub"]:
            return self._sub(value["Fn::Sub"], value.spot / "Fn::Sub")
        if isinstance(value, Members) and list(value) == ["Fn::If"]:
            return self.traced(*self._chosen(value["Fn::If"], value.spot / "Fn::If"))
        return Traced(self.text(value, spot)), spot

    # -------------------------------------------------------------- functions

    def _function(self, name: str, argument: Value, spot: Spot) -> Value:
        if name not in _FUNCTIONS:
            raise self.unresolved(f"{name} is not understood here", spot)
        if len(self._open) > DEPTH_MAX:
            raise self.unresolved(f"functions lead more than {DEPTH_MAX} levels deep into each other", spot)
        self._count += 1
        if self._count > COUNT_MAX:
            message = "the functions of the template lead to too many others"
            raise TemplateProblem([Problem(message, spot.place, self.logical_id, spot.path)])
        self._open.append(name)
        try:
            return _FUNCTIONS[name](self, argument, spot)
        finally:
            self._open.pop()

    def _ref(self, argument: Value, spot: Spot) -> Value:
        if not isinstance(argument, str):
            raise self.unresolved("Ref takes the name of a parameter or a resource", spot)
        return NO_VALUE if argument == "AWS::NoValue" else self.names.ref(argument, spot)

    def _get_att(self, argument: Value, spot: Spot) -> Value:
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[0], str):
            raise self.unresolved("Fn::GetAtt takes a resource and an attribute", spot)
        return self.names.attribute(parts[0], self.text(parts[1], spot / 1), spot)

    def _sub(self, argument: Value, spot: Spot) -> tuple[Traced, Spot]:
        own: Mapping[str, Any] = {}
        at, own_spot = spot, spot
        if isinstance(argument, Items):
            if len(argument) != 2 or not isinstance(argument[1], Members):
                raise self.unresolved("Fn::Sub takes a text, or a list of a text and an object", spot)
            argument, own = argument
            at, own_spot = spot / 0, spot / 1
        if not isinstance(argument, str):
            raise self.unresolved("Fn::Sub takes a text", spot)
        missing = False

        def given(match: re.Match[str]) -> str | None:
            nonlocal missing
            name = match[1].strip()
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            try:
                if name in own:
                    return self.text(own[name], own_spot / name)
                resource, dot, attribute = name.partition(".")
                known = self.names.attribute(resource, attribute, at) if dot else self.names.ref(name, at)
                return self.text(known, at)
            except Unresolved:
                missing = True
                return None

        traced = Traced(argument).replaced(_VARIABLE, given)
        if missing:
            raise Unresolved
        return traced, at

    def _sub_text(self, argument: Value, spot: Spot) -> Value:
        return self._sub(argument, spot)[0].text

    def _join(self, argument: Value, spot: Spot) -> Value:
        if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
            raise self.unresolved("Fn::Join takes a text and a list", spot)
        parts = argument[1]
        if isinstance(parts, Items):
            texts, missing = [], False
            for index, each in enumerate(parts):
                try:
                    resolved = self.value(each, parts.spot / index)
                    texts += [] if resolved is NO_VALUE else [self.text(resolved, parts.spot / index)]
                except Unresolved:
                    missing = True
            if missing:
                raise Unresolved
            return argument[0].join(texts)
        return argument[0].join(self.text(each, spot / 1) for each in self.listed(parts, spot / 1))

    def _select(self, argument: Value, spot: Spot) -> Value:
        if not isinstance(argument, list) or len(argument) != 2:
            raise self.unresolved("Fn::Select takes an index and a list", spot)
        index, items = self.text(argument[0], spot / 0), self.listed(argument[1], spot / 1)
        if not index.isdigit() or int(index) >= len(items):
            raise self.unresolved(f"Fn::Select: there is no item {index} in a list of {len(items)}", spot)
        return items[int(index)]

    def _split(self, argument: Value, spot: Spot) -> Value:
        if (
            not isinstance(argument, list)
            or len(argument) != 2
            or not argument[0]
            or not isinstance(argument[0], str)
        ):
            raise self.unresolved("Fn::Split takes a delimiter and a text", spot)
        items = Items(spot)
        items.extend(self.text(argument[1], spot / 1).split(argument[0]))
        return items

    def _find_in_map(self, argument: Value, spot: Spot) -> Value:
        if not isinstance(argument, list) or len(argument) not in (3, 4):
            raise self.unresolved("Fn::FindInMap takes the names of a map and of two keys", spot)
        keys = [self.text(each, spot / index) for index, each in enumerate(argument[:3])]
        found: Value = self._mappings
        for key in keys:
            if not isinstance(found, Members) or key not in found:
                if len(argument) == 4 and isinstance(argument[3], Members) and "DefaultValue" in argument[3]:
                    return self.value(argument[3]["DefaultValue"], spot / 3 / "DefaultValue")
                raise self.unresolved(f"Fn::FindInMap: the mappings have no {' / '.join(keys)}", spot)
            found = found[key]
        return found

    def _chosen(self, argument: Value, spot: Spot) -> tuple[Value, Spot]:
        if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):
            raise self.unresolved("Fn::If takes a condition and two values", spot)
        index = 1 if self.condition(argument[0], spot) else 2
        return argument[index], spot / index

    def _if(self, argument: Value, spot: Spot) -> Value:
        return self.value(*self._chosen(argument, spot))

    def _import(self, argument: Value, spot: Spot) -> Value:
        return self.names.imported(self.text(argument, spot), spot)

    def _base64(self, argument: Value, spot: Spot) -> Value:
        return base64.b64encode(self.text(argument, spot).encode()).decode()

    def _json(self, argument: Value, spot: Spot) -> Value:
        return dumps(self.value(argument, spot))

    def _length(self, argument: Value, spot: Spot) -> Value:
        return len(self.listed(argument, spot))

    # -------------------------------------------------------------- conditions

    def condition(self, name: str, spot: Spot) -> bool:
        """Whether a condition of the template holds.

        Raises:
            Unresolved: That is not known, or there is none.
        """
        if name not in self._conditions:
            raise self.unresolved(f"there is no condition '{name}'", spot)
        mark = f"condition {name}"
        if mark in self._open:
            raise self.unresolved(f"the condition '{name}' leads back to itself", spot)
        self._open.append(mark)
        try:
            held = self.value(self._conditions[name], self._conditions.spot / name)
        finally:
            self._open.pop()
        if not isinstance(held, bool):
            raise self.unresolved(f"the condition '{name}' is neither true nor false", spot)
        return held

    def _named_condition(self, argument: Value, spot: Spot) -> Value:
        return self.condition(argument, spot)

    def _equals(self, argument: Value, spot: Spot) -> Value:
        if not isinstance(argument, list) or len(argument) != 2:
            raise self.unresolved("Fn::Equals takes two values", spot)
        one, other = (self.value(each, spot / index) for index, each in enumerate(argument))
        if isinstance(one, list | dict) or isinstance(other, list | dict):
            return bool(one == other)
        return self.text(one, spot) == self.text(other, spot)

    def _and(self, argument: Value, spot: Spot) -> Value:
        return all(self._truths(argument, spot))

    def _or(self, argument: Value, spot: Spot) -> Value:
        return any(self._truths(argument, spot))

    def _not(self, argument: Value, spot: Spot) -> Value:
        return not all(self._truths(argument, spot))

    def _truths(self, argument: Value, spot: Spot) -> list[bool]:
        if not isinstance(argument, list):
            raise self.unresolved("a list of conditions is needed here", spot)
        return [bool(self.value(each, spot / index)) for index, each in enumerate(argument)]


def _members(template: Members, name: str) -> Members:
    found = template.get(name)
    return found if isinstance(found, Members) else Members(template.spot / name)


def _what(value: Value) -> str:
    names: dict[type, str] = {Members: "an object", Items: "a list", type(None): "null", _NoValue: "nothing"}
    return names.get(type(value), type(value).__name__)


_FUNCTIONS: dict[str, Callable[[Resolver, Value, Spot], Value]] = {
    "Condition": Resolver._named_condition,
    "Fn::And": Resolver._and,
    "Fn::Base64": Resolver._base64,
    "Fn::Equals": Resolver._equals,
    "Fn::FindInMap": Resolver._find_in_map,
    "Fn::GetAtt": Resolver._get_att,
    "Fn::If": Resolver._if,
    "Fn::ImportValue": Resolver._import,
    "Fn::Join": Resolver._join,
    "Fn::Length": Resolver._length,
    "Fn::Not": Resolver._not,
    "Fn::Or": Resolver._or,
    "Fn::Select": Resolver._select,
    "Fn::Split": Resolver._split,
    "Fn::Sub": Resolver._sub_text,
    "Fn::ToJsonString": Resolver._json,
    "Ref": Resolver._ref,
}
