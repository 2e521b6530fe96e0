"""What a declared test expects of a run, and what a run does otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import ndiff
from typing import TYPE_CHECKING, Any

import msgspec

from asl import Result
from asl.jsontypes import JSON
from cli.declared.difference import differences
from cli.json_text import preview, printable

if TYPE_CHECKING:
    from asl.parser.positions import Steps
    from emulator.tasks.mocks.conditions import Condition
    from emulator.tasks.mocks.text import Complaint

UNSAID: Any = msgspec.UNSET
NAMES = frozenset({"input", "output", "status", "error", "cause"})
"""What an assertion sees of a run."""
ROOM = 300


class Assertion(msgspec.Struct, frozen=True):
    """A condition, and the text that it was written as."""

    text: str
    holds: Condition


class Expectation(msgspec.Struct, frozen=True):
    """What is expected; what is `UNSAID` or None is not looked at.

    Attributes:
        status: How the run ends.
        output: Its output.
        contains: What its output has at least.
        assertions: What holds of it.
        error: Its error name, or a pattern that it has.
        cause: The text with that, or a pattern.
        path: The states that it enters, in order.
        transitions: State transitions.
        seconds: How long it takes on the virtual clock.
    """

    status: str
    output: JSON = UNSAID
    contains: JSON = UNSAID
    assertions: tuple[Assertion, ...] = ()
    error: Any = UNSAID
    cause: Any = UNSAID
    path: tuple[str, ...] | None = None
    transitions: int | None = None
    seconds: float | None = None


def expectation(
    value: Any, place: Steps, read: Callable[[JSON, Steps], JSON]
) -> tuple[Expectation, list[Complaint]]:
    """The expectation that a value stands for, and what is wrong with it.

    Args:
        value: The value.
        place: Where it stands.
        read: Gives what a file holds that a value names.
    """
    from emulator.tasks.mocks.text import Complaint, violations

    if not isinstance(value, dict):
        return Expectation(""), [Complaint(place, "this is to be an object, or @FILE with one")]
    from cli.declared.schema import tests

    schema = tests()["properties"]["cases"]["items"]["properties"]["expect"]
    complaints = [Complaint(place, f"{each.text} in what it names") for each in violations(value, schema)]
    if complaints:
        return Expectation(""), complaints
    failed = "error" in value or "cause" in value
    made = Expectation(
        value.get("status", "FAILED" if failed else "SUCCEEDED"),
        read(value.get("output", UNSAID), (*place, "output")),
        read(value.get("contains", UNSAID), (*place, "contains")),
        tuple(_assertions(value, place, complaints)),
        _text(value, "error", place, complaints),
        _text(value, "cause", place, complaints),
        tuple(value["path"]) if "path" in value else None,
        value.get("transitions"),
        value.get("seconds"),
    )
    return made, complaints


def _assertions(value: dict[str, Any], place: Steps, complaints: list[Complaint]) -> Iterator[Assertion]:
    from emulator.tasks.mocks.conditions import BadCondition, condition
    from emulator.tasks.mocks.text import Complaint

    given = value.get("assert", [])
    for text in [given] if isinstance(given, str) else given:
        try:
            yield Assertion(text, condition(text, NAMES))
        except BadCondition as error:
            complaints.append(Complaint((*place, "assert"), str(error)))


def _text(value: dict[str, Any], name: str, place: Steps, complaints: list[Complaint]) -> Any:
    from emulator.tasks.mocks.text import Complaint

    given = value.get(name, UNSAID)
    if not isinstance(given, dict):
        return given
    try:
        return re.compile(given["matches"])
    except re.error as error:
        where = (*place, name, "matches")
        complaints.append(Complaint(where, f"this is no regular expression: {error}"))
        return UNSAID


# ------------------------------------------------------------------ held against a run


def failures(expected: Expectation, result: Result, given: JSON) -> Iterator[str]:
    """What a run does otherwise than is expected; a failure may have several lines.

    Args:
        expected: What is expected.
        result: The run.
        given: Its input.
    """
    if result.status != expected.status:
        yield f"status: expected {expected.status}, got {result.status}{_why(result)}"
        if expected.status == "SUCCEEDED" or result.status == "SUCCEEDED":
            return
    if result.status == "SUCCEEDED":
        if expected.output is not UNSAID:
            yield from differences("output", expected.output, result.output, partial=False)
        if expected.contains is not UNSAID:
            yield from differences("output", expected.contains, result.output, partial=True)
    yield from _told("error", expected.error, result.error)
    yield from _told("cause", expected.cause, result.cause)
    yield from _asserted(expected, result, given)
    yield from _measured(expected, result)


def _why(result: Result) -> str:
    if result.status == "SUCCEEDED":
        return f" with the output {preview(result.output, ROOM)}"
    return f" with {printable(result.error or 'no error')}: {printable(result.cause or '')}".rstrip(": ")


def _told(name: str, expected: Any, got: str | None) -> Iterator[str]:
    if expected is UNSAID:
        return
    if isinstance(expected, re.Pattern):
        if got is None or not expected.search(got):
            yield f"{name}: expected a match of {expected.pattern}, got {preview(got, ROOM)}"
    elif expected != got:
        yield f"{name}: expected {preview(expected, ROOM)}, got {preview(got, ROOM)}"


def _asserted(expected: Expectation, result: Result, given: JSON) -> Iterator[str]:
    from emulator.tasks.mocks.conditions import ConditionFailed

    values = {
        "input": given,
        "output": result.output,
        "status": result.status,
        "error": result.error,
        "cause": result.cause,
    }
    for each in expected.assertions:
        try:
            if not each.holds(values):
                yield f"assert: {each.text} does not hold; the output is {preview(result.output, ROOM)}"
        except ConditionFailed as error:
            yield f"assert: {error}"


def _measured(expected: Expectation, result: Result) -> Iterator[str]:
    if expected.transitions is not None and expected.transitions != result.transitions:
        yield f"transitions: expected {expected.transitions}, got {result.transitions}"
    if expected.seconds is not None and round(expected.seconds * 1000) != result.history.span():
        yield f"seconds: expected {expected.seconds:g}, got {result.history.span() / 1000:g}"
    if expected.path is not None:
        got = visited(result)
        if list(expected.path) != got:
            lines = [f"  {line}" for line in ndiff(expected.path, got) if not line.startswith("?")]
            yield "\n".join(["path: - is expected, + came", *lines])


def visited(result: Result) -> list[str]:
    """The states that a run entered, in the order of its history."""
    return [mark.state for mark in result.history.marks() if mark.type.name.endswith("StateEntered")]
