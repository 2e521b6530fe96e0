"""A path, compiled once and read often."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from asl.jsontypes import JSON
from asl.query.jsonpath import grammar, reading, reference
from asl.query.jsonpath.chain import Reading
from asl.query.jsonpath.effort import MAX_EFFORT, Effort
from asl.query.jsonpath.failures import (
    Breakdown,
    Exhausted,
    PathSyntaxError,
    PathTooCostly,
    Unfit,
    refusal,
    said,
)
from asl.query.jsonpath.javatext import KeySet
from asl.query.jsonpath.steps import Query

MAX_LENGTH = 10_000
"""Limit, ours: how many characters a path may have."""

_VARIABLE = re.compile(r"\$(\w+)(?=[.\[]|$)")


@dataclass(frozen=True, slots=True)
class Path:
    """A path; equal to every other of the same text.

    Attributes:
        text: As written.
        root: What it starts from: ``$`` the data, ``$$`` the context object, or a variable's name.
        definite: Whether it leads to at most one value.
        reference: Whether it is made of single names and non-negative indexes only, as a
            ResultPath must be.
        steps: The names and indexes of a reference path.
        read: Reads the path: takes the value its root stands for, and gives the value it leads
            to, or for an indefinite path the list of them.

            Raises `PathNotFound`, or `PathTooCostly` where that takes longer than it may.
    """

    text: str
    root: str = field(compare=False)
    definite: bool = field(compare=False)
    reference: bool = field(compare=False)
    steps: tuple[str | int, ...] = field(compare=False)
    read: Callable[[JSON], JSON] = field(compare=False, repr=False)


def compile_path(text: str) -> Path:
    """The path a text stands for.

    Raises:
        PathSyntaxError: It is none.
    """
    if len(text) > MAX_LENGTH:
        raise PathSyntaxError(
            f"A path may have {MAX_LENGTH:,} characters, this has {len(text):,}", MAX_LENGTH
        )
    root, inner = _split(text)
    query = grammar.parse(inner, len(text) - len(inner))
    keys = reference.keys(query)
    read = _reader(query, text)
    if keys is not None:
        read = reference.reader(keys, read)
    # Jayway reads `a` as `$.a` and `@` as `$`; as a place to write to, AWS wants the dollar.
    is_reference = keys is not None and text.startswith("$")
    return Path(text, root, query.definite, is_reference, keys if is_reference and keys else (), read)


def _split(text: str) -> tuple[str, str]:
    """The root, and the path that Jayway would see evaluated on its value."""
    if re.match(r"\$\$(?=[.\[ ]|$)", text):
        return "$$", text[1:]
    variable = _VARIABLE.match(text)
    if variable and variable[1].isidentifier():
        return variable[1], "$" + text[variable.end() :]
    return "$", text


def _reader(query: Query, text: str) -> Callable[[JSON], JSON]:
    evaluate = reading.reader(query)
    definite = query.definite

    def read(document: JSON) -> JSON:
        if document is None and query.steps:
            raise refusal(Unfit(said, "root can not be null"))
        try:
            found = evaluate(document, Reading(document, Effort()))
        except (Unfit, Breakdown) as error:
            raise refusal(error) from None
        except Exhausted:
            raise PathTooCostly(
                f"The path '{text}' takes too long to read: more than {MAX_EFFORT:,} steps"
            ) from None
        if definite:
            return list(found) if type(found) is KeySet else found
        return [list(each) if type(each) is KeySet else each for each in found]

    return read
