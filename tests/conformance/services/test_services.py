"""Each recorded case of a task on another service is answered as AWS answered it, or is excepted."""

from __future__ import annotations

from functools import cache

import pytest

from tests.conformance.api import cases as of_the_api
from tests.conformance.api.since import (
    ATTEMPTS,
    ATTEMPTS_TOLD,
    EXITS_POINT_AT_RUN,
    is_of_its_day,
    recorded_on,
)
from tests.conformance.aws import corpus
from tests.conformance.aws.compare import Difference

if reason := corpus.missing():
    pytest.skip(reason, allow_module_level=True)
pytest.importorskip("moto")

from tests.conformance.recordings import excepted
from tests.conformance.services.cases import ServiceCase, recorded
from tests.conformance.services.compare import ServiceComparison
from tests.conformance.services.exceptions import EXCEPTIONS
from tests.conformance.services.ready import played
from tests.conformance.services.replay import OBJECT, play
from tests.conformance.services.unmocked import LOST

CASES = {case.id: case for case in played()}


@cache
def differences(case_id: str) -> list[Difference]:
    """What differs in a case beyond what AWS had not on that day."""
    case = CASES[case_id]
    return [each for each in play(case) if not is_of_its_day(case, each)]


@pytest.mark.parametrize("case_id", [excepted(each, EXCEPTIONS) for each in CASES])
def test_answers_as_recorded(case_id: str) -> None:
    found = differences(case_id)
    assert not found, "\n".join(map(str, found))


def test_the_cases_that_others_leave_out_are_played() -> None:
    left_out = {case.id for case in of_the_api.recorded() if of_the_api.left_out_by(case)}
    without_a_request = {case.id for case in of_the_api.recorded() if not case.steps}
    assert left_out - without_a_request <= CASES.keys()


def test_every_recorded_answer_is_looked_at() -> None:
    for case in CASES.values():
        asked = {key for step in case.steps for key in step.expect or ()}
        assert case.expected.keys() - asked - {*case.expected_without_step} <= {OBJECT}, case.id


def test_exceptions_are_played() -> None:
    assert EXCEPTIONS.keys() <= CASES.keys()
    assert LOST.keys() <= CASES.keys()


def test_no_older_recording_counts_attempts() -> None:
    with_it = [case for case in recorded() if ATTEMPTS in str(case.expected)]
    assert with_it
    assert all(recorded_on(case) >= ATTEMPTS_TOLD for case in with_it)


def test_only_older_exits_of_a_distributed_map_may_point_elsewhere() -> None:
    older = [case for case in CASES.values() if case.area == "map_distributed" and _exits_late(case)]
    assert len(older) >= 10
    assert all(recorded_on(case) < EXITS_POINT_AT_RUN for case in older)
    for case in older:
        place, expected = _exits_late(case)[0]
        path = f"get_execution_history.events[{place}].previousEventId"
        assert is_of_its_day(case, Difference(path, expected, expected - 1))
        assert not is_of_its_day(case, Difference(path, expected, expected - 2))
        before = f"get_execution_history.events[{place - 1}].previousEventId"
        assert not is_of_its_day(case, Difference(before, expected, expected - 1))


def _exits_late(case: ServiceCase) -> list[tuple[int, int]]:
    """Where in a history a MapStateExited stands that points at MapRunSucceeded, and that one's number."""
    events = case.expected["get_execution_history"]["events"]
    return [
        (place, each["previousEventId"])
        for place, each in enumerate(events)
        if each["type"] == "MapStateExited"
        and events[each["previousEventId"] - 1]["type"] == "MapRunSucceeded"
    ]


# ------------------------------------------------------------------ what the comparison looks away from

HEADERS = {
    "Content-Length": "106",
    "Content-Type": "text/xml",
    "Date": "date",
    "x-amzn-RequestId": "<uuid:1>",
}


def compared(expected: object, got: object, path: str = "output.SdkHttpMetadata.HttpHeaders") -> list[str]:
    return [each.path.rpartition(".")[2] for each in ServiceComparison().differences(expected, got, path)]


def test_headers_of_one_response_are_held_to_their_shape() -> None:
    got = HEADERS | {
        "Content-Length": "110",
        "Date": "Sun, 22 Nov 2026 22:29:27 GMT",
        "x-amzn-RequestId": "abc",
    }
    assert compared(HEADERS, got) == []
    assert compared(HEADERS, got | {"Content-Length": "many"}) == ["content-length"]
    assert compared(HEADERS, got | {"Date": "today"}) == ["date"]


def test_other_headers_are_compared_in_full() -> None:
    assert compared(HEADERS, HEADERS | {"Content-Type": "application/json"}) == ["content-type"]
    assert compared(HEADERS, {name: HEADERS[name] for name in HEADERS if name != "Date"}) == ["date"]
    assert compared(HEADERS, HEADERS | {"Server": "moto"}) == ["server"]


def test_a_list_of_a_header_is_a_list() -> None:
    assert compared({"Date": ["date"]}, {"Date": "Sun, 22 Nov 2026 22:29:27 GMT"}) == ["date"]
    assert compared({"Date": "date"}, {"Date": ["Sun, 22 Nov 2026 22:29:27 GMT"]}) == []


def test_elsewhere_members_of_those_names_are_compared_in_full() -> None:
    assert compared({"Content-Length": "1"}, {"Content-Length": "2"}, "output") == ["Content-Length"]
