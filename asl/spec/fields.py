"""How an element declares its fields, and the reader that walks a definition by those declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from asl import diagnostics
from asl.diagnostics import Diagnostic, pointer
from asl.jsontypes import JSON

Language: TypeAlias = Literal["JSONPath", "JSONata"]


class Expression(msgspec.Struct, frozen=True):
    """A field that is computed when its state runs.

    Attributes:
        text: As written in the definition.
        evaluate: Takes the data and the environment, gives the value, raises only Failure.
        present: Whether a path leads to something, for IsPresent.
        field: The field it stands in, as AWS writes it; "" in JSONPath mode.
    """

    text: str
    evaluate: Callable[[JSON, Any], JSON]
    present: Callable[[JSON, Any], bool] | None = None
    field: str = ""


class QueryLanguage(Protocol):
    """What a kind of field needs from a query language. All raise ValueError with what is wrong."""

    name: Language

    def path(self, text: str) -> Expression:
        """A path or variable that gives one value or, if it can match several, an array."""
        ...

    def variable(self, text: str) -> Expression:
        """The Variable of a choice rule, or the path it is compared with."""
        ...

    def path_or_intrinsic(self, text: str, field: str) -> Expression:
        """A path or an intrinsic function call."""
        ...

    def reference(self, text: str) -> Expression:
        """A place to write to; evaluates ``(document, value)`` to the new document."""
        ...

    def template(self, value: JSON, field: str, members: frozenset[str]) -> Expression:
        """A payload template; ``members`` are those of ``$states`` that it may read."""
        ...

    def scalar(self, text: str, field: str, members: frozenset[str]) -> Expression | None:
        """The expression that a string in a computed field holds, or None if it holds none."""
        ...


_ANYWHERE = frozenset({"input", "context"})
_AFTER_WORK = _ANYWHERE | {"result"}
_IN_CATCH = _ANYWHERE | {"errorOutput"}


class Kind(Protocol):
    """What values a field takes: reads one, reports what is wrong, gives what a state works with."""

    def read(self, value: JSON, reader: Reader) -> Any:
        """The compiled value; problems are reported to the reader."""
        ...

    def schema(self) -> dict[str, JSON]:
        """The kind as JSON Schema."""
        ...


class Field(msgspec.Struct, frozen=True):
    """One field of an element.

    Attributes:
        name: AWS's spelling.
        kind: What values it takes.
        required: Whether a definition must have it.
        only: The query language it belongs to, or None for both.
    """

    name: str
    kind: Kind
    required: bool = False
    only: Language | None = None


MAX_NESTING = 100
"""Levels of objects inside one state (choice rules nest); keeps the reader within Python's call stack."""

Rule: TypeAlias = Callable[[Mapping[str, JSON]], str | None]
"""A rule over the fields of one object: the message of what is wrong, or None."""


class Element(msgspec.Struct, frozen=True):
    """A kind of object in a definition.

    Attributes:
        name: What it is called in messages.
        fields: Its fields.
        build: Makes the run-time object of the compiled fields (absent ones are left out).
        rules: What must hold between fields.
    """

    name: str
    fields: tuple[Field, ...]
    build: Callable[[dict[str, Any]], Any]
    rules: tuple[Rule, ...] = ()


class Reader:
    """Walks a document by its declarations, compiles it and collects every problem.

    Attributes:
        diagnostics: What was found so far.
        language: The query language in force at this place.
        state_type: The Type of the state being read.
        state_depth: How many steps of `place` lead to that state.
    """

    def __init__(self, languages: Mapping[Language, QueryLanguage], language: Language = "JSONPath") -> None:
        self.diagnostics: list[Diagnostic] = []
        self.languages = languages
        self.language: Language = language
        self.state_type = ""
        self.state_depth = 0
        self._place: list[str | int] = []
        self._pending: list[tuple[tuple[str | int, ...], Callable[[], None]]] = []

    # -------------------------------------------------------------- where we are

    @property
    def place(self) -> tuple[str | int, ...]:
        """The path of keys and indexes to the value being read."""
        return tuple(self._place)

    @contextmanager
    def at(self, step: str | int) -> Iterator[None]:
        """Descends into a member for the time of a with block."""
        self._place.append(step)
        try:
            yield
        finally:
            self._place.pop()

    def problem(
        self,
        message: str,
        *,
        hint: str | None = None,
        code: str = diagnostics.SCHEMA,
        up: int = 0,
    ) -> None:
        """Records an error at the value being read, or so many levels above it."""
        place = self.place[: len(self._place) - up]
        self.diagnostics.append(Diagnostic("ERROR", code, message, pointer(place), hint=hint))

    @property
    def field(self) -> str:
        """The value's place in its state as AWS writes it: ``Choices[1]/Condition``."""
        parts = self._place[self.state_depth :]
        return "".join(f"[{each}]" if isinstance(each, int) else f"/{each}" for each in parts)[1:]

    @property
    def members(self) -> frozenset[str]:
        """The members of ``$states`` that an expression at this place may read."""
        top = self._place[self.state_depth :][:1]
        if top == ["Catch"]:
            return _IN_CATCH
        if top in (["Output"], ["Assign"]) and self.state_type in ("Task", "Map", "Parallel"):
            return _AFTER_WORK
        return _ANYWHERE

    # -------------------------------------------------------------- queries

    @property
    def query(self) -> QueryLanguage:
        """The query language in force."""
        return self.languages[self.language]

    # -------------------------------------------------------------- objects

    def object(self, element: Element, value: JSON) -> Any:
        """The run-time object that a declared element stands for, or None if it cannot be built."""
        if not isinstance(value, dict):
            self.problem("Expected value of type Object")
            return None
        if len(self._place) - self.state_depth > MAX_NESTING:
            self.problem("Field is nested too deeply", hint=f"at most {MAX_NESTING} levels inside a state")
            return None
        before = len(self.diagnostics)
        compiled = self.fields_of(element, value)
        for rule in element.rules:
            message = rule(value)
            if message is not None:
                self.problem(message)
        return element.build(compiled) if len(self.diagnostics) == before else None

    def fields_of(self, element: Element, value: dict[str, JSON]) -> dict[str, Any]:
        """The compiled fields of an object; reports unknown and missing ones."""
        compiled: dict[str, Any] = {}
        declared = {field.name: field for field in element.fields}
        for name, member in value.items():
            field = declared.get(name)
            if field is None:
                self._unknown(element, name, declared)
            elif field.only is not None and field.only != self.language:
                self.problem(
                    f"The QueryLanguage is set to '{self.language}', but field '{name}' is only "
                    f"supported for the '{field.only}' QueryLanguage"
                )
            else:
                with self.at(name):
                    compiled[name] = field.kind.read(member, self)
        missing = [f.name for f in element.fields if f.required and f.name not in value]
        if missing:
            self.problem(f"These fields are required: [{', '.join(missing)}]")
        return compiled

    def _unknown(self, element: Element, name: str, declared: Mapping[str, Field]) -> None:
        from difflib import get_close_matches  # only when something is wrong: it costs start-up time

        usable = [f.name for f in declared.values() if f.only in (None, self.language)]
        close = get_close_matches(name, usable, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"{element.name} takes: {', '.join(usable)}"
        with self.at(name):
            self.problem(f"Field '{name}' is not supported", hint=hint)

    # -------------------------------------------------------------- nested blocks of states

    def later(self, work: Callable[[], None]) -> None:
        """Reads a nested block of states after this one, so that depth costs no call stack."""
        self._pending.append((self.place, work))

    def read_states(self, block: Any, fields: dict[str, Any], value: dict[str, JSON]) -> None:
        """Reads the states of a nested block; the parser's reader, which knows the state types, can."""
        raise NotImplementedError

    def finish(self) -> None:
        """Reads the blocks that were put off, theirs too, until none is left."""
        while self._pending:
            place, work = self._pending.pop()
            self._place = list(place)
            work()
        self._place = []


def exactly_one_of(*names: str, missing: str | None = None) -> Rule:
    """A rule: of these fields one and only one stands. Texts as recorded from AWS.

    Args:
        names: The fields, in AWS's order.
        missing: The text when none stands; AWS's default says "should have only one of".
    """
    listed = f"[{', '.join(names)}]"

    def rule(value: Mapping[str, JSON]) -> str | None:
        present = sum(name in value for name in names)
        if present == 1:
            return None
        if present:
            return f"There should only be one of the following fields: {listed}"
        return missing or f"This object should have only one of the following fields: {listed}"

    return rule


def at_most_one_of(*names: str) -> Rule:
    """A rule: of these fields no two stand together."""

    def rule(value: Mapping[str, JSON]) -> str | None:
        if sum(name in value for name in names) <= 1:
            return None
        return f"There should only be one of the following fields: [{', '.join(names)}]"

    return rule
