"""JSONata mode as the fields of a definition use it: AWS's texts around expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from asl.diagnostics import UNSUPPORTED_JSONATA
from asl.errors import EvaluationFailure, InterpreterFailure
from asl.jsontypes import JSON
from asl.query.environment import Environment, Evaluate
from asl.query.template import MAX_DEPTH, too_deep
from asl.rules import Problem
from asl.rules import table as rules
from asl.spec.fields import Expression, Language
from asl.spec.kinds import TemplateErrors

OPEN, CLOSE = "{%", "%}"


class JSONataLanguage:
    """The query language of a state with ``"QueryLanguage": "JSONata"``, its own or its machine's.

    Its expressions are evaluated on the members of ``$states``: a dict of ``input``, ``context`` and
    where there is one ``result`` or ``errorOutput``, each a value or a function that gives it.
    """

    name: Language = "JSONata"

    def template(self, value: JSON, field: str, members: frozenset[str]) -> Expression:
        """A payload template: JSON any of whose strings may be an expression."""
        found = _Found([], set())
        evaluate = _value(value, field, members, found, 0)
        if found.problems:
            raise TemplateErrors(found.problems)
        text = _inner(value) if isinstance(value, str) and evaluate else ""
        variables = frozenset(found.variables)
        return Expression(text, evaluate or _constant(value), field=field, variables=variables)

    def scalar(self, text: str, field: str, members: frozenset[str]) -> Expression | None:
        """The expression that a string is, or None if it is just a string."""
        if not _is_expression(text):
            return None
        found = _Found([], set())
        evaluate = _expression(text, field, members, found)
        if found.problems or evaluate is None:
            raise TemplateErrors(found.problems)
        return Expression(_inner(text), evaluate, field=field, variables=frozenset(found.variables))

    def path(self, text: str) -> NoReturn:
        """Never asked: paths stand in JSONPath's fields only."""
        raise AssertionError("JSONata mode has no paths")

    variable = reference = path

    def path_or_intrinsic(self, text: str, field: str) -> NoReturn:
        """Never asked: paths stand in JSONPath's fields only."""
        raise AssertionError("JSONata mode has no paths")


class _Found(NamedTuple):
    """What compiling the expressions of a field gives beside their closures.

    Attributes:
        problems: What is wrong with them.
        variables: Those that they read.
    """

    problems: list[Problem]
    variables: set[str]


def _is_expression(text: str) -> bool:
    return text.startswith(OPEN) or text.endswith(CLOSE)


def _inner(text: str) -> str:
    return text[len(OPEN) : -len(CLOSE)].strip()


def _value(value: JSON, field: str, members: frozenset[str], found: _Found, depth: int) -> Evaluate | None:
    """The closure for a part of a template, or None where it is constant and can be shared as it is."""
    if depth > MAX_DEPTH:
        found.problems.append(too_deep())
        return None
    if isinstance(value, str) and _is_expression(value):
        return _expression(value, field, members, found)
    if isinstance(value, dict):
        parts = [
            (key, each, _value(each, f"{field}/{key}", members, found, depth + 1))
            for key, each in value.items()
        ]
        if not any(evaluate for _, _, evaluate in parts):
            return None
        entries = [(key, evaluate or _constant(each)) for key, each, evaluate in parts]
        return lambda states, env: {key: evaluate(states, env) for key, evaluate in entries}
    if isinstance(value, list):
        items = [
            (each, _value(each, f"{field}[{i}]", members, found, depth + 1)) for i, each in enumerate(value)
        ]
        if not any(evaluate for _, evaluate in items):
            return None
        evaluators = [evaluate or _constant(each) for each, evaluate in items]
        return lambda states, env: [evaluate(states, env) for evaluate in evaluators]
    return None


def _constant(value: JSON) -> Evaluate:
    return lambda states, env: value


def _expression(text: str, field: str, members: frozenset[str], found: _Found) -> Evaluate | None:
    if not (text.startswith(OPEN) and text.endswith(CLOSE) and len(text) >= len(OPEN + CLOSE)):
        found.problems.append(Problem(rules.DELIMITERS, "JSONata string must start with {% and end with %}"))
        return None
    # Imported here: most machines have no expression, and need not wait for the engine's rooms.
    from asl.query.jsonata import (
        ExpressionFailure,
        JSONataSyntaxError,
        JSONataUnavailable,
        compile_expression,
    )
    from asl.query.jsonata.shortcut import UNDECIDED, UNDEFINED

    source = _inner(text)
    try:
        compiled = compile_expression(source, available=members)
    except JSONataSyntaxError as error:
        rule = rules.JSONATA_UNSUPPORTED if error.code == UNSUPPORTED_JSONATA else rules.JSONATA_SYNTAX
        found.problems.append(Problem(rule, error.message, f"in the expression {source}"))
        return None
    except JSONataUnavailable as error:
        found.problems.append(Problem(rules.JSONATA_MISSING, str(error)))
        return None
    found.variables.update(compiled.uses.variables)
    run: Callable[[Any, Any], JSON] = compiled.evaluate

    def evaluate(states: JSON, env: Environment) -> JSON:
        try:
            return run(states, env)
        except ExpressionFailure as failure:
            raise EvaluationFailure(
                f"The JSONata expression '{source}' specified for the field '{field}' {failure.text}", field
            ) from None
        except JSONataUnavailable as error:  # a simple expression that meets data which are not
            raise InterpreterFailure(str(error)) from None

    short = compiled.shortcut
    if short is None:
        return evaluate

    def evaluate_shortly(states: Any, env: Environment) -> JSON:
        value = short(states, env)
        return evaluate(states, env) if value is UNDECIDED or value is UNDEFINED else value

    return evaluate_shortly
