"""Payload templates of JSONPath mode: JSON whose keys ending in ``.$`` are computed."""

from __future__ import annotations

from collections.abc import Callable

from asl.jsontypes import JSON
from asl.query.environment import Environment, Evaluate
from asl.query.hash_order import java_hash_order
from asl.rules import Problem
from asl.rules import table as rules
from asl.spec.kinds import TemplateErrors

MAX_DEPTH = 200
"""How deep a template may nest; keeps the compiler within Python's call stack."""


CompileEntry = Callable[[str, str], Evaluate]
"""Compiles the expression of one ``.$`` entry: takes its text and its key, may raise ValueError."""


def compile_template(value: JSON, compile_entry: CompileEntry) -> Evaluate:
    """The closure that fills a template in.

    Raises:
        TemplateErrors: With everything that is wrong in the template.
    """
    problems: list[Problem] = []
    evaluate = _value(value, compile_entry, problems, 0)
    if problems:
        raise TemplateErrors(problems)
    return evaluate or _constant(value)


def too_deep() -> Problem:
    """What is wrong with a template that nests beyond MAX_DEPTH."""
    return Problem(rules.TOO_DEEP, "Payload template is nested too deeply", f"at most {MAX_DEPTH} levels")


def _constant(value: JSON) -> Evaluate:
    return lambda data, env: value


def _value(value: JSON, entry: CompileEntry, problems: list[Problem], depth: int) -> Evaluate | None:
    """The closure for a part of a template, or None where it is constant and can be shared as it is."""
    if depth > MAX_DEPTH:
        problems.append(too_deep())
        return None
    if isinstance(value, dict):
        return _object(value, entry, problems, depth)
    if isinstance(value, list):
        return _array(value, entry, problems, depth)
    return None


def _array(value: list[JSON], entry: CompileEntry, problems: list[Problem], depth: int) -> Evaluate | None:
    parts = [(each, _value(each, entry, problems, depth + 1)) for each in value]
    if not any(evaluate for _, evaluate in parts):
        return None
    evaluators = [evaluate or _constant(each) for each, evaluate in parts]
    return lambda data, env: [evaluate(data, env) for evaluate in evaluators]


def _object(
    value: dict[str, JSON], entry: CompileEntry, problems: list[Problem], depth: int
) -> Evaluate | None:
    static: dict[str, JSON] = {}
    nested: list[tuple[str, Evaluate]] = []
    computed: dict[str, Evaluate] = {}
    for key, member in value.items():
        if key.endswith(".$") and key.removesuffix(".$") in value:
            name = key.removesuffix(".$")
            problems.append(Problem(rules.TEMPLATE_KEY, f"The fields '{name}' and '{key}' give one name"))
        if key.endswith(".$"):
            _computed(key, member, entry, problems, computed)
            continue
        evaluate = _value(member, entry, problems, depth + 1)
        static[key] = member
        if evaluate is not None:
            nested.append((key, evaluate))
    ordered = [(key, computed[key]) for key in java_hash_order(list(computed))]
    if not nested and not ordered:
        return None
    return _build(static, nested + ordered)


def _computed(
    key: str,
    member: JSON,
    entry: CompileEntry,
    problems: list[Problem],
    computed: dict[str, Evaluate],
) -> None:
    reason = "the value of a '.$' field is a string"
    if isinstance(member, str):
        try:
            computed[key.removesuffix(".$")] = entry(member, key)
        except ValueError as error:
            reason = str(error)
        else:
            return
    message = f"The value for the field '{key}' must be a valid JSONPath or a valid intrinsic function call"
    problems.append(Problem(rules.TEMPLATE_ENTRY, message, reason))


def _build(static: dict[str, JSON], dynamic: list[tuple[str, Evaluate]]) -> Evaluate:
    """The closure that builds an object: static keys, which nested ones replace in place, then the rest."""
    if len(dynamic) == 1:
        (key, evaluate), *_ = dynamic
        if not static:
            return lambda data, env: {key: evaluate(data, env)}
        return lambda data, env: {**static, key: evaluate(data, env)}
    if len(dynamic) == 2:
        (key, evaluate), (key2, evaluate2) = dynamic
        return lambda data, env: {**static, key: evaluate(data, env), key2: evaluate2(data, env)}

    def build(data: JSON, env: Environment) -> JSON:
        filled = dict(static)
        for key, evaluate in dynamic:
            filled[key] = evaluate(data, env)
        return filled

    return build
