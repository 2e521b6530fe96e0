"""Choice rules: the 39 comparison operators, And, Or and Not, compiled to one test each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from asl.elements.dataflow import ASSIGN, OUTPUT, Emit, assign, computed, output
from asl.elements.flow import COMMENT, NEXT
from asl.elements.outcome import Frame
from asl.jsontypes import JSON
from asl.rules import Problem
from asl.rules import table as rules
from asl.spec.fields import Check, Element, Exclusive, Expression, Field, Kind, Reader
from asl.spec.kinds import Flag, ListOf, Number, ObjectOf, Path, Text, Timestamp, nanoseconds

Test: TypeAlias = Callable[[JSON, Frame], bool]
Compare: TypeAlias = Callable[[JSON, JSON], bool]

# ------------------------------------------------------------------ comparing two values
# A value of another type than the operator's does not match; it is no error.


def _numbers(compare: Compare) -> Compare:
    def both_numbers(value: JSON, operand: JSON) -> bool:
        return (
            type(value) in _NUMBER and type(operand) in _NUMBER and compare(value, operand)
        )  # type() and not isinstance(): a bool is an int in Python, and no number in JSON

    return both_numbers


def _strings(compare: Compare) -> Compare:
    def both_strings(value: JSON, operand: JSON) -> bool:
        return type(value) is str and type(operand) is str and compare(_order(value), _order(operand))

    return both_strings


def _timestamps(compare: Compare) -> Compare:
    def both_timestamps(value: JSON, operand: JSON) -> bool:
        left, right = _instant(value), _instant(operand)
        return left is not None and right is not None and compare(left, right)

    return both_timestamps


def _booleans(value: JSON, operand: JSON) -> bool:
    return type(value) is bool and value is operand


def _order(text: str) -> str | bytes:
    """A key in Java's order of strings, which goes by UTF-16 code units and not by code points."""
    return text if text.isascii() else text.encode("utf-16-be", "surrogatepass")


def _same_order(compare: Compare) -> Compare:
    def in_one_order(left: JSON, right: JSON) -> bool:
        if type(left) is not type(right):  # one plain ASCII text, one in UTF-16
            left, right = _utf16(left), _utf16(right)
        return compare(left, right)

    return in_one_order


def _utf16(key: str | bytes) -> bytes:
    return key if isinstance(key, bytes) else key.encode("utf-16-be")


def _instant(value: JSON) -> int | None:
    return nanoseconds(value) if type(value) is str else None


_NUMBER = frozenset((int, float))

_ORDERS: dict[str, Compare] = {
    "Equals": lambda left, right: left == right,
    "LessThan": lambda left, right: left < right,
    "GreaterThan": lambda left, right: left > right,
    "LessThanEquals": lambda left, right: left <= right,
    "GreaterThanEquals": lambda left, right: left >= right,
}

COMPARISONS: dict[str, tuple[Kind, Compare]] = {
    **{f"String{name}": (Text(), _strings(_same_order(order))) for name, order in _ORDERS.items()},
    **{
        f"Numeric{name}": (Number(float("-inf"), computed=False), _numbers(order))
        for name, order in _ORDERS.items()
    },
    "BooleanEquals": (Flag(), _booleans),
    **{f"Timestamp{name}": (Timestamp(), _timestamps(order)) for name, order in _ORDERS.items()},
}
"""Operators that compare the variable with a value, or as ``<name>Path`` with another variable."""


def is_timestamp(value: JSON) -> bool:
    """Whether a value is a string that holds an RFC 3339 timestamp."""
    return _instant(value) is not None


TYPE_TESTS: dict[str, Callable[[JSON], bool]] = {
    "IsNull": lambda value: value is None,
    "IsNumeric": lambda value: type(value) in _NUMBER,
    "IsString": lambda value: type(value) is str,
    "IsBoolean": lambda value: type(value) is bool,
    "IsTimestamp": is_timestamp,
}
"""Operators that ask for the type of the variable. IsPresent is apart: it asks whether it is there."""


# ------------------------------------------------------------------ StringMatches


def wildcard(pattern: str) -> Callable[[str], bool]:
    r"""A test for a StringMatches pattern: ``*`` stands for any text, ``\*`` and ``\\`` for themselves.

    Linear in the text: each piece between two stars is sought once, from the left.
    """
    pieces = _pieces(pattern)
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return lambda text: text == first
    middle = [piece for piece in pieces[1:-1] if piece]

    def matches(text: str) -> bool:
        end = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last) and end >= len(first)):
            return False
        at = len(first)
        for piece in middle:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return matches


def _pieces(pattern: str) -> list[str]:
    pieces, piece, escaped = [], "", False
    for character in pattern:
        if escaped:
            piece += character if character in "*\\" else "\\" + character
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "*":
            pieces.append(piece)
            piece = ""
        else:
            piece += character
    pieces.append(piece + ("\\" if escaped else ""))
    return pieces


# ------------------------------------------------------------------ compiling a rule


class CompiledRule(msgspec.Struct, frozen=True):
    """A choice rule: its test, and where a top-level one leads."""

    test: Test
    next: str | None
    assign: Emit | None
    output: Emit | None


def _rule(fields: dict[str, Any]) -> CompiledRule:
    rule_output = output(fields) if "Output" in fields else None
    return CompiledRule(_test(fields), fields.get("Next"), assign(fields), rule_output)


def _test(fields: Mapping[str, Any]) -> Test:
    if "And" in fields:
        tests = [each.test for each in fields["And"]]
        return lambda data, frame: all(test(data, frame) for test in tests)
    if "Or" in fields:
        tests = [each.test for each in fields["Or"]]
        return lambda data, frame: any(test(data, frame) for test in tests)
    if "Not" in fields:
        inner: Test = fields["Not"].test
        return lambda data, frame: not inner(data, frame)
    if "Condition" in fields:
        return _condition(fields["Condition"])
    return _comparison(fields["Variable"], *_operator(fields))


def _condition(condition: Any) -> Test:
    if not isinstance(condition, Expression):
        return lambda data, frame: condition is True
    read = computed(condition, "boolean", lambda value: isinstance(value, bool))
    return lambda data, frame: bool(read(frame))


def _operator(fields: Mapping[str, Any]) -> tuple[str, Any]:
    return next((name, value) for name, value in fields.items() if name in _OPERATOR_NAMES)


def _comparison(variable: Expression, name: str, operand: Any) -> Test:
    read = variable.evaluate
    if name == "IsPresent":
        present = variable.present
        assert present is not None
        return lambda data, frame: present(data, frame) is operand
    if name in TYPE_TESTS:
        ask = TYPE_TESTS[name]
        return lambda data, frame: ask(read(data, frame)) is operand
    if name == "StringMatches":
        matches = wildcard(operand)

        def string_matches(data: JSON, frame: Frame) -> bool:
            value = read(data, frame)
            return type(value) is str and matches(value)

        return string_matches
    if name.endswith("Path"):
        _, compare = COMPARISONS[name.removesuffix("Path")]
        other = operand.evaluate
        return lambda data, frame: compare(read(data, frame), other(data, frame))
    _, compare = COMPARISONS[name]
    return lambda data, frame: compare(read(data, frame), operand)


# ------------------------------------------------------------------ the declaration


class Condition(msgspec.Struct, frozen=True):
    """A JSONata expression that says yes or no; AWS takes a plain true or false too (recorded)."""

    def read(self, value: JSON, reader: Reader) -> Any:
        """The answer, or the expression that gives it."""
        return value if isinstance(value, bool) else Text(computed=True).read(value, reader)

    def schema(self) -> dict[str, JSON]:
        """The kind as JSON Schema."""
        return {"type": ["boolean", "string"]}


_PHRASES = {
    f"{beginning}{order}": f"{value} {relation}"
    for beginning, value in (
        ("String", "a string"), ("Numeric", "a number"), ("Boolean", "a boolean"),
        ("Timestamp", "a timestamp"),
    )
    for order, relation in (
        ("Equals", "equal to"), ("LessThan", "less than"), ("GreaterThan", "greater than"),
        ("LessThanEquals", "not greater than"), ("GreaterThanEquals", "not less than"),
    )
}  # fmt: skip


def _doc(name: str, other: str) -> str:
    return f"Matches {_PHRASES[name]} {other}." if name in _PHRASES else ""


_COMPARISON_FIELDS = (
    *(
        Field(name, kind, only="JSONPath", doc=_doc(name, "this one"))
        for name, (kind, _) in COMPARISONS.items()
    ),
    *(
        Field(f"{name}Path", Path(of_choice_rule=True), only="JSONPath", doc=_doc(name, "the one it names"))
        for name in COMPARISONS
    ),
    Field("StringMatches", Text(), only="JSONPath", doc="Matches a string of this pattern; * is any text."),
    *(
        Field(name, Flag(), only="JSONPath", doc="Matches what is of this type, or with false what is not.")
        for name in TYPE_TESTS
    ),
    Field("IsPresent", Flag(), only="JSONPath", doc="Matches what is there, or with false what is not."),
)
_OPERATOR_NAMES = frozenset(field.name for field in _COMPARISON_FIELDS)
_KINDS_OF_RULE = ("And", "Or", "Not", "Variable", "Condition")


_NOT_ONE_KIND = Problem(
    rules.RULE_KIND, f"The object must have only one of the following fields, [{', '.join(_KINDS_OF_RULE)}]"
)
_ONE_KIND = Exclusive(_KINDS_OF_RULE, several=_NOT_ONE_KIND, none=_NOT_ONE_KIND)


def _one_operator(value: Mapping[str, JSON]) -> Problem | None:
    found = [name for name in value if name in _OPERATOR_NAMES]
    if "Variable" not in value:
        return Problem(rules.ONE_OPERATOR, f"Field '{found[0]}' needs a Variable") if found else None
    if len(found) == 1:
        return None
    return Problem(
        rules.ONE_OPERATOR, "A choice rule with a Variable must have exactly one comparison operator"
    )


_CHECKS: tuple[Check, ...] = (_ONE_KIND, _one_operator)
_RULES = ListOf(ObjectOf(lambda: INNER_RULE), 1)
_TESTS = (
    Field("Variable", Path(of_choice_rule=True), only="JSONPath", doc="The path to the value to test."),
    *_COMPARISON_FIELDS,
    Field("And", _RULES, only="JSONPath", doc="Matches where all of these do."),
    Field("Or", _RULES, only="JSONPath", doc="Matches where one of these does."),
    Field("Not", ObjectOf(lambda: INNER_RULE), only="JSONPath", doc="Matches where this does not."),
    COMMENT,
)
INNER_RULE: Element = Element(
    "ChoiceRuleInside", _TESTS, _rule, _CHECKS, doc="A test: a Variable with one operator, or And, Or or Not."
)
"""A rule inside And, Or or Not: a test and nothing else."""

RULE: Element = Element(
    "ChoiceRule",
    (
        *_TESTS,
        Field("Condition", Condition(), only="JSONata", doc="The expression that says whether it matches."),
        msgspec.structs.replace(NEXT, required=True),
        ASSIGN,
        OUTPUT,
    ),
    _rule,
    _CHECKS,
    doc="A test, and the state to go to where it matches.",
)
