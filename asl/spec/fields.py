"""How an element declares its fields, and the reader that walks a definition by those declarations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from asl.diagnostics import OURS, Diagnostic
from asl.jsontypes import JSON
from asl.rules import Problem, Rule
from asl.rules import table as rules

Language: TypeAlias = Literal["JSONPath", "JSONata"]


class Expression(msgspec.Struct, frozen=True):
    """A field that is computed when its state runs.

    Attributes:
        text: As written in the definition.
        evaluate: Takes the data and the environment, gives the value, raises only Failure.
        present: Whether a path leads to something, for IsPresent.
        field: The field it stands in, as AWS writes it; "" in JSONPath mode.
        variables: The names of the variables that it reads.
    """

    text: str
    evaluate: Callable[[JSON, Any], JSON]
    present: Callable[[JSON, Any], bool] | None = None
    field: str = ""
    variables: frozenset[str] = frozenset()


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

    def schema(self) -> dict[str, Any]:
        """The kind as JSON Schema; where a ``$ref`` would name an element, the element itself stands."""
        ...


class Field(msgspec.Struct, frozen=True):
    """One field of an element.

    Attributes:
        name: AWS's spelling.
        kind: What values it takes.
        required: Whether a definition must have it.
        only: The query language it belongs to, or None for both.
        doc: What it is for, in a short sentence, as editors show it.
    """

    name: str
    kind: Kind
    required: bool = False
    only: Language | None = None
    doc: str = ""


MAX_NESTING = 100
"""Levels of objects inside one state (choice rules nest); keeps the reader within Python's call stack."""

Check: TypeAlias = Callable[[Mapping[str, JSON]], Problem | None]
"""What must hold between the fields of one object: gives what is wrong, or None."""


class Element(msgspec.Struct, frozen=True, eq=False):
    """A kind of object in a definition.

    Attributes:
        name: What it is called in messages.
        fields: Its fields.
        build: Makes the run-time object of the compiled fields (absent ones are left out).
        checks: What must hold between fields.
        doc: What it is, in a short sentence; not needed where the one field that holds it says so.
    """

    name: str
    fields: tuple[Field, ...]
    build: Callable[[dict[str, Any]], Any]
    checks: tuple[Check, ...] = ()
    doc: str = ""


@cache
def _declared(element: Element) -> tuple[Mapping[str, Field], frozenset[str]]:
    """An element's fields by name, and the names of those that it must have."""
    fields = {field.name: field for field in element.fields}
    return fields, frozenset(field.name for field in element.fields if field.required)


class Reader:
    """Walks a document by its declarations, compiles it and collects every problem.

    Attributes:
        diagnostics: What was found so far.
        errors: How many of them keep the machine from being built.
        building: Whether run-time objects are made of what is read.
        language: The query language in force at this place.
        state_type: The Type of the state being read.
        state_depth: How many steps of `place` lead to that state.
        variables: Those that the expressions of that state read.
    """

    def __init__(self, languages: Mapping[Language, QueryLanguage], language: Language = "JSONPath") -> None:
        self.diagnostics: list[Diagnostic] = []
        self.errors = 0
        self.building = True
        self.languages = languages
        self.language: Language = language
        self.state_type = ""
        self.state_depth = 0
        self.variables: set[str] = set()
        self._missing_told = False
        self._place: list[str | int] = []
        self._pending: list[tuple[tuple[str | int, ...], Callable[[], None]]] = []

    # -------------------------------------------------------------- where we are

    @property
    def place(self) -> tuple[str | int, ...]:
        """The path of keys and indexes to the value being read."""
        return tuple(self._place)

    def at(self, step: str | int) -> Reader:
        """Descends into a member for the time of a with block."""
        self._place.append(step)
        return self

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._place.pop()

    def problem(self, rule: Rule, message: str, hint: str | None = None) -> None:
        """Records that a rule is broken at the value being read."""
        self.report(Problem(rule, message, hint))

    def report(self, problem: Problem) -> None:
        """Records a problem at the value being read; what is missing here is told once, where it is first."""
        self.errors += problem.rule.severity == "ERROR" or problem.rule.aws in OURS
        if problem.rule is rules.JSONATA_MISSING:
            if self._missing_told:
                return
            self._missing_told = True
        self.diagnostics.append(problem.at(self.place))

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
            self.problem(rules.WRONG_TYPE, "Expected value of type Object")
            return None
        if len(self._place) - self.state_depth > MAX_NESTING:
            hint = f"at most {MAX_NESTING} levels inside a state"
            self.problem(rules.TOO_DEEP, "Field is nested too deeply", hint)
            return None
        before = self.errors
        compiled = self.fields_of(element, value)
        for check in element.checks:
            problem = check(value)
            if problem is not None:
                self.report(problem)
        return element.build(compiled) if self.building and self.errors == before else None

    def fields_of(self, element: Element, value: dict[str, JSON]) -> dict[str, Any]:
        """The compiled fields of an object; reports unknown and missing ones."""
        compiled: dict[str, Any] = {}
        declared, required = _declared(element)
        for name, member in value.items():
            field = declared.get(name)
            if field is None:
                self._unknown(element, name, declared)
            elif field.only is not None and field.only != self.language:
                self.problem(
                    rules.FIELD_LANGUAGE,
                    f"The QueryLanguage is set to '{self.language}', but field '{name}' is only "
                    f"supported for the '{field.only}' QueryLanguage",
                )
            else:
                with self.at(name):
                    compiled[name] = read = field.kind.read(member, self)
                if read.__class__ is Expression and read.variables:
                    self.variables |= read.variables
        if not required <= value.keys():
            names = ", ".join(f.name for f in element.fields if f.required and f.name not in value)
            self.problem(rules.REQUIRED, f"These fields are required: [{names}]", f"add {names}")
        return compiled

    def _unknown(self, element: Element, name: str, declared: Mapping[str, Field]) -> None:
        from difflib import get_close_matches  # only when something is wrong: it costs start-up time

        usable = [f.name for f in declared.values() if f.only in (None, self.language)]
        close = get_close_matches(name, usable, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"{element.name} takes: {', '.join(usable)}"
        with self.at(name):
            self.problem(rules.UNKNOWN_FIELD, f"Field '{name}' is not supported", hint)

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


class Exclusive(msgspec.Struct, frozen=True):
    """A check: of some fields no two stand together.

    Attributes:
        names: The fields, in AWS's order.
        several: What is wrong where two of them stand.
        none: What is wrong where none does; None where that is fine.
    """

    names: tuple[str, ...]
    several: Problem
    none: Problem | None = None

    def __call__(self, value: Mapping[str, JSON]) -> Problem | None:
        """What is wrong with an object, or None."""
        count = sum(name in value for name in self.names)
        if count > 1:
            return self.several
        return None if count else self.none


def exactly_one_of(*names: str, missing: str | None = None) -> Exclusive:
    """A check: of these fields one and only one stands. Texts as recorded from AWS.

    Args:
        names: The fields, in AWS's order.
        missing: The text when none stands; AWS's default says "should have only one of".
    """
    message = missing or f"This object should have only one of the following fields: [{', '.join(names)}]"
    none = Problem(rules.ONE_OF_NEEDED, message, f"add one of {', '.join(names)}")
    return msgspec.structs.replace(at_most_one_of(*names), none=none)


def at_most_one_of(*names: str) -> Exclusive:
    """A check: of these fields no two stand together."""
    message = f"There should only be one of the following fields: [{', '.join(names)}]"
    return Exclusive(names, Problem(rules.ONLY_ONE_OF, message))
