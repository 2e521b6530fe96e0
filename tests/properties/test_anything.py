"""Whatever a definition holds, only diagnostics come out; whatever runs, only an answer or a failure.

`make soak` runs these same properties for minutes, guided by what code they reach.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

import asl
from asl.errors import Failure
from asl.jsontypes import fault
from asl.query.jsonata import ExpressionFailure, JSONataSyntaxError, compile_expression
from asl.query.language import JSONPathLanguage
from asl.spec.kinds import TemplateErrors
from tests.properties.definitions import ODD, spoilt_definitions, spoilt_documents
from tests.properties.machines import json_values, machines
from tests.properties.runs import Scripted
from tests.properties.texts import ANY_TEXT, EXPRESSIONS, INTRINSIC_CALLS, PATHS

LANGUAGE = JSONPathLanguage()
ANSWERS = st.lists(json_values | st.sampled_from(["Boom", "States.Timeout"]), max_size=3)
TEMPLATES = st.recursive(
    json_values | ANY_TEXT,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["a", "a.$", "b.$", ".$", "é"]), inner, max_size=2)
    ),
    max_leaves=4,
)
few = settings(max_examples=100, deadline=None)


class World:
    """An environment for expressions of both query languages."""

    now = 1_600_000_000_123

    def __init__(self, variable: Any) -> None:
        self.value = variable

    def context(self) -> dict[str, Any]:
        return {"Execution": {"Id": "arn:e", "Input": self.value}}

    def variable(self, name: str) -> Any:
        return {"x": self.value, "states": self.value}[name]

    def draw(self, bits: int) -> int:
        return 2**bits // 3


def outcome(evaluate: Callable[[], Any]) -> Any:
    """What an evaluation gives: its value, or the text of its failure."""
    try:
        return evaluate()
    except Failure as failure:
        return str(failure.cause)
    except ExpressionFailure as failure:
        return failure.text


@few
@given(PATHS | INTRINSIC_CALLS, json_values, st.sampled_from(["path", "variable", "reference", "entry"]))
@example("$[?(@ =~ /(a+)+$/)]", ["a" * 10_000 + "b"], "path")
@example('$[?(@.x)].concat("\\\\ud800")', [{"x": 1}], "path")
@example("$" + "[?(@" * 2_500, {}, "path")
@example("States.Array(" * 5_000, {}, "entry")
def test_any_text_as_a_path_or_call(text: str, data: Any, use: str) -> None:
    try:
        if use == "entry":
            compiled = LANGUAGE.path_or_intrinsic(text, "Field.$")
        else:
            compiled = getattr(LANGUAGE, use)(text)
    except ValueError:
        return
    around = data if use == "reference" else World(data)
    assert fault(outcome(lambda: compiled.evaluate(data, around))) is None
    if compiled.present is not None:
        present = compiled.present
        assert outcome(lambda: present(data, World(data))) is not None


@few
@given(EXPRESSIONS | st.text(max_size=30), json_values)
@example("($f := function($n){ $f($n + 1) }; $f(0))", None)
@example("[1..9999999999]", None)
@example("$range(1, 1e300, 1)", None)
@example("$0", None)
@example("(" * 5_000, None)
@example("[1/0, 0/0, -1/0]", None)
def test_any_text_as_an_expression(text: str, data: Any) -> None:
    states = {"input": data, "context": World(data).context, "result": data}
    try:
        compiled = compile_expression(text, available=frozenset(states))
    except JSONataSyntaxError as error:
        refused = error
    else:
        assert fault(outcome(lambda: compiled.evaluate(states, World(data)))) is None
        return
    assert fault(refused.message) is None
    assert refused.position is None or 0 <= refused.position <= len(text) + 1


@few
@given(TEMPLATES, json_values)
def test_any_value_as_a_template(template: Any, data: Any) -> None:
    try:
        compiled = LANGUAGE.template(template, "Parameters", frozenset())
    except TemplateErrors:
        return
    assert fault(outcome(lambda: compiled.evaluate(data, World(data)))) is None


@few
@given(spoilt_definitions() | machines | st.sampled_from(ODD) | TEMPLATES, json_values, ANSWERS)
def test_any_definition(definition: Any, input: Any, answers: list[Any]) -> None:
    told = "".join(map(str, asl.validate(definition)))
    assert fault(told) is None
    try:
        machine = asl.parse(definition)
    except asl.InvalidDefinition:
        assert told
        return
    result = asl.simulate(machine, input, handlers=Scripted(answers))
    assert result.status in ("SUCCEEDED", "FAILED", "TIMED_OUT")
    assert fault(json.loads(json.dumps(list(result.history), default=str))) is None
    assert result.cost.standard.usd >= 0


@few
@given(spoilt_documents() | st.text(max_size=40) | st.binary(max_size=40), st.booleans())
@example("[" * 100_000, False)
@example('{"a":' * 100_000, True)
@example("- " * 5_000, True)
@example("&a [*a]", True)
def test_any_document(document: str | bytes, yaml: bool) -> None:
    for each in asl.validate(document, yaml=yaml):
        assert each.line is None or each.line >= 1
