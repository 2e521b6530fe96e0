"""The official JSONata suite and generated expressions with the reference engine's answers, read in place."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from asl.query.jsonata import ExpressionFailure, JSONataSyntaxError, compile_expression
from tests.conformance.recordings import RECORDINGS

engine = pytest.importorskip(
    "asl.query.jsonata.engine", reason="jlens is not installed", exc_type=ImportError
)

FOLDER = RECORDINGS / "jsonata"
SUITE_WANTED = 0.995
GENERATED_WANTED = 0.998
"""Of results and error codes; the texts are held to `TEXTS_WANTED`."""
TEXTS_WANTED = 0.996
CUT = 200
"""Recorded texts end here."""
JAVASCRIPT = "the reference writes into numbers and breaks with an error of JavaScript's, without a code"
OPERATOR = "the reference puts the name of and/or over the name that an error in its right side tells"
SURROGATE = "half of a surrogate pair is no JSON, so no definition holds one"

SUITE_EXCEPTIONS = {
    "function-encodeUrl/case002#0": SURROGATE,
    "function-encodeUrlComponent/case002#0": SURROGATE,
    "function-string/case019#0": "$string(1/0): the engine refuses the number before the function sees it",
}
"""Each case of the suite that is answered otherwise, and why."""
GENERATED_EXCEPTIONS = {
    '$keys(($states.input ~> |**|{"new":1}|))': JAVASCRIPT,
    "($each($states.input.addr,function($v,$i){$type($v)}) or $sqrt($states.input.num))": OPERATOR,
    '($reduce($states.input,function($p,$c){$p&$c}) and $split($states.input.b," "))': OPERATOR,
    '($states.input.flt.name or $states.input[$>2]^(name)[$states.input.arr in "a,b"])': OPERATOR,
    "($states.input.orders.items#$i[$i=2] or $abs($states.input^(>age).*))": OPERATOR,
    "((nope and $states.input.orders.k2) ~> $uppercase)": "refused on AWS, so asked past our layer",
}
"""Each generated expression that is answered otherwise, and why."""

GUARDS = {"D1011": "U1001", "D1012": "U1001", "U1006": "U1001"}
"""The engine has codes of its own for the limits that guard against runaway expressions."""

pytestmark = pytest.mark.skipif(
    not (FOLDER / "suite-2.0.6.jsonl").exists(), reason=f"no recorded answers of JSONata in {FOLDER}"
)

Answer = tuple[str, Any]
"""What happened, and the value, error code or error text."""


class World:
    now = 1_600_000_000_000

    def __init__(self, **variables: Any) -> None:
        self.variables = variables

    def variable(self, name: str) -> Any:
        return self.variables[name]

    def draw(self, bits: int) -> int:
        return 0


def lines(name: str) -> Iterator[dict[str, Any]]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        yield json.loads(line)


# ------------------------------------------------------------- generated expressions, in the form ASL uses


def expected(answer: dict[str, Any]) -> Answer:
    if answer["kind"] == "error":
        return "error", f"{answer['code']}: {answer['msg']}" if "code" in answer else None
    return answer["kind"], answer.get("value")


def as_in_a_state(text: str, states: dict[str, Any]) -> Answer:
    try:
        return "result", compile_expression(text).evaluate(states, World())
    except JSONataSyntaxError as error:
        if error.code == "UNSUPPORTED_JSONATA_EXPRESSION":
            return by_the_engine(text, None, {"states": states})
        return "syntax", error.message
    except ExpressionFailure as failure:
        if failure.text == "returned nothing (undefined).":
            return "undefined", None
        if failure.text == "returned an unsupported result type.":
            return "undefined", None  # JSON has no functions, so the reference's answers show none
        return "error", failure.text.removeprefix("threw an error during evaluation. ")


def agree(ours: Answer, theirs: Answer) -> bool:
    if ours[0] == "syntax":
        return theirs[0] == "error" and theirs[1].partition(": ")[2] == ours[1]
    if theirs == ("error", None):
        return ours[0] == "error"
    if theirs[0] == "error" and len(theirs[1]) >= CUT:
        return ours[0] == "error" and ours[1].startswith(theirs[1])
    return ours[0] == theirs[0] and json.dumps(ours[1]) == json.dumps(theirs[1])


def test_generated_expressions():
    bindings = json.loads((FOLDER / "bindings.json").read_text("utf-8"))
    wrong: dict[str, tuple[Answer, Answer]] = {}
    total = 0
    for case in lines("generated.jsonl"):
        total += 1
        theirs = expected(case["answer"])
        ours = as_in_a_state(case["expr"], bindings[case["bindings"]]["states"])
        if not agree(ours, theirs):
            wrong[case["expr"]] = (ours, theirs)
    judge(wrong, GENERATED_EXCEPTIONS, total, TEXTS_WANTED)
    otherwise = [
        pair
        for pair in wrong.values()
        if not (pair[0][0] == pair[1][0] == "error" and code(pair[0]) == code(pair[1]))
    ]
    assert (total - len(otherwise)) / total >= GENERATED_WANTED


def code(answer: Answer) -> str:
    return str(answer[1]).partition(":")[0]


# ------------------------------------------------------------- the official suite


def by_the_engine(text: str, data: Any, bindings: dict[str, Any], depth: int = 1000) -> Answer:
    """Evaluation with a context item, which expressions of ASL have not."""
    try:
        document = None if data is None else json.dumps(data)
        answer = engine.jlens.Expression(text).evaluate_json(
            document, bindings, max_depth=depth, timeout=10, max_array_length=10_000_000
        )
    except engine.jlens.JlensError as error:
        return "error", f"{error.code}: {error}"
    except UnicodeEncodeError:
        return "error", "half of a surrogate pair"
    return ("undefined", None) if answer is None else ("result", json.loads(answer))


def by_our_form(text: str, bindings: dict[str, Any]) -> Answer:
    """Evaluation in the form that reads its variables lazily."""
    try:
        outcome = engine.Program(text, bindings.keys(), frozenset(), lazy=True).run({}, bindings, {}, None)
    except engine.Fault as fault:
        return "error", str(fault)
    return ("result", outcome[0]) if outcome else ("undefined", None)


def suite_answer(case: dict[str, Any]) -> Answer:
    text, bindings = case["expr"], case.get("bindings", {})
    try:
        if not engine.reads(text).shape:
            return by_our_form(text, bindings)
    except JSONataSyntaxError:
        pass  # the engine's own answer tells the code
    return by_the_engine(text, case["data"] if case["has"] else None, bindings, case.get("depth", 1000))


def suite_agrees(ours: Answer, case: dict[str, Any]) -> bool:
    if "undefinedResult" in case:
        return ours[0] == "undefined"
    error = case.get("error", {})
    code = case.get("code") or error.get("code")
    if code is not None:
        told = ours[1].partition(":")[0] if ours[0] == "error" else None
        if GUARDS.get(told, told) != code:
            return False
        return "message" not in error or ours[1] == f"{code}: {error['message']}"
    if ours[0] == "undefined":
        return case["result"] is None  # JSON cannot say which of the two the suite means
    if case.get("unordered"):
        return sorted(map(json.dumps, ours[1])) == sorted(map(json.dumps, case["result"]))
    return ours == ("result", case["result"])


@pytest.fixture
def roomy(monkeypatch):
    """The suite has limits of its own."""
    monkeypatch.setitem(engine.LIMITS, "max_array_length", 10_000_000)
    return monkeypatch


def test_official_suite(roomy):
    wrong: dict[str, tuple[Answer, Any]] = {}
    total = 0
    for case in lines("suite-2.0.6.jsonl"):
        total += 1
        roomy.setattr(engine, "DEPTH", case.get("depth", 1000))
        ours = suite_answer(case)
        if not suite_agrees(ours, case):
            wrong[case["id"]] = (ours, case.get("result", case.get("code", case.get("error"))))
    judge(wrong, SUITE_EXCEPTIONS, total, SUITE_WANTED)


def judge(wrong: dict[str, tuple[Any, Any]], exceptions: dict[str, str], total: int, wanted: float) -> None:
    told = "\n".join(f"{name}\n    {ours}\n    {theirs}" for name, (ours, theirs) in wrong.items())
    assert (total - len(wrong)) / total >= wanted, told
    assert wrong.keys() == exceptions.keys(), told
