"""Regular expressions in bounded time: by Python's ``re`` where it is quick, else by a machine of ours.

``re`` tries every way in which a text may be cut up: on ``(a+)+b`` it takes twice as long for each letter
more. The machine never tries a place of the pattern on a place of the text a second time. Only what it
remembers of groups, for patterns that refer back to them, can still multiply; then the effort ends it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from asl.query.jsonpath.effort import Effort
from asl.query.jsonpath.failures import Exhausted

MAX_INSTRUCTIONS = 20_000
"""Limit, ours: how long a pattern may be when its repetitions are written out."""
_QUICK = 200
"""Steps of ``re`` that take as long as one of ours."""
_WEIGHT = 4
"""How much a step of the machine takes of the effort; it also has to be remembered."""
_MANY = 6
"""From so many repetitions without bound on, ``re`` is never quick."""

Groups: TypeAlias = tuple[tuple[int, int, int], ...]
"""What groups have taken: number, start and end; empty in a pattern that does not refer to any."""
Fit: TypeAlias = tuple[int, Groups]
"""Where a fit ends, and its groups."""


class Char(NamedTuple):
    """Takes one character."""

    test: Callable[[str, int], object]
    next: int


class Check(NamedTuple):
    """Goes on where a test holds that takes nothing."""

    test: Callable[[str, int], object]
    next: int


class Split(NamedTuple):
    """Goes on at each of several places, in this order."""

    nexts: tuple[int, ...]


class Look(NamedTuple):
    """Goes on where another part of the program fits, or does not; ``width`` says how far behind."""

    start: int
    wanted: bool
    width: int
    next: int


class Atomic(NamedTuple):
    """Goes on behind the first way in which another part of the program fits."""

    start: int
    next: int


class Save(NamedTuple):
    """Notes where a group begins (``end`` is false) or ends."""

    group: int
    end: bool
    next: int


class Again(NamedTuple):
    """Takes the text of a group once more, by a pattern made for it."""

    group: int
    flags: re.RegexFlag
    next: int


Instruction: TypeAlias = Char | Check | Split | Look | Atomic | Save | Again | None
"""None accepts."""
Program: TypeAlias = list[Instruction]
Build: TypeAlias = Callable[[Program, int], int]
"""Adds a part of a pattern to a program, given where it goes on from there; gives where the part begins."""


class Part(NamedTuple):
    """A part of a pattern.

    Attributes:
        build: Makes instructions of it.
        width: How many characters it takes, None if that varies.
        ways: In how many ways ``re`` may try to fit it, apart from ``degree``.
        degree: How many repetitions in it are without bound.
        refers: Whether it refers to a group.
    """

    build: Build
    width: int | None = 0
    ways: float = 1
    degree: int = 0
    refers: bool = False


class Pattern:
    """A regular expression, matched with whole texts.

    Attributes:
        source: As it was written.
    """

    def __init__(self, source: str, compiled: re.Pattern[str], whole: Part) -> None:
        self.source = source
        self._compiled = compiled
        self._whole = whole
        self._program: Program = []
        self._start = 0

    def fits(self, text: str, effort: Effort) -> bool:
        """Whether a text is as the pattern says.

        Raises:
            Exhausted: The effort does not suffice to tell.
        """
        size, length = len(self.source) + 1, len(text) + 1
        degree = self._whole.degree
        quick = size * self._whole.ways * length**degree / _QUICK if degree < _MANY else float("inf")
        if quick <= size * length * _WEIGHT:
            effort.spend(int(quick) + 1)
            return self._compiled.fullmatch(text) is not None
        if not self._program:
            accept_at_the_end = Check(lambda text, at: at == len(text), 0)
            self._program = [None, accept_at_the_end]
            self._start = self._whole.build(self._program, 1)
        machine = _Machine(self._program, text, effort, refers=self._whole.refers)
        return machine.fit(self._start, 0, ()) is not None


class _Machine:
    """Runs a program on one text."""

    def __init__(self, program: Program, text: str, effort: Effort, *, refers: bool) -> None:
        self.program = program
        self.text = text
        self.effort = effort
        self.refers = refers

    def fit(self, start: int, at: int, groups: Groups, wanted: int | None = None) -> Fit | None:
        """The first way in which the part of the program that begins at ``start`` fits, or None.

        Args:
            start: The first instruction.
            at: Where in the text.
            groups: What is known of groups.
            wanted: Where it has to end, if not anywhere.
        """
        program, length = self.program, len(self.text)
        pending: list[tuple[int, int, Groups]] = [(start, at, groups)]
        seen: set[Any] = set()
        while pending:
            self.effort.spend(_WEIGHT)
            place, at, groups = pending.pop()
            state: Any = (place, at, groups) if self.refers else place * (length + 1) + at
            if state in seen:
                continue
            seen.add(state)
            instruction = program[place]
            if instruction is None:
                if wanted is None or at == wanted:
                    return at, groups
            elif isinstance(instruction, Split):
                pending += [(each, at, groups) for each in reversed(instruction.nexts)]
            else:
                step = self.step(instruction, at, groups)
                if step is not None:
                    pending.append((instruction.next, *step))
        return None

    def step(self, instruction: Any, at: int, groups: Groups) -> Fit | None:
        """Where one instruction leads; None if it does not fit."""
        match instruction:
            case Char(test):
                return (at + 1, groups) if at < len(self.text) and test(self.text, at) else None
            case Check(test):
                return (at, groups) if test(self.text, at) else None
            case Look(start, wanted, width):
                found = self.fit(start, at - width, groups, at if width else None) if at >= width else None
                if not wanted:
                    return (at, groups) if found is None else None
                return None if found is None else (at, found[1])
            case Atomic(start):
                return self.fit(start, at, groups)
            case Save(group, is_end):
                return at, _noted(groups, group, at, is_end) if self.refers else groups
            case Again(group, flags):
                return self.again(group, flags, at, groups)
        raise AssertionError

    def again(self, group: int, flags: re.RegexFlag, at: int, groups: Groups) -> Fit | None:
        """Behind the text of a group, where it stands once more."""
        for number, start, end in groups:
            if number == group and end >= 0:
                self.effort.spend(end - start)
                found = re.compile(re.escape(self.text[start:end]), flags).match(self.text, at)
                return None if found is None else (found.end(), groups)
        return None


def _noted(groups: Groups, group: int, at: int, is_end: bool) -> Groups:
    others = tuple(each for each in groups if each[0] != group)
    if not is_end:
        return (*others, (group, at, -1))
    start = next((each[1] for each in groups if each[0] == group), at)
    return (*others, (group, start, at))


# ------------------------------------------------------------------ parts


def char(test: Callable[[str, int], object]) -> Part:
    """One character."""
    return Part(lambda program, then: _add(program, Char(test, then)), width=1)


def check(test: Callable[[str, int], object]) -> Part:
    """A place in the text."""
    return Part(lambda program, then: _add(program, Check(test, then)))


def sequence(parts: list[Part]) -> Part:
    """One part after the other."""

    def build(program: Program, then: int) -> int:
        for part in reversed(parts):
            then = part.build(program, then)
        return then

    return _joined(parts, build, _total([part.width for part in parts]))


def either(parts: list[Part]) -> Part:
    """One of several parts."""
    if len(parts) == 1:
        return parts[0]
    widths = {part.width for part in parts}
    joined = _joined(
        parts,
        lambda program, then: _add(program, Split(tuple(part.build(program, then) for part in parts))),
        widths.pop() if len(widths) == 1 else None,
    )
    return joined._replace(ways=joined.ways * len(parts))


def group(number: int, part: Part) -> Part:
    """A part whose text can be referred to."""

    def build(program: Program, then: int) -> int:
        return _add(
            program, Save(number, False, part.build(program, _add(program, Save(number, True, then))))
        )

    return part._replace(build=build)


def again(number: int, flags: re.RegexFlag) -> Part:
    """The text of a group once more."""
    return Part(lambda program, then: _add(program, Again(number, flags, then)), None, refers=True)


def atomic(part: Part) -> Part:
    """A part that is fitted once and for all.

    Where a round of a loop in it can take nothing, its first fit may be another than that of ``re``.
    """
    return part._replace(build=lambda program, then: _add(program, Atomic(part.build(program, 0), then)))


def look(part: Part, *, wanted: bool, behind: bool) -> Part:
    """Whether a part fits from here, or up to here. Behind, ``re`` takes parts of one width only."""
    width = part.width or 0 if behind else 0
    return part._replace(
        build=lambda program, then: _add(program, Look(part.build(program, 0), wanted, width, then)), width=0
    )


def repeated(part: Part, least: int, most: int | None, *, lazy: bool) -> Part:
    """A part several times over; ``most`` is None without bound."""

    def build(program: Program, then: int) -> int:
        if most is None:
            loop = _add(program, None)
            then = _loop(program, loop, part.build(program, loop), then, lazy)
        else:
            end = then
            for _ in range(most - least):
                body = part.build(program, then)
                then = _add(program, Split((end, body) if lazy else (body, end)))
        for _ in range(least):
            then = part.build(program, then)
        return then

    spread = None if most is None else most - least
    choice = part.ways > 1 or part.degree > 0
    ways, degree = part.ways, part.degree
    if choice and most != 1:
        ways = float("inf")  # choices within choices
    elif spread is None or spread > 1:
        degree += 1
    elif spread:
        ways *= 2
    width = None if spread or spread is None or part.width is None else part.width * least
    return Part(build, width, ways, degree, part.refers)


def _loop(program: Program, loop: int, body: int, then: int, lazy: bool) -> int:
    program[loop] = Split((then, body) if lazy else (body, then))
    return loop


def _joined(parts: list[Part], build: Build, width: int | None) -> Part:
    ways = 1.0
    for part in parts:
        ways *= part.ways
    return Part(build, width, ways, sum(part.degree for part in parts), any(part.refers for part in parts))


def _total(widths: list[int | None]) -> int | None:
    known = [width for width in widths if width is not None]
    return sum(known) if len(known) == len(widths) else None


def _add(program: Program, instruction: Instruction) -> int:
    if len(program) == MAX_INSTRUCTIONS:
        raise Exhausted
    program.append(instruction)
    return len(program) - 1
