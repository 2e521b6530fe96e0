"""The definition of a state machine, from wherever a template has it, with its substitutions made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from asl.jsontypes import InvalidJSON, dumps, loads
from asl.spec.quotas import DEFINITION_BYTES
from emulator.templates.intrinsics import Resolver, Unresolved
from emulator.templates.origins import ObjectOrigin, Origin, TextOrigin
from emulator.templates.problems import Problem
from emulator.templates.source import Items, Members, Source, Spot, Value, read_text
from emulator.templates.traced import Traced

_LEFT = re.compile(r"\$\{([A-Za-z0-9_.:-]+)\}")


class Definition(msgspec.Struct, frozen=True):
    """The definition of a machine.

    Attributes:
        text: Its text.
        yaml: Whether that is YAML.
        origin: Where it stands.
    """

    text: str
    yaml: bool
    origin: Origin


def object_definition(
    value: Value, spot: Spot, substitutions: Members | None, resolver: Resolver
) -> Definition:
    """A definition that is written as an object.

    Raises:
        Unresolved: Something in it is not known, or it is no object.
    """
    given = _substitutions(substitutions, resolver)
    resolved = resolver.value(value, spot)
    if not isinstance(resolved, Members):
        raise resolver.unresolved("a definition is an object", spot)
    traced = _substituted(Traced(dumps(resolved)), given, spot, resolver)
    for text, where in _strings(resolved, resolved.spot):
        for match in _LEFT.finditer(text):
            if match[1] not in given:
                _note_left(match[1], where, resolver)
    return Definition(traced.text, False, ObjectOrigin(resolved))


def text_definition(
    value: Value, spot: Spot, substitutions: Members | None, resolver: Resolver
) -> Definition:
    """A definition that is written as a text, maybe put together by functions.

    Raises:
        Unresolved: Something in it is not known, or it is no text.
    """
    traced, where = resolver.traced(value, spot)
    return _of_text(traced, where, substitutions, resolver)


def file_definition(path: Path, substitutions: Members | None, resolver: Resolver, spot: Spot) -> Definition:
    """A definition that is a file of its own, JSON or YAML.

    Raises:
        Unresolved: It is too large, or something in its substitutions is not known.
        TemplateProblem: The file cannot be read.
    """
    source = Source(path, read_text(path))
    if len(source.text.encode()) > DEFINITION_BYTES:
        raise resolver.unresolved(f"the definition {path} is larger than {DEFINITION_BYTES:,} bytes", spot)
    return _of_text(Traced(source.text), source.root, substitutions, resolver)


def _of_text(traced: Traced, spot: Spot, substitutions: Members | None, resolver: Resolver) -> Definition:
    given = _substitutions(substitutions, resolver)
    made = _substituted(traced, given, spot, resolver)
    origin = TextOrigin(made, spot)
    for match in _LEFT.finditer(made.text):
        _note_left(match[1], origin.at(match.start()), resolver)
    yaml = spot.source.path.suffix in (".yaml", ".yml") and not _is_json(made.text)
    return Definition(made.text, yaml, origin)


def _is_json(text: str) -> bool:
    """Whether a text is to be read as JSON; AWS tries that first, and YAML only then."""
    try:
        loads(text)
    except InvalidJSON:
        return text.lstrip()[:1] == "{"  # what is wrong with it is said best by the parser of JSON
    return True


# ------------------------------------------------------------------ substitutions


def _substitutions(given: Members | None, resolver: Resolver) -> dict[str, str]:
    """The texts to put in for ``${name}``.

    Raises:
        Unresolved: One of them is not known.
    """
    found: dict[str, str] = {}
    missing = False
    for name, value in (given or {}).items():
        assert given is not None
        try:
            found[name] = resolver.text(value, given.spot / name)
        except Unresolved:
            missing = True
    if missing:
        raise Unresolved
    return found


def _substituted(traced: Traced, given: dict[str, str], spot: Spot, resolver: Resolver) -> Traced:
    """A text with its substitutions made, in what was put in too: AWS's own handler does it in the text."""
    if not given:
        return traced
    pattern = re.compile("|".join(re.escape(f"${{{name}}}") for name in given))
    for _ in range(len(given) + 1):
        made = traced.replaced(pattern, lambda match: given[match[0][2:-1]])
        if made is traced:
            return traced
        traced = made
        if len(traced.text) > DEFINITION_BYTES:
            raise resolver.unresolved(f"the definition is larger than {DEFINITION_BYTES:,} bytes", spot)
    if pattern.search(traced.text):
        raise resolver.unresolved("the DefinitionSubstitutions lead back to themselves", spot)
    return traced


def _strings(value: Value, spot: Spot) -> Iterator[tuple[str, Spot]]:
    """The texts in a value, and where they stand."""
    if isinstance(value, str):
        yield value, spot
    elif isinstance(value, Members):
        for key, each in value.items():
            yield from _strings(each, value.spot / key)
    elif isinstance(value, Items):
        for index, each in enumerate(value):
            yield from _strings(each, value.spot / index)


def _note_left(name: str, where: Spot | object, resolver: Resolver) -> None:
    """Tells that nothing was put in for a name; AWS leaves it as it stands."""
    place = where.place if isinstance(where, Spot) else where
    message = f"nothing is given for ${{{name}}}, so it stays as it stands"
    resolver.problems.append(Problem(message, place, resolver.logical_id, severity="warning"))  # type: ignore[arg-type]
