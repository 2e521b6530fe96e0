"""YAML as templates are written in it: short forms of functions, YAML 1.1's scalars, bounds, places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from asl.parser.positions import Position, Steps
from asl.parser.yaml import InvalidYAML
from emulator.templates.source import MAX_DEPTH, Items, Members, Spot, Value

if TYPE_CHECKING:
    from emulator.templates.source import Spot as _Spot

__all__ = ["InvalidYAML", "YAMLTree"]

NODES_MAX = 500_000
"""Nodes that one file may unfold to; an alias counts each time it is used."""

_TAG = "tag:yaml.org,2002:"
_MERGE = _TAG + "merge"
_BOOLS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_PLAIN_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_DIGITS_MAX = 4_000

_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Template(_Safe):  # type: ignore[misc]
    """YAML 1.1, in which CloudFormation reads its templates; a timestamp stays text, as it says."""

    yaml_implicit_resolvers: dict[str, Any] = {  # noqa: RUF012 -- PyYAML's own attribute
        first: [entry for entry in entries if not entry[0].endswith("timestamp")]
        for first, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Core(_Safe):  # type: ignore[misc]
    """YAML 1.2's core schema, which the Serverless Framework's parser follows."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 -- PyYAML's own attribute


_SPELLINGS = {
    "merge": ("<<", ["<"]),
    "null": ("null|Null|NULL|~|", ["n", "N", "~", ""]),
    "bool": ("true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": ("[-+]?[0-9]+", list("-+0123456789")),
    "float": (r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
}
for _name, (_pattern, _first) in _SPELLINGS.items():
    _Core.add_implicit_resolver(_TAG + _name, re.compile(f"^(?:{_pattern})$"), _first)


class YAMLTree:
    """The nodes of a YAML text.

    Raises:
        InvalidYAML: The text is no YAML, nests too deep, or unfolds to too much.
    """

    def __init__(self, text: str, *, cloudformation: bool) -> None:
        self._loader = _Template if cloudformation else _Core
        self._lines = text.splitlines(keepends=True)
        self._count = 0
        try:
            _check_depth(text, self._loader)
            self._root = _composed(text, self._loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise InvalidYAML(str(error.problem or error.context), mark) from None
        except (yaml.YAMLError, UnicodeError) as error:
            raise InvalidYAML(str(error).splitlines()[0]) from None

    def value(self, spot: _Spot) -> Value:
        """The value of the text.

        Raises:
            InvalidYAML: It has something that is no JSON and no function.
        """
        return None if self._root is None else self._value(self._root, spot)

    # -------------------------------------------------------------- values

    def _value(self, node: Node, spot: Spot) -> Value:
        self._count += 1
        if self._count > NODES_MAX:
            raise InvalidYAML("the file unfolds to too many values", node.start_mark)
        if len(spot.steps) > MAX_DEPTH:  # an alias that holds itself
            raise InvalidYAML(f"YAML nested more than {MAX_DEPTH} levels deep", node.start_mark)
        name = _function(node)
        if name is None:
            return self._plain(node, spot)
        members = Members(spot)
        argument = self._plain(node, spot / name)
        if name == "Fn::GetAtt" and isinstance(argument, str):
            items = Items(spot / name)
            items.extend(argument.split(".", 1))
            argument = items
        members[name] = argument
        return members

    def _plain(self, node: Node, spot: Spot) -> Value:
        if isinstance(node, MappingNode):
            return self._object(node, spot)
        if isinstance(node, SequenceNode):
            items = Items(spot)
            items.extend(self._value(each, spot / index) for index, each in enumerate(node.value))
            return items
        return node.value if _function(node) else _scalar(node)

    def _object(self, node: MappingNode, spot: Spot) -> Members:
        found, merged = Members(spot), Members(spot)
        for key, member in node.value:
            if not isinstance(key, ScalarNode):
                raise InvalidYAML("the keys of an object must be strings", key.start_mark)
            if key.tag == _MERGE:
                for each in member.value if isinstance(member, SequenceNode) else [member]:
                    value = self._value(each, spot / key.value)
                    if not isinstance(value, dict):
                        raise InvalidYAML("only an object can be merged", each.start_mark)
                    merged.update({name: value[name] for name in value if name not in merged})
            else:
                found[key.value] = self._value(member, spot / key.value)
        for name, value in merged.items():
            found.setdefault(name, value)
        return found

    # -------------------------------------------------------------- places

    def position(self, steps: Steps) -> Position:
        """Line and column of a member: of the key in an object, of the value in an array."""
        mark = self._walk(steps)[0]
        return mark.line + 1, mark.column + 1

    def text_position(self, steps: Steps, offset: int) -> Position | None:
        """Where a character of a string stands; None where it is not written line by line."""
        _, node = self._walk(steps)
        if not isinstance(node, ScalarNode) or offset > len(node.value):
            return None
        before = node.value[:offset]
        if node.style == "|":
            line = node.start_mark.line + 1 + before.count("\n")
            indent = self._indent(node.start_mark.line + 1, node.value)
            return line + 1, indent + offset - (before.rfind("\n") + 1) + 1
        plain = node.start_mark.line == node.end_mark.line and "\\" not in node.value
        if plain:
            text = self._lines[node.start_mark.line][node.start_mark.column : node.end_mark.column]
            quote = 1 if node.style else 0
            if len(text) == len(node.value) + 2 * quote:
                return node.start_mark.line + 1, node.start_mark.column + quote + offset + 1
        return None

    def _indent(self, line: int, value: str) -> int:
        """By how many blanks a block's lines are set in: known from the first that is not empty."""
        for number, text in enumerate(value.splitlines()):
            if text.strip() and line + number < len(self._lines):
                return len(self._lines[line + number].rstrip("\r\n")) - len(text)
        return 0

    def _walk(self, steps: Steps) -> tuple[Any, Node | None]:
        node = self._root
        if node is None:
            return yaml.Mark("", 0, 0, 0, None, 0), None
        mark = node.start_mark
        for step in steps:
            if step == _function(node):
                continue
            following = _member(node, step)
            if following is None:
                return mark, None
            mark, node = following
        return mark, node


def _member(node: Node, step: str | int) -> tuple[Any, Node] | None:
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark, node.value[step]
    found = None
    for key, member in _entries(node, set()):
        if key.value == step:
            found = key.start_mark, member  # of two equal keys the last counts
    return found


def _entries(node: Node, seen: set[int]) -> Iterator[tuple[Any, Node]]:
    """An object's keys and members, those that are merged into it first."""
    if not isinstance(node, MappingNode) or id(node) in seen:
        return
    seen.add(id(node))
    for key, member in node.value:
        if isinstance(key, ScalarNode) and key.tag == _MERGE:
            for each in reversed(member.value) if isinstance(member, SequenceNode) else [member]:
                yield from _entries(each, seen)
    yield from ((key, member) for key, member in node.value if isinstance(key, ScalarNode))


def _function(node: Node) -> str | None:
    """The function whose short form a node's tag is: ``!Sub`` is Fn::Sub."""
    tag: str = node.tag
    if not tag.startswith("!") or len(tag) < 2:
        return None
    return tag[1:] if tag in ("!Ref", "!Condition") else f"Fn::{tag[1:]}"


def _scalar(node: Any) -> Value:
    text, tag = node.value, node.tag.removeprefix(_TAG)
    if tag in ("str", "merge", "value", "!"):
        return text
    if tag == "null":
        return None
    if tag == "bool":
        if text.lower() in _BOOLS:
            return _BOOLS[text.lower()]
    elif tag in ("int", "float"):
        return _number(text, tag, node)
    raise InvalidYAML(f"the tag {node.tag} is none of JSON's types", node.start_mark)


def _number(text: str, tag: str, node: Any) -> Value:
    if len(text) > _DIGITS_MAX:
        raise InvalidYAML("the number has too many digits", node.start_mark)
    try:
        if _PLAIN_NUMBER.fullmatch(text):
            value: Value = int(text) if tag == "int" else float(text)
        else:
            value = yaml.safe_load(text)  # octal, hexadecimal, with underscores
    except (ValueError, yaml.YAMLError):
        raise InvalidYAML(f"'{text[:40]}' is no number", node.start_mark) from None
    if not isinstance(value, int | float):
        raise InvalidYAML(f"'{text[:40]}' is no number", node.start_mark)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        raise InvalidYAML(f"the number {text[:40]} is none of JSON's", node.start_mark)
    return value


def _check_depth(text: str, loader: Any) -> None:
    """Counts the levels over the flat stream of events, before anything recurses."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise InvalidYAML(f"YAML nested more than {MAX_DEPTH} levels deep", event.start_mark)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1


def _composed(text: str, loader_type: Any) -> Node | None:
    loader = loader_type(text)
    try:
        node: Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()
