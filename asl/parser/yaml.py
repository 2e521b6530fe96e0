"""Definitions in YAML: JSON's types only, so that ``No``, ``010`` and a timestamp stay text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec
import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from asl.jsontypes import JSON
from asl.parser.positions import Position, Steps

MAX_DEPTH = 300
"""How deep YAML may nest; its library composes by recursion, in C."""

_NODES_MAX = 500_000
"""Nodes that one document may unfold to; an alias counts each time it is used."""

_DIGITS_MAX = 4_000

_TAG = "tag:yaml.org,2002:"
_SPELLINGS = {
    "null": (re.compile(r"null|"), ["n", ""]),
    "bool": (re.compile(r"true|false"), ["t", "f"]),
    "int": (re.compile(r"-?(?:0|[1-9][0-9]*)"), list("-0123456789")),
    "float": (re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"), list("-0123456789")),
}
"""How JSON spells what is no string, and what each begins with (YAML 1.2's JSON schema)."""


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where PyYAML was built with it


class _Loader(_Base):  # type: ignore[misc]
    """Resolves plain scalars by JSON's spellings."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 -- PyYAML's own attribute


for _name, (_pattern, _first) in _SPELLINGS.items():
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"^(?:{_pattern.pattern})$"), _first)


class InvalidYAML(ValueError):
    """A text that is no YAML, or says what JSON cannot.

    Attributes:
        position: Line and column, where they are known.
    """

    def __init__(self, message: str, mark: Any = None) -> None:
        super().__init__(message)
        self.position: Position | None = None if mark is None else (mark.line + 1, mark.column + 1)


class YAMLText(msgspec.Struct, frozen=True):
    """What a YAML text holds.

    Attributes:
        value: Its value.
        duplicates: Paths of keys that stand twice in one object.
        root: The text's own tree, which knows where things stand.
    """

    value: JSON
    duplicates: list[Steps]
    root: Any

    def positions(self, paths: Iterable[Steps]) -> dict[Steps, Position]:
        """Line and column of members, or of the nearest of their ancestors that is there."""
        return {path: _position(self.root, path) for path in paths} if self.root is not None else {}


def load_yaml(text: str) -> YAMLText:
    """The value of a YAML text.

    Raises:
        InvalidYAML: The text is no YAML, or more than JSON can say.
    """
    try:
        _check_depth(text)
        root = _compose(text)
    except yaml.MarkedYAMLError as error:
        raise InvalidYAML(
            str(error.problem or error.context), error.problem_mark or error.context_mark
        ) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise InvalidYAML(str(error).splitlines()[0]) from None
    values = _Values()
    return YAMLText(None if root is None else values.value(root, ()), values.duplicates, root)


def _check_depth(text: str) -> None:
    """Counts the levels over the flat stream of events, before anything recurses."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise InvalidYAML(f"YAML nested more than {MAX_DEPTH} levels deep", event.start_mark)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1


def _compose(text: str) -> Node | None:
    loader = _Loader(text)
    try:
        node: Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


class _Values:
    """Turns nodes into JSON values."""

    def __init__(self) -> None:
        self.duplicates: list[Steps] = []
        self.count = 0

    def value(self, node: Node, place: Steps) -> JSON:
        self.count += 1
        if self.count > _NODES_MAX:
            raise InvalidYAML("The definition unfolds to too many values", node.start_mark)
        if len(place) > MAX_DEPTH:  # an alias that holds itself
            raise InvalidYAML(f"YAML nested more than {MAX_DEPTH} levels deep", node.start_mark)
        if isinstance(node, MappingNode) and node.tag == _TAG + "map":
            return self._object(node, place)
        if isinstance(node, SequenceNode) and node.tag == _TAG + "seq":
            return [self.value(each, (*place, index)) for index, each in enumerate(node.value)]
        if isinstance(node, ScalarNode):
            return _scalar(node)
        raise InvalidYAML(f"The tag {node.tag} is not JSON", node.start_mark)

    def _object(self, node: MappingNode, place: Steps) -> dict[str, JSON]:
        found: dict[str, JSON] = {}
        for key, member in node.value:
            if not isinstance(key, ScalarNode):
                raise InvalidYAML("The keys of an object must be strings", key.start_mark)
            name = key.value  # as written: the key No is the text No
            if name in found:
                self.duplicates.append((*place, name))
            found[name] = self.value(member, (*place, name))
        return found


def _scalar(node: ScalarNode) -> JSON:
    text, tag = node.value, node.tag.removeprefix(_TAG)
    if tag == "str":
        return text
    if tag not in _SPELLINGS:
        raise InvalidYAML(f"The tag {node.tag} is not JSON", node.start_mark)
    if not _SPELLINGS[tag][0].fullmatch(text):
        raise InvalidYAML(f"'{text}' is no JSON {tag}", node.start_mark)
    if len(text) > _DIGITS_MAX:
        raise InvalidYAML("The number has too many digits", node.start_mark)
    if tag == "float" and float(text) in (float("inf"), float("-inf")):
        raise InvalidYAML(f"The number {text} is too large", node.start_mark)
    return _READ[tag](text)


_READ: dict[str, Any] = {
    "null": lambda text: None,
    "bool": lambda text: text == "true",
    "int": int,
    "float": float,
}


def _position(node: Node, path: Steps) -> Position:
    mark = node.start_mark
    for step in path:
        following = _member(node, step)
        if following is None:
            break
        mark, node = following
    return mark.line + 1, mark.column + 1


def _member(node: Node, step: str | int) -> tuple[Any, Node] | None:
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark, node.value[step]
    found = None
    if isinstance(node, MappingNode):
        for key, member in node.value:
            if isinstance(key, ScalarNode) and key.value == step:
                found = key.start_mark, member  # of two equal keys the last counts
    return found
