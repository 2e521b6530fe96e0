"""Definitions in YAML: JSON's types only, so that ``No``, ``010`` and a timestamp stay text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from asl import diagnostics
from asl.diagnostics import Diagnostic
from asl.jsontypes import MAX_DEPTH
from asl.parser.document import Document
from asl.parser.positions import Position, Steps

_NODES_MAX = 500_000
"""Nodes that one document may unfold to; an alias counts each time it is used."""


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where PyYAML was built with it


class _Loader(_Base):  # type: ignore[misc]
    """Resolves what JSON has, by JSON's own spellings (YAML 1.2's JSON schema)."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 -- PyYAML's own attribute


for _tag, _pattern, _first in (
    ("null", r"null|", "n\0"),
    ("bool", r"true|false", "tf"),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


class _Refused(Exception):
    def __init__(self, message: str, node: Node) -> None:
        super().__init__(message)
        self.node = node


def load_yaml(text: str) -> Document:
    """The document of a YAML text; its problems where the text is no YAML, or more than JSON can say."""
    document = Document(None)
    try:
        node = _compose(text)
        if node is not None:
            document = Document(None, partial(_positions, node))
            document.value = _Values(document).value(node, (), 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _refuse(document, str(error.problem or error.context), mark)
    except yaml.YAMLError as error:
        _refuse(document, str(error).splitlines()[0], None)
    except _Refused as error:
        _refuse(document, str(error), error.node.start_mark)
    except RecursionError:
        _refuse(document, f"The definition nests more than {MAX_DEPTH} levels deep", None)
    return document


def _refuse(document: Document, message: str, mark: Any) -> None:
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (None, None)
    document.problems.append(
        Diagnostic(
            "ERROR",
            diagnostics.INVALID_JSON,
            message,
            "/",
            line,
            column,
            hint="the text must be JSON or YAML",
        )
    )


def _compose(text: str) -> Node | None:
    loader = _Loader(text)
    try:
        node: Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


class _Values:
    """Turns nodes into JSON values."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0

    def value(self, node: Node, place: Steps, depth: int) -> Any:
        self.count += 1
        if self.count > _NODES_MAX:
            raise _Refused("The definition unfolds to too many values", node)
        if depth > MAX_DEPTH:
            raise RecursionError
        if isinstance(node, MappingNode):
            return self._object(node, place, depth)
        if isinstance(node, SequenceNode):
            return [self.value(each, (*place, i), depth + 1) for i, each in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return _scalar(node)

    def _object(self, node: MappingNode, place: Steps, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, member in node.value:
            if not isinstance(key, ScalarNode):
                raise _Refused("The keys of an object must be strings", key)
            name = key.value  # as written: the key No is the text No
            if name in found:
                self.document.duplicates.append((*place, name))
            found[name] = self.value(member, (*place, name), depth + 1)
        return found


def _scalar(node: ScalarNode) -> Any:
    text, tag = node.value, node.tag.rpartition(":")[2]
    if tag == "str":
        return text
    if tag == "null":
        return None
    if tag == "bool":
        return text == "true"
    if tag == "int":
        return int(text) if len(text) < 4000 else _too_long(node)
    if tag == "float":
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise _Refused(f"The number {text} is too large", node)
        return number
    raise _Refused(f"The tag {node.tag} is not JSON", node)


def _too_long(node: Node) -> Any:
    raise _Refused("The number has too many digits", node)


def _positions(root: Node, paths: Iterable[Steps]) -> dict[Steps, Position]:
    """Line and column of members, or of the nearest of their ancestors that is there."""
    return {path: _position(root, path) for path in paths}


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
    if isinstance(node, MappingNode):
        for key, member in node.value:
            if isinstance(key, ScalarNode) and key.value == step:
                return key.start_mark, member
    return None
