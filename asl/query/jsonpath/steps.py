"""What a path is made of once it is read: steps, criteria of filters, and their text in messages."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

import msgspec

from asl.query.jsonpath.matching import Pattern


class Names(msgspec.Struct, frozen=True):
    """``.a``, ``['a']`` or ``['a','b']``."""

    names: tuple[str, ...]
    quote: str = "'"

    def __str__(self) -> str:
        return "[" + ",".join(f"{self.quote}{name}{self.quote}" for name in self.names) + "]"


class Indexes(msgspec.Struct, frozen=True):
    """``[0]`` or ``[0,-1]``."""

    indexes: tuple[int, ...]

    def __str__(self) -> str:
        return "[" + ",".join(map(str, self.indexes)) + "]"


class Slice(msgspec.Struct, frozen=True):
    """``[1:3]``, ``[1:]`` or ``[:3]``; Jayway reads a third number and ignores it."""

    start: int | None
    stop: int | None

    def __str__(self) -> str:
        ends = ("" if end is None else str(end) for end in (self.start, self.stop))
        return "[" + ":".join(ends) + "]"


class Wildcard(msgspec.Struct, frozen=True):
    """``.*`` or ``[*]``."""

    def __str__(self) -> str:
        return "[*]"


class Scan(msgspec.Struct, frozen=True):
    """``..``: the step after it is taken from every object or array below."""

    def __str__(self) -> str:
        return ".."


class Filter(msgspec.Struct, frozen=True):
    """``[?(...)]``."""

    criterion: Criterion

    def __str__(self) -> str:
        return "[?]"


class Function(msgspec.Struct, frozen=True):
    """``.sum()`` or ``.concat("a", $.b)``.

    Attributes:
        name: As written; whether there is such a function is found out when it is called.
        arguments: Paths, or the text of JSON values, which is read when the function is called.
        scanned: The argument is what a path beginning with ``..`` found, see `Query.of`.
    """

    name: str
    arguments: tuple[Query | str, ...]
    scanned: bool = False

    def __str__(self) -> str:
        return f".{self.name}({'...' if self.arguments and not self.scanned else ''})"


def plain(step: Step) -> bool:
    """Whether a step is a single name or index."""
    return (isinstance(step, Names) and len(step.names) == 1) or (
        isinstance(step, Indexes) and len(step.indexes) == 1
    )


Step: TypeAlias = Names | Indexes | Slice | Wildcard | Scan | Filter | Function


class Query(msgspec.Struct, frozen=True):
    """A root, ``$`` or ``@``, and the steps from there."""

    root: str
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, root: str, steps: tuple[Step, ...]) -> Query:
        """The query of these steps, with its function in front if it scans first.

        ``$..x.sum()`` is one sum of all that ``$..x`` finds, so Jayway turns it into
        ``$.sum($..x)``.
        """
        if not steps or not isinstance(steps[0], Scan) or not isinstance(steps[-1], Function):
            return cls(root, steps)
        function = next(step for step in steps if isinstance(step, Function))
        at = steps.index(function)
        total = Function(function.name, (cls(root, steps[:at]),), scanned=True)
        return cls("$", (total, *steps[at + 1 :]))

    def __str__(self) -> str:
        return self.root + self.rest(0)

    def rest(self, position: int) -> str:
        """The text of the steps from a position on."""
        return "".join(map(str, self.steps[position:]))

    def way(self, position: int) -> str:
        """How Jayway names the place that the steps before a position lead to."""
        names = (
            f"['{step.names[0]}']" if isinstance(step, Names) else str(step)
            for step in self.steps[:position]
            if not isinstance(step, Function)
        )
        return self.root + "".join(names)

    @property
    def definite(self) -> bool:
        """Whether it leads to at most one place."""
        last = len(self.steps) - 1
        return all(_single(step, leaf=at == last) for at, step in enumerate(self.steps))

    def sure_prefixes(self) -> list[bool]:
        """For each step, whether those before it must lead somewhere; if not, a miss is no failure."""
        sure = [True]
        for step in self.steps:
            scanned = isinstance(step, Function) and step.scanned
            sure.append(sure[-1] and not scanned and _single(step, leaf=False))
        return sure


def _single(step: Step, *, leaf: bool) -> bool:
    match step:
        case Names(names):
            return leaf or len(names) == 1
        case Indexes(indexes):
            return len(indexes) == 1
        case Function():
            return True
    return False


class JSONText(msgspec.Struct, frozen=True):
    """An array or object written in a filter; like Jayway, we read it when it is used."""

    text: str


Literal: TypeAlias = bool | str | int | Decimal | JSONText | Pattern | None


class Constant(msgspec.Struct, frozen=True):
    """An operand that is written out."""

    value: Literal


class Comparison(msgspec.Struct, frozen=True):
    """``left operator right``, the operator in upper case."""

    left: Query | Constant
    operator: str
    right: Query | Constant


class Existence(msgspec.Struct, frozen=True):
    """``@.x`` or ``!@.x``."""

    query: Query
    expected: bool


class Not(msgspec.Struct, frozen=True):
    """``!(...)``."""

    criterion: Criterion


class And(msgspec.Struct, frozen=True):
    """``a && b``."""

    criteria: tuple[Criterion, ...]


class Or(msgspec.Struct, frozen=True):
    """``a || b``."""

    criteria: tuple[Criterion, ...]


Criterion: TypeAlias = Comparison | Existence | Not | And | Or
