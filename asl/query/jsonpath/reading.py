"""Queries -> functions that read them, by Jayway's rules of what each step leads to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from asl.jsontypes import JSON
from asl.query.jsonpath import messages, permissive
from asl.query.jsonpath.chain import Chain, Reading, Visit
from asl.query.jsonpath.failures import Breakdown, PathNotFound, Unfit, said
from asl.query.jsonpath.filters import Read, acceptance
from asl.query.jsonpath.functions import FUNCTIONS, length
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

    def read_all(value: JSON, outer: Reading) -> JSON:
        reading = Reading(outer.root, outer.effort)
        first(value, reading)
        return reading.found

    def read_one(value: JSON, outer: Reading) -> JSON:
        found = read_all(value, outer)
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
        reading.effort.spend(len(step.names))
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


def _sliced(start: int | None, stop: int | None, count: int) -> Sequence[int]:
    """The indexes of a slice. With both ends, Jayway takes negative ones literally, one by one."""
    if start is None:
        stop = stop or 0
        return range(min(count, stop if stop >= 0 else stop + count))
    if stop is None:
        return range(max(0, start if start >= 0 else start + count), count)
    return range(max(start, -count), min(count, stop))


def _picks(chain: Chain, position: int, indexes: Callable[[int], Sequence[int]]) -> Visit:
    is_array = chain.array_check(position)
    following = chain.from_member(position + 1)

    def visit(value: JSON, reading: Reading) -> None:
        if is_array(value):
            count = len(value)
            chosen = indexes(count)
            reading.effort.spend(len(chosen))
            for index in chosen:
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
            reading.effort.spend(len(value))
            for each in value.values():
                to_property(each, reading)
        elif type(value) is list:
            reading.effort.spend(len(value))
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
            if accepts(value, reading):
                following(value, reading)
        elif type(value) is list:
            reading.effort.spend(len(value))
            for member in value:
                if accepts(member, reading):
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
                reading.effort.spend(len(each))
                if matches(each, reading):
                    target(each, reading)
                todo += reversed(each.values())
            elif type(each) is list:
                reading.effort.spend(len(each))
                if matches(each, reading):
                    to_members(each, reading)
                todo += reversed(each)

    return visit


def _past_members(beyond: Visit, marks: bool) -> Visit:
    """In arrays, Jayway leaves out the step after the scan: it hands every member to the one after it."""

    def visit(array: JSON, reading: Reading) -> None:
        reading.effort.spend(len(array))
        for index, member in enumerate(array):
            if marks:
                reading.upstream = index
            beyond(member, reading)

    return visit


def _broken_scan(value: JSON, reading: Reading) -> None:
    raise Breakdown(said, "Current path token is a leaf")


def _scan_target(step: Step, leaf: bool) -> Callable[[JSON, Reading], bool]:
    """Which objects and arrays below a scan the step after it is tried on."""
    match step:
        case Names((name,)):
            return lambda value, reading: type(value) is dict and name in value
        case Names(names) if leaf:
            return lambda value, reading: type(value) is dict and all(name in value for name in names)
        case Names():
            return lambda value, reading: type(value) is dict
        case Indexes() | Slice():
            return lambda value, reading: type(value) is list
        case Filter(criterion):
            return acceptance(criterion, reader)
        case Wildcard():
            return lambda value, reading: True
    return lambda value, reading: False


def _function(chain: Chain, position: int, step: Function) -> Visit:
    call = FUNCTIONS.get(step.name)
    measure = _measure(step.arguments[0]) if call is length and step.arguments else None
    arguments = [_argument(each) for each in step.arguments]
    following = chain.visit(position + 1)
    leaf = position == chain.last

    def visit(value: JSON, reading: Reading) -> None:
        if call is None:
            raise Unfit(messages.no_function, step.name)
        given = [get(reading.root, reading) for get in arguments]
        if measure is not None:
            given = [measure(value, Reading(value, reading.effort))]
        reading.effort.spend(_work(value) + sum(map(_work, given)))
        result = call(value, given, reading.effort)
        reading.effort.spend(_work(result))
        # Jayway takes in the result of a function even if the path goes on from it.
        reading.found.append(result)
        if not leaf:
            following(result, reading)

    return visit


def _work(value: JSON) -> int:
    """The steps that a value in or out of a function counts for."""
    return len(value) + 1 if isinstance(value, list) else 1


def _argument(argument: Query | str) -> Read:
    """What evaluates an argument."""
    if isinstance(argument, Query):
        return reader(argument)

    def literal(value: JSON, reading: Reading) -> JSON:
        try:
            return permissive.loads(argument)
        except ValueError as error:
            raise Breakdown(said, str(error)) from None

    return literal


def _measure(argument: Query | str) -> Read:
    """What reads the argument of ``length``, which counts the children of what the path leads to."""
    if isinstance(argument, str):
        return _unmeasurable
    whole = not argument.steps or isinstance(argument.steps[-1], Function)
    return reader(argument, children=not whole)


def _unmeasurable(value: JSON, reading: Reading) -> JSON:
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
