"""Queries -> closures that read them: one closure per step, each calling the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import TypeAlias, cast

from asl.jsontypes import JSON
from asl.query.jsonpath import messages, permissive
from asl.query.jsonpath.failures import Breakdown, OutOfBounds, PathNotFound, Unfit, said
from asl.query.jsonpath.filters import Read, acceptance
from asl.query.jsonpath.functions import FUNCTIONS, Call, length
from asl.query.jsonpath.steps import (
    Filter,
    Function,
    Indexes,
    Names,
    Query,
    Scan,
    Slice,
    Step,
    Wildcard,
    plain,
)

_ABSENT = object()


class _Reading:
    """What one reading has found so far.

    Attributes:
        root: What ``$`` means in filters.
        found: The results, in order; of a definite path the last one counts.
        upstream: The index in the array whose members a scan is at, see `_Chain.collector`.
    """

    __slots__ = ("found", "root", "upstream")

    def __init__(self, root: JSON) -> None:
        self.root = root
        self.found: list[JSON] = []
        self.upstream = -1


Visit: TypeAlias = Callable[[JSON, _Reading], None]
Hop: TypeAlias = Callable[[JSON], JSON]


def reader(query: Query, *, strict: bool = False, children: bool = False) -> Read:
    """A function that reads the query.

    Args:
        query: The query.
        strict: Whether a missing leaf fails an indefinite query; otherwise it is passed over.
        children: Whether to read what lies below the results; of a definite query, the last of it.
    """
    first = _Chain(query, strict, children).visit(0)

    def read_all(value: JSON, root: JSON) -> JSON:
        reading = _Reading(root)
        first(value, reading)
        return reading.found

    def read_one(value: JSON, root: JSON) -> JSON:
        found = read_all(value, root)
        if not found:
            raise PathNotFound(messages.no_results, query)
        return found[-1]

    return read_one if query.definite else read_all


class _Chain:
    """The closures of one query, made from its end."""

    def __init__(self, query: Query, strict: bool, children: bool) -> None:
        self.query = Query(query.root, (*query.steps, Wildcard())) if children else query
        self.steps = self.query.steps
        self.last = len(self.steps) - 1
        self.strict = strict
        self.children = children
        self.sure = self.query.sure_prefixes()
        self.visits: dict[int, Visit] = {}

    def visit(self, position: int) -> Visit:
        """What reads the steps from a position on."""
        if position not in self.visits:
            self.visits[position] = self._made(position)
        return self.visits[position]

    def _made(self, position: int) -> Visit:
        if position > self.last:
            return _collect
        step = self.steps[position]
        if plain(step):
            return self._run(position)
        return _MAKERS[type(step)](self, position, step)

    def _run(self, position: int) -> Visit:
        """Single names and indexes in a row."""
        end = position + 1
        while end <= self.last and plain(self.steps[end]):
            end += 1
        hops = [self._hop(at) for at in range(position, end)]
        ends_in_name = end > self.last and isinstance(self.steps[-1], Names)
        following = self.collector() if ends_in_name else self.visit(end)
        if any(isinstance(step, Indexes) for step in self.steps[position:end]):
            following = _forgiving(following)

        def run(value: JSON, reading: _Reading) -> None:
            for hop in hops:
                value = hop(value)
                if value is _ABSENT:
                    return
            following(value, reading)

        return run

    def _hop(self, position: int) -> Hop:
        step = self.steps[position]
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

    def _name_hop(self, position: int, name: str) -> Hop:
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
        is, unless it is a single index, so `$..[*].x` finds nothing in arrays, nor in the
        objects it meets after them.
        """
        if not self.marks(self.last - 2):
            return _collect
        between = self.steps[self.last - 1]
        asked = isinstance(between, Indexes) and plain(between) and not self.children
        index = cast(Indexes, between).indexes[0] if asked else -1

        def collect(value: JSON, reading: _Reading) -> None:
            if reading.upstream in (-1, index):
                reading.found.append(value)

        return collect

    def marks(self, position: int) -> bool:
        """Whether a step is a scan that leaves the index of the member it is at."""
        return position >= 0 and position == self.last - 2 and isinstance(self.steps[position], Scan)


def _collect(value: JSON, reading: _Reading) -> None:
    reading.found.append(value)


def _forgiving(following: Visit) -> Visit:
    """What follows on the member of an array: Jayway takes any index out of bounds there for its own."""
    if following is _collect:
        return following

    def visit(value: JSON, reading: _Reading) -> None:
        with suppress(OutOfBounds):
            following(value, reading)

    return visit


def _several_names(chain: _Chain, position: int, step: Names) -> Visit:
    query, sure = chain.query, chain.sure[position]
    leaf = position == chain.last
    needed = chain.strict
    following = chain.visit(position + 1)
    names = step.names

    def visit(value: JSON, reading: _Reading) -> None:
        if type(value) is not dict:
            if sure:
                raise PathNotFound(messages.no_object, query, position, value)
            return
        if needed and not all(name in value for name in names):
            raise PathNotFound(messages.missing_property, query, position)
        found = {name: value[name] for name in names if name in value}
        if leaf:
            following(found, reading)
        else:
            for name in names:
                if name in value:
                    following(value[name], reading)

    return visit


def _several_indexes(chain: _Chain, position: int, step: Indexes) -> Visit:
    return _picks(chain, position, lambda count: step.indexes)


def _slice(chain: _Chain, position: int, step: Slice) -> Visit:
    return _picks(chain, position, partial(_sliced, step.start, step.stop))


def _sliced(start: int | None, stop: int | None, count: int) -> Iterable[int]:
    """The indexes of a slice. With both ends, Jayway takes negative ones literally, one by one."""
    if start is None:
        stop = stop or 0
        return range(min(count, stop if stop >= 0 else stop + count))
    if stop is None:
        return range(max(0, start if start >= 0 else start + count), count)
    return range(max(start, -count), min(count, stop))


def _picks(chain: _Chain, position: int, indexes: Callable[[int], Iterable[int]]) -> Visit:
    is_array = chain.array_check(position)
    following = _forgiving(chain.visit(position + 1))

    def visit(value: JSON, reading: _Reading) -> None:
        if is_array(value):
            count = len(value)
            for index in indexes(count):
                at = index if index >= 0 else index + count
                if 0 <= at < count:
                    following(value[at], reading)

    return visit


def _wildcard(chain: _Chain, position: int, step: Wildcard) -> Visit:
    following = chain.visit(position + 1)
    to_property = chain.collector() if position == chain.last else following
    to_member = _forgiving(following)
    strict = chain.strict

    def visit(value: JSON, reading: _Reading) -> None:
        children: Iterable[JSON]
        if type(value) is dict:
            children, visit_child = value.values(), to_property
        elif type(value) is list:
            children, visit_child = value, to_member
        else:
            return
        for child in children:
            try:
                visit_child(child, reading)
            except PathNotFound:
                if strict:
                    raise

    return visit


def _filter(chain: _Chain, position: int, step: Filter) -> Visit:
    accepts = acceptance(step.criterion, reader)
    query, sure = chain.query, chain.sure[position]
    following = chain.visit(position + 1)
    to_member = _forgiving(following)

    def visit(value: JSON, reading: _Reading) -> None:
        if type(value) is dict:
            if accepts(value, reading.root):
                following(value, reading)
        elif type(value) is list:
            for member in value:
                if accepts(member, reading.root):
                    to_member(member, reading)
        elif sure:
            raise Unfit(messages.no_container, query, position, value)

    return visit


def _scan(chain: _Chain, position: int, step: Scan) -> Visit:
    """Every object and array below, parents first."""
    if position == chain.last:
        return _broken_scan
    matches = _scan_target(chain.steps[position + 1], position + 1 == chain.last)
    target = chain.visit(position + 1)
    beyond = chain.visit(position + 2) if position + 1 < chain.last else None
    marks = chain.marks(position)

    def visit(value: JSON, reading: _Reading) -> None:
        todo = [value]
        while todo:
            each = todo.pop()
            if type(each) is dict:
                if matches(each, reading.root):
                    target(each, reading)
                todo += reversed(each.values())
            elif type(each) is list:
                if matches(each, reading.root):
                    if beyond is None:
                        target(each, reading)
                    else:
                        _visit_members(each, beyond, reading, marks)
                todo += reversed(each)

    return visit


def _visit_members(array: list[JSON], beyond: Visit, reading: _Reading, marks: bool) -> None:
    # The step after the scan is left out here: Jayway hands every member to the one after it.
    for index, member in enumerate(array):
        if marks:
            reading.upstream = index
        beyond(member, reading)


def _broken_scan(value: JSON, reading: _Reading) -> None:
    raise Breakdown(said, "Current path token is a leaf")


def _scan_target(step: Step, leaf: bool) -> Callable[[JSON, JSON], bool]:
    """Which objects and arrays below a scan the step after it is tried on."""
    match step:
        case Names(names):
            if len(names) > 1 and not leaf:
                return lambda value, root: type(value) is dict
            return lambda value, root: type(value) is dict and all(name in value for name in names)
        case Indexes() | Slice():
            return lambda value, root: type(value) is list
        case Filter(criterion):
            return acceptance(criterion, reader)
        case Wildcard():
            return lambda value, root: True
    return lambda value, root: False


def _function(chain: _Chain, position: int, step: Function) -> Visit:
    call = FUNCTIONS.get(step.name)
    if call is length and step.arguments:
        call = _measuring(step.arguments[0])
    arguments = [_argument(each) for each in step.arguments]
    following = chain.visit(position + 1)
    leaf = position == chain.last

    def visit(value: JSON, reading: _Reading) -> None:
        if call is None:
            raise Unfit(messages.no_function, step.name)
        result = call(value, [get(value, reading.root) for get in arguments])
        # Jayway takes in the result of a function even if the path goes on from it.
        reading.found.append(result)
        if not leaf:
            following(result, reading)

    return visit


def _argument(argument: Query | str) -> Read:
    """What evaluates an argument, given the value the function is called on and the root."""
    if isinstance(argument, Query):
        read = reader(argument)
        return lambda value, root: read(root, root)

    def literal(value: JSON, root: JSON) -> JSON:
        try:
            return permissive.loads(argument)
        except ValueError as error:
            raise Breakdown(said, str(error)) from None

    return literal


def _measuring(argument: Query | str) -> Call:
    """``length`` with an argument, which counts the children of what the path leads to."""
    if isinstance(argument, str):
        return _unmeasurable
    plainly = not argument.steps or isinstance(argument.steps[-1], Function)
    measure = reader(argument, children=not plainly)
    return lambda value, arguments: length(value, [measure(value, value)])


def _unmeasurable(value: JSON, arguments: list[JSON]) -> JSON:
    raise Breakdown(said, "The argument of length must be a path")


_MAKERS: dict[type[Step], Callable[[_Chain, int, Step], Visit]] = {
    Names: cast("Callable[[_Chain, int, Step], Visit]", _several_names),
    Indexes: cast("Callable[[_Chain, int, Step], Visit]", _several_indexes),
    Slice: cast("Callable[[_Chain, int, Step], Visit]", _slice),
    Wildcard: cast("Callable[[_Chain, int, Step], Visit]", _wildcard),
    Filter: cast("Callable[[_Chain, int, Step], Visit]", _filter),
    Scan: cast("Callable[[_Chain, int, Step], Visit]", _scan),
    Function: cast("Callable[[_Chain, int, Step], Visit]", _function),
}
