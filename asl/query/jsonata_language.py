"""JSONata mode as the fields of a definition use it: AWS's texts around expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from asl.diagnostics import NOT_YET_SUPPORTED, SCHEMA
from asl.errors import EvaluationFailure
from asl.jsontypes import JSON
from asl.query.environment import Environment, Evaluate
from asl.query.template import MAX_DEPTH
from asl.spec.fields import Expression, Language
from asl.spec.kinds import Problems, TemplateErrors

OPEN, CLOSE = "{%", "%}"


class JSONataLanguage:
    """The query language of a state with ``"QueryLanguage": "JSONata"``, its own or its machine's.

    Its expressions are evaluated on the members of ``$states``: a dict of ``input``, ``context`` and
    where there is one ``result`` or ``errorOutput``, each a value or a function that gives it.
    """

    name: Language = "JSONata"

    def template(self, value: JSON, field: str, members: frozenset[str]) -> Expression:
        """A payload template: JSON any of whose strings may be an expression."""
        problems: Problems = []
        evaluate = _value(value, field, members, problems, 0)
        if problems:
            raise TemplateErrors(problems)
        text = _inner(value) if isinstance(value, str) and evaluate else ""
        return Expression(text, evaluate or _constant(value), field=field)

    def scalar(self, text: str, field: str, members: frozenset[str]) -> Expression | None:
        """The expression that a string is, or None if it is just a string."""
        if not _is_expression(text):
            return None
        problems: Problems = []
        evaluate = _expression(text, field, members, problems)
        if problems or evaluate is None:
            raise TemplateErrors(problems)
        return Expression(_inner(text), evaluate, field=field)

    def path(self, text: str) -> NoReturn:
        """Never asked: paths stand in JSONPath's fields only."""
        raise AssertionError("JSONata mode has no paths")

    variable = reference = path

    def path_or_intrinsic(self, text: str, field: str) -> NoReturn:
        """Never asked: paths stand in JSONPath's fields only."""
        raise AssertionError("JSONata mode has no paths")


def _is_expression(text: str) -> bool:
    return text.startswith(OPEN) or text.endswith(CLOSE)


def _inner(text: str) -> str:
    return text[len(OPEN) : -len(CLOSE)].strip()


def _value(
    value: JSON, field: str, members: frozenset[str], problems: Problems, depth: int
) -> Evaluate | None:
    """The closure for a part of a template, or None where it is constant and can be shared as it is."""
    if depth > MAX_DEPTH:
        problems.append(("Payload template is nested too deeply", f"at most {MAX_DEPTH} levels", SCHEMA))
        return None
    if isinstance(value, str) and _is_expression(value):
        return _expression(value, field, members, problems)
    if isinstance(value, dict):
        parts = [
            (key, each, _value(each, f"{field}/{key}", members, problems, depth + 1))
            for key, each in value.items()
        ]
        if not any(evaluate for _, _, evaluate in parts):
            return None
        entries = [(key, evaluate or _constant(each)) for key, each, evaluate in parts]
        return lambda states, env: {key: evaluate(states, env) for key, evaluate in entries}
    if isinstance(value, list):
        items = [
            (each, _value(each, f"{field}[{i}]", members, problems, depth + 1))
            for i, each in enumerate(value)
        ]
        if not any(evaluate for _, evaluate in items):
            return None
        evaluators = [evaluate or _constant(each) for each, evaluate in items]
        return lambda states, env: [evaluate(states, env) for evaluate in evaluators]
    return None


def _constant(value: JSON) -> Evaluate:
    return lambda states, env: value


def _expression(text: str, field: str, members: frozenset[str], problems: Problems) -> Evaluate | None:
    if not (text.startswith(OPEN) and text.endswith(CLOSE) and len(text) >= len(OPEN + CLOSE)):
        problems.append(("JSONata string must start with {% and end with %}", None, SCHEMA))
        return None
    # Imported here: most machines have no expression, and need not wait for the engine's rooms.
    from asl.query.jsonata import (
        ExpressionFailure,
        JSONataSyntaxError,
        JSONataUnavailable,
        compile_expression,
    )

    source = _inner(text)
    try:
        compiled = compile_expression(source, available=members)
    except JSONataSyntaxError as error:
        problems.append((error.message, f"in the expression {source}", error.code))
        return None
    except JSONataUnavailable as error:
        problems.append((str(error), None, NOT_YET_SUPPORTED))
        return None
    run: Callable[[Any, Any], JSON] = compiled.evaluate

    def evaluate(states: JSON, env: Environment) -> JSON:
        try:
            return run(states, env)
        except ExpressionFailure as failure:
            raise EvaluationFailure(
                f"The JSONata expression '{source}' specified for the field '{field}' {failure.text}", field
            ) from None

    return evaluate
