"""How reading and writing along a path can fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asl.errors import InterpreterFailure


class PathSyntaxError(ValueError):
    """A text that is no path.

    Attributes:
        message: What is wrong with it, in Jayway's words where the fault is the user's own.
        offset: Where, in characters from the start of the text.
    """

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Unsupported(PathSyntaxError):
    """A text that may be a path to Jayway, but exceeds a limit of ours."""


class Explained(LookupError):
    """A failure whose text is made when it is asked for.

    Jayway's texts quote the value they stumbled over, up to the whole input, and inside filters,
    where most of them are raised, nobody reads them.
    """

    def __init__(self, explain: Callable[..., str], *details: Any) -> None:
        super().__init__()
        self.explain = explain
        self.details = details

    @property
    def message(self) -> str:
        """The explanation, as Jayway words it."""
        return self.explain(*self.details)

    def __str__(self) -> str:
        return self.message


class PathNotFound(Explained):
    """A path that leads nowhere in the value it was read from.

    Attributes:
        refused: Whether Jayway finds fault with the path itself (a filter on a string, a function
            it does not have, the sum of nothing) rather than with what it looked for.
    """

    refused = False


class Unfit(Explained):
    """A path that does not suit the value: a filter takes it for "no", a reader sees it refused."""


class Breakdown(Explained):
    """An evaluation that cannot go on, which ends the whole reading, filter or not."""


class OutOfBounds(Breakdown):
    """``first`` or ``index`` of too short an array, which Jayway forgives below an index."""


class CannotWrite(Explained, ValueError):
    """A value that has no place at the end of a reference path: States.ResultPathMatchFailure."""


class Exhausted(Exception):
    """A reading that takes more than it may, which ends it, filter or not; see `effort`."""


class PathTooCostly(InterpreterFailure):
    """A path that takes more to read than it may: States.Runtime."""


def said(text: str) -> str:
    """An explanation that needs no details."""
    return text


def refusal(error: Unfit | Breakdown) -> PathNotFound:
    """What the outside sees of an inner failure: one exception, whose text is unchanged."""
    outer = PathNotFound(error.explain, *error.details)
    outer.refused = True
    return outer
