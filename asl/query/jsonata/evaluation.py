"""Evaluation by the engine, and what AWS makes of results that are undefined, functions or no numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from asl.jsontypes import JSON
from asl.query.jsonata import infinity, refusals
from asl.query.jsonata.engine import Program, is_function, pruned, reads, reads_context
from asl.query.jsonata.failures import (
    NOTHING,
    UNSUPPORTED_RESULT,
    ExpressionFailure,
    Fault,
    JSONataSyntaxError,
)
from asl.query.jsonata.functions import ADDED, DRAWING, REMOVED
from asl.query.jsonata.scopes import free_variables
from asl.query.jsonata.surroundings import Surroundings, Uses
from asl.query.jsonata.tokens import Token, calls, is_operator, tokens

_CLOCK = frozenset({"now", "millis", "toMillis"})
_MAY_BE_NO_NUMBER = frozenset({"/", "%", "*", "-", "+", "parseInteger"})

Run = Callable[[str], tuple[JSON, ...]]
"""Runs an expression in the surroundings at hand; an empty tuple is undefined."""


class Evaluation:
    """An expression checked by AWS's rules and ready for the engine.

    Attributes:
        uses: What it reads.
    """

    def __init__(self, text: str, available: frozenset[str]) -> None:
        self._text = text
        words = tokens(text)
        named = {word.text for word in words if word.kind == "variable"} - {"states", "", "$"}
        found = reads(text, _called(text))
        refusals.refuse_syntax(words)
        refusals.refuse_context(words, found)
        refusals.refuse_members(words, available)
        if REMOVED in named:
            refusals.refuse_removed(words, free_variables(words))
        self._functions = frozenset(name for name in named if name in ADDED or is_function(name))
        members = available if found.members is None else found.members & available
        free = found.variables & named
        # The engine gives up, and says that all is read, where a name is bound and free in turn.
        if found.context or any(word.text == ":=" for word in words):
            free = free_variables(words) - {"states"}
        self.uses = Uses(members, free - self._functions)
        # What is called without a dollar is none, but an error tells whether there is one.
        self._variables = (free | found.variables) - self._functions
        self._lazy = not found.shape or not (found.context or self._may_read_context(words))
        self._tree = found.tree
        self._applied = [
            word.text
            for index, word in enumerate(words)
            if word.kind == "variable"
            and is_operator(words, index - 1, "~>")
            and not is_operator(words, index + 1, "(")
        ]
        self._asks_time = bool(named & _CLOCK)
        self._calculates = any(word.text in _MAY_BE_NO_NUMBER for word in words)
        self._divides = any(word.kind == "operator" and word.text in ("/", "%") for word in words)
        self._programs: dict[tuple[str, frozenset[str]], Program] = {}
        self._program(text, frozenset())

    def value(self, states: Mapping[str, Any], env: Surroundings) -> JSON:
        """The value of the expression.

        Raises:
            ExpressionFailure: It has none.
        """
        run = self._runner(states, env)
        text = self._text
        try:
            outcome = run(text)
        except Fault as fault:
            text, outcome = self._beyond_numbers(fault, run)
        if outcome and outcome[0] is not None:
            return _with_nan(outcome[0], text, run) if self._divides else outcome[0]
        if outcome and not self._calculates:
            return None
        kind = _type(text, run)
        if outcome:
            return "NaN" if kind == "object" else None  # null has a type of its own, NaN has not
        raise ExpressionFailure(UNSUPPORTED_RESULT if kind == "function" else NOTHING)

    def _runner(self, states: Mapping[str, Any], env: Surroundings) -> Run:
        given = {name: _made(states[name]) for name in self.uses.members if name in states}
        if not self._lazy:
            given = pruned(given, self._tree.get("states", True))
        variables: dict[str, JSON] = {}
        # A variable hides a function of its name.
        for name in (*self._variables, *self._functions):
            try:
                value = env.variable(name)
            except KeyError:
                continue
            variables[name] = value if self._lazy else pruned(value, self._tree.get(name, True))
        hidden = self._functions.intersection({*variables, REMOVED})
        bound: dict[str, Any] = {name: DRAWING[name](env.draw) for name in DRAWING.keys() & self._functions}
        if REMOVED in self._functions and not self._lazy:  # the lazy form finds it missing
            bound[REMOVED] = None
        now = env.now if self._asks_time else None
        return lambda text: self._program(text, hidden).run(given, variables, bound, now)

    def _may_read_context(self, words: tuple[Token, ...]) -> bool:
        """Whether a function may take the context item for an argument that is left out."""
        functions = self._functions - ADDED
        return any(name in functions and reads_context(name, count) for name, count in calls(words))

    def _program(self, text: str, hidden: frozenset[str]) -> Program:
        program = self._programs.get((text, hidden))
        if program is None:
            program = Program(text, self._variables | hidden, self._functions, lazy=self._lazy)
            self._programs[text, hidden] = program
        return program

    def _beyond_numbers(self, fault: Fault, run: Run) -> tuple[str, tuple[JSON, ...]]:
        """The expression, and its result, with each calculation that left the numbers written as a string."""
        text = self._text
        for _ in range(infinity.MAX_CALCULATIONS):
            rewritten = infinity.rewritten(text, fault)
            if rewritten is None:
                break
            text = rewritten
            try:
                return text, run(text)
            except Fault as next_fault:
                fault = next_fault
        raise self._named(fault).failure() from None

    def _named(self, fault: Fault) -> Fault:
        """The fault with a function's name, which 2.0.6 tells behind ``~>`` and the engine does not."""
        if len(self._applied) == 1:
            fault.message = fault.message.replace("function undefined", f'function "{self._applied[0]}"', 1)
        return fault


def _called(text: str) -> set[str]:
    words = tokens(text)
    return {
        word.text
        for index, word in enumerate(words)
        if word.kind == "variable"
        and (is_operator(words, index + 1, "(") or is_operator(words, index - 1, "~>"))
    }


def _made(member: Any) -> JSON:
    return member() if callable(member) else member


def _with_nan(value: JSON, text: str, run: Run) -> JSON:
    """The result of an expression with ``"NaN"`` for what the engine writes as null and is none."""
    places = infinity.nulls(value)
    if not places:
        return value
    try:
        answers: list[JSON] = run(infinity.question(text, places))[0]
    except Fault:
        return value
    found = [place for place, answer in zip(places, answers, strict=True) if answer is True]
    return infinity.with_texts(value, found) if found else value


def _type(text: str, run: Run) -> str | None:
    try:
        outcome = run(f"$type({text})")
    except JSONataSyntaxError:
        return "function"  # a regular expression, which cannot stand behind a parenthesis
    except Fault:
        return None
    return outcome[0] if outcome else None
