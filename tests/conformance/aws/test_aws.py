"""Each recorded case is answered as AWS answered it, in full, or is excepted for a stated reason."""

from __future__ import annotations

from functools import cache

import pytest

from tests.conformance.aws import corpus
from tests.conformance.aws.compare import Difference
from tests.conformance.aws.exceptions import EXCEPTIONS
from tests.conformance.aws.selection import is_jsonata, played

if reason := corpus.missing():
    pytest.skip(reason, allow_module_level=True)

from tests.conformance.aws.play import play, play_for_order
from tests.conformance.recordings import excepted

CASES = {case.id: case for case in played()}
SHARE = 0.95


@cache
def differences(case_id: str) -> list[Difference]:
    return play(CASES[case_id])


@pytest.mark.parametrize("case_id", [excepted(each, EXCEPTIONS) for each in CASES])
def test_answers_as_recorded(case_id: str) -> None:
    found = differences(case_id)
    assert not found, "\n".join(map(str, found))


def test_texts_have_their_keys_in_the_recorded_order() -> None:
    found = [f"{case.id}: {each}" for case in CASES.values() for each in play_for_order(case)]
    assert not found, "\n".join(found)


def test_exceptions_are_played() -> None:
    assert EXCEPTIONS.keys() <= CASES.keys()


@pytest.mark.parametrize("jsonata", [False, True])
def test_share_of_equal_cases(jsonata: bool) -> None:
    """In JSONata, all that differ were recorded before AWS changed what EvaluationFailed points at."""
    cases = [case_id for case_id, case in CASES.items() if is_jsonata(case) is jsonata]
    if jsonata:
        cases = [case_id for case_id in cases if not EXCEPTIONS.get(case_id, "").startswith("AWS changed")]
    equal = sum(not differences(case_id) for case_id in cases)
    print(f"\n{equal} of {len(cases)} played cases equal in full: {equal / len(cases):.1%}")
    assert equal >= SHARE * len(cases)
