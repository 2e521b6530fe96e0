"""Criteria of filters -> closures that say yes or no to one value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from asl.jsontypes import JSON
from asl.query.jsonpath import javatext, reference
from asl.query.jsonpath.chain import Reading
from asl.query.jsonpath.comparison import COSTLY_OPERATORS, OPERATORS, UNDEFINED, Operand
from asl.query.jsonpath.failures import Breakdown, PathNotFound, Unfit
from asl.query.jsonpath.steps import And, Comparison, Constant, Criterion, Existence, Not, Or, Query

Read: TypeAlias = Callable[[JSON, Reading], JSON]
"""A compiled query: takes the value its root stands for, and the reading it is part of, whose root is what
``$`` means in filters within."""
Compile: TypeAlias = Callable[..., Read]
Test: TypeAlias = Callable[[JSON, Reading], bool]
"""A compiled criterion: takes the value in question, and the reading it is part of."""


def acceptance(criterion: Criterion, compile_query: Compile) -> Test:
    """Whether a filter accepts a value.

    Args:
        criterion: What it asks.
        compile_query: Makes a reader of a query; with ``strict``, one that also misses the leaves
            that an indefinite query would pass over.
    """
    test = _test(criterion, compile_query)

    def accepts(item: JSON, reading: Reading) -> bool:
        try:
            return test(item, reading)
        except (PathNotFound, Unfit):
            return False

    return accepts


def _test(criterion: Criterion, compile_query: Compile) -> Test:
    match criterion:
        case Comparison():
            return _comparison(criterion, compile_query)
        case Existence():
            return _existence(criterion, compile_query)
        case Not(inner):
            test = _test(inner, compile_query)
            return lambda item, reading: not test(item, reading)
        case And(parts):
            tests = [_test(part, compile_query) for part in parts]
            return lambda item, reading: all(test(item, reading) for test in tests)
        case Or(parts):
            tests = [_test(part, compile_query) for part in parts]
            return lambda item, reading: any(test(item, reading) for test in tests)


def _existence(criterion: Existence, compile_query: Compile) -> Test:
    expected = criterion.expected
    keys = reference.keys(criterion.query)
    if keys is not None:
        find = reference.reader(keys, _undefined)
        return lambda item, reading: (find(item) is not UNDEFINED) is expected
    read = compile_query(criterion.query, strict=True)

    def exists(item: JSON, reading: Reading) -> bool:
        # Jayway reads the path from the item even if it begins with `$`, and counts an
        # indefinite path that finds nothing as existing.
        try:
            read(item, reading)
        except PathNotFound:
            return not expected
        return expected

    return exists


def _comparison(criterion: Comparison, compile_query: Compile) -> Test:
    left = _operand(criterion.left, compile_query)
    right = _operand(criterion.right, compile_query)
    costly = COSTLY_OPERATORS.get(criterion.operator)
    if costly is not None:
        return lambda item, reading: costly(left(item, reading), right(item, reading), reading.effort)
    compare = OPERATORS[criterion.operator]
    return lambda item, reading: compare(left(item, reading), right(item, reading))


def _operand(operand: Query | Constant, compile_query: Compile) -> Callable[[JSON, Reading], Operand]:
    if isinstance(operand, Constant):
        value = operand.value
        return lambda item, reading: value
    from_root = operand.root == "$"
    keys = reference.keys(operand)
    if keys is not None:
        find = reference.reader(keys, _undefined)
        return (lambda item, reading: find(reading.root)) if from_root else (lambda item, reading: find(item))
    read = compile_query(operand)

    def get(item: JSON, reading: Reading) -> Operand:
        try:
            found = read(reading.root if from_root else item, reading)
        except PathNotFound:
            return UNDEFINED
        if type(found) is javatext.KeySet:
            raise Breakdown(_unusable, found)
        return found

    return get


def _undefined(value: JSON) -> JSON:
    return UNDEFINED


def _unusable(keys: javatext.KeySet) -> str:
    text = javatext.value_text(keys)
    return f"Could not convert class {javatext.class_name(keys)}:{text} to a ValueNode"
