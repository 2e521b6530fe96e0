"""Jayway's own answers: generated paths over one document, read in place and never copied here."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from asl.query.jsonpath import PathNotFound, PathSyntaxError, compile_path
from tests.conformance.recordings import RECORDINGS

FOLDER = RECORDINGS / "jsonpath"
WANTED = 0.995
EXCEPTIONS: dict[str, str] = {}
"""Each path that is answered otherwise, and why."""

pytestmark = pytest.mark.skipif(
    not (FOLDER / "cases.jsonl").exists(), reason=f"no recorded answers of Jayway in {FOLDER}"
)

Answer = tuple[str, bool | None, str]
"""What happened, whether the path is definite, and the value or message."""


def recorded(case: dict[str, Any]) -> Answer:
    if "value" in case:
        return "value", case["definite"], json.dumps(case["value"])
    if "not_found" in case:
        return "not found", case["definite"], case["not_found"]
    # The name of the Java exception stands before the message.
    return "refused", case["definite"], case["refused"].split(": ", 1)[1]


def ours(path: str, document: Any) -> Answer:
    try:
        compiled = compile_path(path)
    except PathSyntaxError as error:
        return "refused", None, error.message
    try:
        return "value", compiled.definite, json.dumps(compiled.read(document))
    except PathNotFound as error:
        return "refused" if error.refused else "not found", compiled.definite, error.message


def pairs() -> Iterator[tuple[str, Answer, Answer]]:
    document = json.loads((FOLDER / "document.json").read_text("utf-8"))
    for line in (FOLDER / "cases.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        yield case["path"], recorded(case), ours(case["path"], document)


def test_answers_are_jayways():
    equal: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong: dict[str, tuple[Answer, Answer]] = {}
    for path, theirs, answer in pairs():
        total[theirs[0]] += 1
        equal[theirs[0]] += theirs == answer
        if theirs != answer:
            wrong[path] = theirs, answer
    figures = ", ".join(f"{kind} {equal[kind]}/{total[kind]}" for kind in total)
    unlisted = {path: both for path, both in wrong.items() if path not in EXCEPTIONS}
    assert not unlisted, f"{figures}\n" + "\n".join(f"{path}: {both}" for path, both in unlisted.items())
    assert not set(EXCEPTIONS) - set(wrong), "listed as an exception, but answered as Jayway does"
    assert equal.total() >= WANTED * total.total(), figures
