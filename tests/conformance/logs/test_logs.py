"""Log groups get the records that AWS wrote."""

from __future__ import annotations

import json

import pytest

from tests.conformance.aws import corpus

if reason := corpus.missing():
    pytest.skip(reason, allow_module_level=True)
pytest.importorskip("moto")

from tests.conformance.logs.play import KEYS, cases, play

GROUP_IS_DELETED = "deleted_log_group"
"""A case whose group is gone when the machine runs; it is not told when, and nothing is recorded of it."""
CASES = {case.id: case for case in cases() if GROUP_IS_DELETED not in case.id}


@pytest.mark.parametrize("case_id", CASES)
def test_records_as_recorded(case_id: str) -> None:
    found = play(CASES[case_id])
    assert not found, "\n".join(map(str, found))


def test_there_are_recordings_of_each_kind() -> None:
    with_records = [case for case in CASES.values() if any(key in case.expected for key in KEYS)]
    assert len(CASES) >= 20
    assert len(with_records) >= 10


def test_a_machine_whose_log_group_was_deleted_is_refused_as_recorded() -> None:
    from tests.conformance.logs.play import refusal_without_a_group

    file = "cases/api_logs/TestSnfApiLogs_test_deleted_log_group-90973c5c.json"
    recorded = json.loads((corpus.folder() / file).read_bytes())
    assert refusal_without_a_group(recorded) == recorded["expected"]["exception"]
