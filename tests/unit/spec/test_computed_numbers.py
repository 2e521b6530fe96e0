"""Numbers in JSONata mode: an expression or a number, and only where a state computes them."""

import pytest

import asl
from tests.unit.validator.shared import END, machine, task


def rules(definition):
    return [(each.rule, each.location) for each in asl.validate(definition)]


def waiting(seconds):
    return machine(S={"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": seconds, "End": True})


def test_an_expression_or_a_number():
    assert rules(waiting(5)) == []
    assert rules(waiting("{% 5 %}")) == []


@pytest.mark.parametrize("text", ["abc", "", "5", " {% 5 %} "])
def test_a_text_is_no_number(text):
    assert rules(waiting(text)) == [("ASL103", "/States/S/Seconds")]


def test_a_broken_expression_is_told_once():
    assert rules(waiting("{% 5 ")) == [("ASL411", "/States/S/Seconds")]


@pytest.mark.parametrize("field", ["IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds"])
def test_retriers_compute_nothing(field):
    retry = [{"ErrorEquals": ["E"], field: "{% 5 %}"}]
    definition = machine(S=task(QueryLanguage="JSONata", Retry=retry))
    assert rules(definition) == [("ASL103", f"/States/S/Retry/0/{field}")]


def test_the_machines_own_time_limit_is_a_number():
    definition = {**machine(S=END), "QueryLanguage": "JSONata", "TimeoutSeconds": "{% 5 %}"}
    assert rules(definition) == [("ASL103", "/TimeoutSeconds")]


@pytest.mark.parametrize("text", ["2026-01-31T120000,5Z", "2026-01-31T12-00-00Z", "2026-01-31T12:00.00Z"])
def test_times_with_other_separators(text):
    definition = machine(S={"Type": "Wait", "Timestamp": text, "End": True})
    assert rules(definition) == [("ASL111", "/States/S/Timestamp")]
