"""Queries -> functions that read them, by Jayway's rules of what each step leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from asl.jsontypes import JSON
from asl.query.jsonpath import messages, permissive
from asl.query.jsonpath.chain import Chain, Reading, Visit
from asl.query.jsonpath.failures import Breakdown, PathNotFound, Unfit, said
from asl.query.jsonpath.filters import Read, acceptance
from asl.query.jsonpath.functions import FUNCTIONS, Call, length
from asl.query.jsonpath.steps import Filter, Function, Indexes, Names, Query, Scan, Slice, Step, Wildcard


def reader(query: Query, *, strict: bool = False, children: bool = False) -> Read:
    """A function that reads the query.

    Args:
        query: The query.
        strict: Whether a missing leaf fails an indefinite query; otherwise it is passed over.
        children: Whether to read what lies below the results; of a definite query, the last of it.
    """
    chain = Chain(query, _MAKERS, strict=strict, children=children)
    first = chain.visit(0)

    def read_all(value: JSON, root: JSON) -> JSON:
        reading = Reading(root)
        first(value, reading)
        return reading.found

    def read_one(value: JSON, root: JSON) -> JSON:
        found = read_all(value, root)
        if not found:
            raise PathNotFound(messages.no_results, chain.query)
        return found[-1]

    return read_one if query.definite else read_all


def _several_names(chain: Chain, position: int, step: Names) -> Visit:
    """``['a','b']``: one object at the end of a path, one property after the other within it."""
    query, sure, strict = chain.query, chain.sure[position], chain.strict
    following = chain.visit(position + 1)
    leaf = position == chain.last

    def visit(value: JSON, reading: Reading) -> None:
        if type(value) is not dict:
            if sure:
                raise PathNotFound(messages.no_object, query, position, value)
            return
        found = {name: value[name] for name in step.names if name in value}
        if strict and len(found) < len(step.names):
            raise PathNotFound(messages.missing_property, query, position)
        if leaf:
            following(found, reading)
            return
        for name in step.names:
            if name in found:
                following(found[name], reading)

    return visit


def _several_indexes(chain: Chain, position: int, step: Indexes) -> Visit:
    return _picks(chain, position, lambda count: step.indexes)


def _slice(chain: Chain, position: int, step: Slice) -> Visit:
    return _picks(chain, position, partial(_sliced, step.start, step.stop))


def _sliced(start: int | None, stop: int | None, count: int) -> Iterable[int]:
    """The indexes of a slice. With both ends, Jayway takes negative ones literally, one by one."""
    if start is None:
        stop = stop or 0
        return range(min(count, stop if stop >= 0 else stop + count))
    if stop is None:
        return range(max(0, start if start >= 0 else start + count), count)
    return range(max(start, -count), min(count, stop))


def _picks(chain: Chain, position: int, indexes: Callable[[int], Iterable[int]]) -> Visit:
    is_array = chain.array_check(position)
    following = chain.from_member(position + 1)

    def visit(value: JSON, reading: Reading) -> None:
        if is_array(value):
            count = len(value)
            for index in indexes(count):
                at = index if index >= 0 else index + count
                if 0 <= at < count:
                    following(value[at], reading)

    return visit


def _wildcard(chain: Chain, position: int, step: Wildcard) -> Visit:
    to_property = chain.collector() if position == chain.last else chain.visit(position + 1)
    to_member = chain.from_member(position + 1)
    if chain.calls(position + 1) and not chain.strict:
        to_member = _unfailing(to_member)

    def visit(value: JSON, reading: Reading) -> None:
        if type(value) is dict:
            for each in value.values():
                to_property(each, reading)
        elif type(value) is list:
            for each in value:
                to_member(each, reading)

    return visit


def _unfailing(following: Visit) -> Visit:
    """What follows on ``[*]`` of an array, where Jayway passes over a function whose argument is missing."""

    def visit(value: JSON, reading: Reading) -> None:
        with suppress(PathNotFound):
            following(value, reading)

    return visit


def _filter(chain: Chain, position: int, step: Filter) -> Visit:
    accepts = acceptance(step.criterion, reader)
    query, sure = chain.query, chain.sure[position]
    following = chain.visit(position + 1)
    to_member = chain.from_member(position + 1)

    def visit(value: JSON, reading: Reading) -> None:
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


def _scan(chain: Chain, position: int, step: Scan) -> Visit:
    """Every object and array below, parents first."""
    if position == chain.last:
        return _broken_scan
    matches = _scan_target(chain.query.steps[position + 1], position + 1 == chain.last)
    target = chain.visit(position + 1)
    to_members = target
    if position + 1 < chain.last:
        to_members = _past_members(chain.visit(position + 2), chain.marks(position))

    def visit(value: JSON, reading: Reading) -> None:
        todo = [value]
        while todo:
            each = todo.pop()
            if type(each) is dict:
                if matches(each, reading.root):
                    target(each, reading)
                todo += reversed(each.values())
            elif type(each) is list:
                if matches(each, reading.root):
                    to_members(each, reading)
                todo += reversed(each)

    return visit


def _past_members(beyond: Visit, marks: bool) -> Visit:
    """In arrays, Jayway leaves out the step after the scan: it hands every member to the one after it."""

    def visit(array: JSON, reading: Reading) -> None:
        for index, member in enumerate(array):
            if marks:
                reading.upstream = index
            beyond(member, reading)

    return visit


def _broken_scan(value: JSON, reading: Reading) -> None:
    raise Breakdown(said, "Current path token is a leaf")


def _scan_target(step: Step, leaf: bool) -> Callable[[JSON, JSON], bool]:
    """Which objects and arrays below a scan the step after it is tried on."""
    match step:
        case Names((name,)):
            return lambda value, root: type(value) is dict and name in value
        case Names(names) if leaf:
            return lambda value, root: type(value) is dict and all(name in value for name in names)
        case Names():
            return lambda value, root: type(value) is dict
        case Indexes() | Slice():
            return lambda value, root: type(value) is list
        case Filter(criterion):
            return acceptance(criterion, reader)
        case Wildcard():
            return lambda value, root: True
    return lambda value, root: False


def _function(chain: Chain, position: int, step: Function) -> Visit:
    call = FUNCTIONS.get(step.name)
    if call is length and step.arguments:
        call = _measuring(step.arguments[0])
    arguments = [_argument(each) for each in step.arguments]
    following = chain.visit(position + 1)
    leaf = position == chain.last

    def visit(value: JSON, reading: Reading) -> None:
        if call is None:
            raise Unfit(messages.no_function, step.name)
        result = call(value, [get(reading.root) for get in arguments])
        # Jayway takes in the result of a function even if the path goes on from it.
        reading.found.append(result)
        if not leaf:
            following(result, reading)

    return visit


def _argument(argument: Query | str) -> Callable[[JSON], JSON]:
    """What evaluates an argument, given the root."""
    if isinstance(argument, Query):
        read = reader(argument)
        return lambda root: read(root, root)

    def literal(root: JSON) -> JSON:
        try:
            return permissive.loads(argument)
        except ValueError as error:
            raise Breakdown(said, str(error)) from None

    return literal


def _measuring(argument: Query | str) -> Call:
    """``length`` with an argument, which counts the children of what the path leads to."""
    if isinstance(argument, str):
        return _unmeasurable
    whole = not argument.steps or isinstance(argument.steps[-1], Function)
    measure = reader(argument, children=not whole)
    return lambda value, arguments: length(value, [measure(value, value)])


def _unmeasurable(value: JSON, arguments: list[JSON]) -> JSON:
    raise Breakdown(said, "The argument of length must be a path")


_MAKERS: dict[type[Step], Callable[[Chain, int, Any], Visit]] = {
    Names: _several_names,
    Indexes: _several_indexes,
    Slice: _slice,
    Wildcard: _wildcard,
    Filter: _filter,
    Scan: _scan,
    Function: _function,
}
