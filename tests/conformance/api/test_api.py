"""Each recorded request is answered as AWS answered it, in full, or is excepted for a stated reason."""

from __future__ import annotations

from functools import cache

import pytest

from tests.conformance.api.cases import left_out_by, played, recorded
from tests.conformance.api.exceptions import EXCEPTIONS
from tests.conformance.api.since import ADDED, is_of_its_day, recorded_on
from tests.conformance.aws import corpus
from tests.conformance.aws.compare import ABSENT, Difference

if reason := corpus.missing():
    pytest.skip(reason, allow_module_level=True)

from tests.conformance.api.replay import play
from tests.conformance.recordings import excepted

CASES = {case.id: case for case in played()}
SHARE = 0.9


@cache
def differences(case_id: str) -> list[Difference]:
    """What differs in a case beyond members that AWS had not on that day, or that are left out here."""
    case = CASES[case_id]
    return [each for each in play(case) if not is_of_its_day(case, each)]


@pytest.mark.parametrize("case_id", [excepted(each, EXCEPTIONS) for each in CASES])
def test_answers_as_recorded(case_id: str) -> None:
    found = differences(case_id)
    assert not found, "\n".join(map(str, found))


def test_exceptions_are_played() -> None:
    assert EXCEPTIONS.keys() <= CASES.keys()


def test_few_cases_are_left_out() -> None:
    left_out = [case.id for case in recorded() if left_out_by(case)]
    assert len(left_out) <= 12, left_out


def test_share_of_equal_cases() -> None:
    equal = sum(not differences(case_id) for case_id in CASES)
    print(f"\n{equal} of {len(CASES)} played cases equal, but for members of another day")
    assert equal >= SHARE * len(CASES)


@pytest.mark.parametrize("member", ADDED)
def test_no_recording_has_a_member_before_its_day(member: str) -> None:
    with_it = [case for case in recorded() if f"'{member}'" in str(case.expected)]
    assert with_it
    assert all(recorded_on(case) >= ADDED[member] for case in with_it)


def test_only_members_that_are_new_are_overlooked() -> None:
    old = next(case for case in recorded() if recorded_on(case) < min(ADDED.values()))
    assert is_of_its_day(old, Difference("key.encryptionConfiguration", ABSENT, {}))
    assert not is_of_its_day(old, Difference("key.encryptionConfiguration", {}, ABSENT))
    assert not is_of_its_day(old, Difference("key.encryptionConfiguration", {"type": "other"}, ABSENT))
    assert not is_of_its_day(old, Difference("key.redriveCount", 0, ABSENT))
    assert not is_of_its_day(old, Difference("key.name", ABSENT, "x"))
