"""The closures that read one query: one for each row of names and indexes, one for any other step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeAlias, cast

from asl.jsontypes import JSON
from asl.query.jsonpath import messages
from asl.query.jsonpath.effort import Effort
from asl.query.jsonpath.failures import OutOfBounds, PathNotFound
from asl.query.jsonpath.steps import Function, Indexes, Names, Query, Scan, Step, Wildcard, plain

_ABSENT = object()


class Reading:
    """What one reading has found so far.

    Attributes:
        root: What ``$`` means in filters.
        effort: What it may still do.
        found: The results, in order; of a definite path the last one counts.
        upstream: The index in the array whose members a scan is at, see `Chain.collector`.
    """

    __slots__ = ("effort", "found", "root", "upstream")

    def __init__(self, root: JSON, effort: Effort) -> None:
        self.root = root
        self.effort = effort
        self.found: list[JSON] = []
        self.upstream = -1


Visit: TypeAlias = Callable[[JSON, Reading], None]
"""Reads the rest of a query from a value."""
Make: TypeAlias = Callable[["Chain", int, Step], Visit]
"""Makes the closure of the step at a position."""


class Chain:
    """The closures of one query, each of which calls the next.

    Attributes:
        query: The query.
        last: The position of its last step.
        strict: Whether a missing leaf fails an indefinite query; otherwise it is passed over.
        sure: For each step, whether those before it must lead somewhere; if not, a miss is no failure.
    """

    def __init__(
        self, query: Query, makers: Mapping[type[Step], Make], *, strict: bool, children: bool
    ) -> None:
        self.query = Query(query.root, (*query.steps, Wildcard())) if children else query
        self.last = len(self.query.steps) - 1
        self.strict = strict
        self.sure = self.query.sure_prefixes()
        self._children = children
        self._makers = makers
        self._visits: dict[int, Visit] = {}

    def visit(self, position: int) -> Visit:
        """What reads the steps from a position on."""
        if position not in self._visits:
            self._visits[position] = self._made(position)
        return self._visits[position]

    def _made(self, position: int) -> Visit:
        if position > self.last:
            return collect
        step = self.query.steps[position]
        return self._run(position) if plain(step) else self._makers[type(step)](self, position, step)

    def from_member(self, position: int) -> Visit:
        """What reads the steps from a position on, where an array led there.

        Jayway takes any index that is out of bounds further on for that of the array.
        """
        following = self.visit(position)
        if not self.calls(position):
            return following

        def visit(value: JSON, reading: Reading) -> None:
            with suppress(OutOfBounds):
                following(value, reading)

        return visit

    def calls(self, position: int) -> bool:
        """Whether there is a function among the steps from a position on."""
        return any(isinstance(step, Function) for step in self.query.steps[position:])

    def _run(self, position: int) -> Visit:
        """Single names and indexes in a row."""
        steps, end = self.query.steps, position + 1
        while end <= self.last and plain(steps[end]):
            end += 1
        hops = [self._hop(at) for at in range(position, end)]
        if any(isinstance(step, Indexes) for step in steps[position:end]):
            following = self.from_member(end)
        else:
            following = self.visit(end)
        if end > self.last and isinstance(steps[-1], Names):
            following = self.collector()
        return _hopping(hops, following)

    def _hop(self, position: int) -> Callable[[JSON], JSON]:
        step = self.query.steps[position]
        if isinstance(step, Names):
            return self._name_hop(position, step.names[0])
        index = cast(Indexes, step).indexes[0]
        is_array = self.array_check(position)

        def to_index(value: JSON) -> JSON:
            if not is_array(value):
                return _ABSENT
            at = index if index >= 0 else index + len(value)
            return value[at] if 0 <= at < len(value) else _ABSENT

        return to_index

    def _name_hop(self, position: int, name: str) -> Callable[[JSON], JSON]:
        query, sure = self.query, self.sure[position]
        needed = self.strict or (sure and position < self.last)

        def to_name(value: JSON) -> JSON:
            if type(value) is dict:
                found = value.get(name, _ABSENT)
                if found is _ABSENT and needed:
                    raise PathNotFound(messages.missing_property, query, position)
                return found
            if sure:
                raise PathNotFound(messages.no_object, query, position, value)
            return _ABSENT

        return to_name

    def array_check(self, position: int) -> Callable[[JSON], bool]:
        """Whether a value is an array, which it must be where the path must lead somewhere."""
        query, sure = self.query, self.sure[position]

        def is_array(value: JSON) -> bool:
            if type(value) is list:
                return True
            if sure:
                raise PathNotFound(messages.no_array, query, position, value)
            return False

        return is_array

    def collector(self) -> Visit:
        """What takes in the property that a path ends with.

        After ``..`` and one more step (`$..[0].x`), Jayway goes over all members of an array and
        only then asks whether the step in between is written as the index of the member. It never
        is, unless it is a single index, so `$..[*].x` finds nothing in arrays, nor in the objects
        it meets after them.
        """
        if not self.marks(self.last - 2):
            return collect
        between = self.query.steps[self.last - 1]
        index = -1
        if isinstance(between, Indexes) and plain(between) and not self._children:
            index = between.indexes[0]

        def collect_at(value: JSON, reading: Reading) -> None:
            if reading.upstream in (-1, index):
                reading.found.append(value)

        return collect_at

    def marks(self, position: int) -> bool:
        """Whether a step is a scan that leaves the index of the member it is at."""
        return position >= 0 and position == self.last - 2 and isinstance(self.query.steps[position], Scan)


def collect(value: JSON, reading: Reading) -> None:
    """Take in a result."""
    reading.found.append(value)


def _hopping(hops: list[Callable[[JSON], JSON]], following: Visit) -> Visit:
    if len(hops) == 1:
        hop = hops[0]

        def visit(value: JSON, reading: Reading) -> None:
            found = hop(value)
            if found is not _ABSENT:
                following(found, reading)

        return visit

    def visit_all(value: JSON, reading: Reading) -> None:
        for hop in hops:
            value = hop(value)
            if value is _ABSENT:
                return
        following(value, reading)

    return visit_all
