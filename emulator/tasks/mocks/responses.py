"""A mocked response: which of its answers a call gets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from asl.jsontypes import JSON
from asl.parser.positions import Steps
from asl.signals import RunTask
from emulator.tasks.mocks.conditions import BadCondition, Condition, condition
from emulator.tasks.mocks.schema import NUMBERS
from emulator.tasks.mocks.text import Complaint

Validation: TypeAlias = Literal["STRICT", "PRESENT", "NONE"]

NAMES = frozenset({"input", "context"})
"""What a rule's condition sees: the task's parameters, and where it is called."""

_INDEX = re.compile(r"\[(\d+)\]/[^/]*$")


class Answer(msgspec.Struct, frozen=True):
    """What a mocked call comes to.

    Attributes:
        output: Its result.
        error: The error name that it fails with, if it does.
        cause: The text with that.
        fails: Whether it fails.
        seconds: How long it takes.
    """

    output: JSON = None
    error: str | None = None
    cause: str | None = None
    fails: bool = False
    seconds: float = 0.0


class Span(msgspec.Struct, frozen=True):
    """Numbers from one to another, both included."""

    first: int
    last: int

    def __contains__(self, number: int | None) -> bool:
        return number is not None and self.first <= number <= self.last


class Rule(msgspec.Struct, frozen=True):
    """An answer for calls of a kind.

    Attributes:
        answer: The answer.
        when: What the call's values have to meet.
        index: At which places of the nearest Map or Parallel it is called; empty for any.
        attempt: At which attempts, counted from 0; empty for any.
    """

    answer: Answer
    when: Condition | None
    index: tuple[Span, ...]
    attempt: tuple[Span, ...]

    def fits(self, task: RunTask, values: Mapping[str, JSON]) -> bool:
        """Whether a call is of its kind.

        Raises:
            ConditionFailed: Its condition has no value for this call.
        """
        return (
            _within(index_of(task), self.index)
            and _within(task.attempt, self.attempt)
            and (self.when is None or self.when(values))
        )


def _within(number: int | None, spans: tuple[Span, ...]) -> bool:
    return not spans or any(number in each for each in spans)


class Response(msgspec.Struct, frozen=True):
    """A mocked response.

    Attributes:
        name: What it is called, for messages.
        rules: The rules, of which the first that fits is taken.
        numbered: Answers by the number of the call.
        default: What is answered where nothing else is.
        validate: How its results are held to the service's model.
    """

    name: str
    rules: tuple[Rule, ...]
    numbered: tuple[tuple[Span, Answer], ...]
    default: Answer | None
    validate: Validation

    def answer(self, task: RunTask, number: int, values: Mapping[str, JSON]) -> Answer | None:
        """The answer to a call, or None where there is none for it.

        Args:
            task: The call.
            number: How many calls of the state there were before, in this execution.
            values: What conditions see.

        Raises:
            ConditionFailed: A rule's condition has no value for this call.
        """
        for rule in self.rules:
            if rule.fits(task, values):
                return rule.answer
        for span, answer in self.numbered:
            if number in span:
                return answer
        return self.default

    def answers(self) -> Iterator[Answer]:
        """All its answers."""
        yield from (rule.answer for rule in self.rules)
        yield from (answer for _, answer in self.numbered)
        if self.default is not None:
            yield self.default


def index_of(task: RunTask) -> int | None:
    """Which item of a Map, or branch of a Parallel, a task is called for: of the nearest around it."""
    found = _INDEX.search(task.id)
    return None if found is None else int(found[1])


# ------------------------------------------------------------------ read


def response(name: str, value: Any, validate: Validation, place: Steps) -> tuple[Response, list[Complaint]]:
    """The response that a value, which fits the schema, stands for; and what is wrong with it all the same.

    Args:
        name: What it is called.
        value: The value.
        validate: How its results are held to the service's model where it does not say.
        place: Where it stands.
    """
    reader = _Reader()
    if isinstance(value, list):
        value = {str(number): each for number, each in enumerate(value)}
    made = Response(
        name,
        tuple(reader.rule(each, (*place, "Rules", i)) for i, each in enumerate(value.get("Rules", ()))),
        reader.numbered(value, place),
        reader.default(value, place),
        value.get("Validate", validate),
    )
    return made, reader.complaints


class _Reader:
    def __init__(self) -> None:
        self.complaints: list[Complaint] = []

    def complain(self, place: Steps, text: str) -> None:
        self.complaints.append(Complaint(place, text))

    def answer(self, value: dict[str, Any], place: Steps) -> Answer:
        if ("Return" in value) == ("Throw" in value):
            both = "both 'Return' and 'Throw' are" if "Return" in value else "neither 'Return' nor 'Throw' is"
            self.complain(place, f"{both} here; an answer is one of the two")
        thrown = value.get("Throw", {})
        return Answer(
            value.get("Return"),
            thrown.get("Error"),
            thrown.get("Cause"),
            "Throw" in value,
            float(value.get("Seconds", 0)),
        )

    def default(self, value: dict[str, Any], place: Steps) -> Answer | None:
        """The answer in ``Default``, or one that stands in the response itself."""
        own = value.keys() & {"Return", "Throw", "Seconds"}
        if own and "Default" in value:
            self.complain(
                (*place, "Default"), f"'Default' stands beside {', '.join(sorted(own))}; give one of them"
            )
        if own:
            return self.answer(value, place)
        return self.answer(value["Default"], (*place, "Default")) if "Default" in value else None

    def rule(self, value: dict[str, Any], place: Steps) -> Rule:
        when = None
        if "When" in value:
            try:
                when = condition(value["When"], NAMES)
            except BadCondition as error:
                self.complain((*place, "When"), str(error))
        return Rule(
            self.answer(value, place),
            when,
            self.spans(value.get("Index", []), (*place, "Index")),
            self.spans(value.get("Attempt", []), (*place, "Attempt")),
        )

    def spans(self, value: Any, place: Steps) -> tuple[Span, ...]:
        values = value if isinstance(value, list) else [value]
        return tuple(self.span(each if isinstance(each, str) else str(int(each)), place) for each in values)

    def span(self, text: str, place: Steps) -> Span:
        first, _, last = text.partition("-")
        span = Span(int(first), int(last or first))
        if span.last < span.first:
            self.complain(place, f"the range {text} ends before it begins; write {span.last}-{span.first}")
        return span

    def numbered(self, value: dict[str, Any], place: Steps) -> tuple[tuple[Span, Answer], ...]:
        found: list[tuple[Span, Answer]] = []
        for name, each in value.items():
            if not re.search(NUMBERS, name):
                continue
            span = self.span(name, (*place, name))
            for other, _ in found:
                if other.first <= span.last and span.first <= other.last:
                    self.complain((*place, name), f"{name} is answered twice; give each call one answer")
                    break
            found.append((span, self.answer(each, (*place, name))))
        return tuple(found)
