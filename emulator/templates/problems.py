"""What cannot be made of a template: problems with their places, and the error that carries them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec


class Place(msgspec.Struct, frozen=True):
    """Where something stands in a file.

    Attributes:
        file: The file, as it was named.
        line: The line, from 1; None where only the file is known.
        column: The column in it, from 1.
    """

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(each) for each in (self.file, self.line, self.column) if each is not None)


class Problem(msgspec.Struct, frozen=True):
    """One thing of a template that is not understood or not known here.

    Attributes:
        message: What it is, in one sentence, and what helps.
        place: Where.
        logical_id: The resource in which it is, where it is in one.
        property: The path to it within the file, with slashes.
        severity: An ``error`` keeps its resource from being used; a ``warning`` is only told.
        circle: The resources that need each other, where that is the problem.
    """

    message: str
    place: Place
    logical_id: str | None = None
    property: str = ""
    severity: Literal["error", "warning"] = "error"
    circle: frozenset[str] = frozenset()

    def __str__(self) -> str:
        inside = f" ({self.property})" if self.property else ""
        return f"{self.place}: {self.message}{inside}"


class TemplateProblem(Exception):
    """A template, or one resource of it, that cannot be used.

    Attributes:
        problems: Everything that is wrong with it; never empty. A circle is told once, by the first of its
            resources.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        told: dict[Problem | frozenset[str], Problem] = {}
        for each in problems:
            told.setdefault(each.circle or each, each)
        self.problems = tuple(told.values())
        super().__init__("\n".join(str(each) for each in self.problems))
