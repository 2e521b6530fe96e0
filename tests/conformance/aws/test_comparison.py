"""The comparison itself: recorded answers equal themselves, and nothing else does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.conformance.aws import corpus
from tests.conformance.aws.compare import ABSENT, Comparison, Difference, orders
from tests.conformance.aws.corpus import Case
from tests.conformance.aws.normalise import normalise, unordered
from tests.conformance.aws.placeholders import Placeholders
from tests.conformance.aws.selection import is_history, played

NOON = datetime(2024, 5, 17, 12, tzinfo=UTC)


def differences(expected: Any, got: Any, *tokens: str) -> list[Difference]:
    return list(Comparison(tokens).differences(expected, got))


# ------------------------------------------------------------------ normalise


def test_an_object_in_a_text_is_parsed_one_level_deep() -> None:
    inner = json.dumps({"b": 1})
    assert normalise({"output": json.dumps({"a": inner})}) == {"output": {"a": inner}}


@pytest.mark.parametrize("text", ["[1, 2]", "42", '"{}"', "{not json"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert normalise({"output": text}) == {"output": text}


def test_texts_in_arrays_are_not_parsed() -> None:
    assert normalise({"list": ["{}"]}) == {"list": ["{}"]}


def test_datetimes_become_the_word_for_their_member() -> None:
    assert normalise({"timestamp": NOON, "stopDate": NOON}) == {
        "timestamp": "timestamp",
        "stopDate": "datetime",
    }


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("2016-03-14T01:59:00Z", "date"),
        ("at 2016-03-05T21:29:29.243167252Z sharp", "at date sharp"),
        ("2016-03-14T01:59:00+02:00", "date"),
        ("2016-13-05T21:29:29Z", "2016-13-05T21:29:29Z"),
        ("2016-12-05T25:29:29Z", "2016-12-05T25:29:29Z"),
        ("2016-12-05T21:29:29", "2016-12-05T21:29:29"),
    ],
)
def test_instants_are_blanked_and_nothing_like_them(text: str, normalised: str) -> None:
    assert normalise({"cause": text}) == {"cause": normalised}


def test_what_is_called_a_timestamp_in_a_document_is_blanked_where_it_is_no_instant() -> None:
    document = {"TimestampValue": "yesterday", "timestamp": NOON.isoformat()}
    assert normalise({"input": json.dumps(document)}) == {
        "input": {"TimestampValue": "timestamp", "timestamp": "date"}
    }


def test_partition_region_and_request_ids_are_blanked() -> None:
    text = "arn:aws:sqs:us-east-1:1:q (Request ID: 1-a2, Extended Request ID: aB+/=)"
    assert normalise({"cause": text}) == {
        "cause": "arn:<partition>:sqs:<region>:1:q "
        "(Request ID: <request_id>, Extended Request ID: <extended_request_id>)"
    }


def test_patterns_see_the_text_before_it_is_parsed() -> None:
    pattern = re.compile(r'\\"id\\":\\"[0-9a-f]+\\"'), '\\"id\\":<id>\\"'
    text = json.dumps({"Cause": '{"id":"0af"}'})
    assert normalise({"output": text.replace(": ", ":")}, [pattern]) == {"output": {"Cause": '{"id":<id>"}'}}


def test_branches_lose_their_ids_and_their_order() -> None:
    kinds = ["ParallelStateStarted", "B", "A", "ParallelStateSucceeded", "ParallelStateExited", "Done"]
    events = [{"type": kind, "id": place, "previousEventId": place} for place, kind in enumerate(kinds)]
    swapped = [events[0], events[2], events[1], *events[3:]]
    found = unordered({"events": events})
    assert found == unordered({"events": swapped})
    assert [each["type"] for each in found["events"]] == [
        "ParallelStateStarted",
        "A",
        "B",
        "ParallelStateExited",
        "Done",
    ]
    assert [each["id"] for each in found["events"]] == [0, [0], [0], 4, 5]


# ------------------------------------------------------------------ compare


@pytest.mark.parametrize(
    ("expected", "got"),
    [(1, 1.0), (1, True), (0, False), ("1", 1), (None, ABSENT), ("[1]", "[ 1 ]"), ([], {}), ("", None)],
)
def test_kinds_of_values_are_told_apart(expected: Any, got: Any) -> None:
    assert differences({"a": expected}, {"a": got}) == [Difference(".a", expected, got)]


def test_members_missing_on_either_side_are_differences() -> None:
    assert differences({"a": 1}, {"b": 2}) == [Difference(".a", 1, ABSENT), Difference(".b", ABSENT, 2)]


def test_order_counts_in_arrays_only() -> None:
    assert not differences({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert len(differences([1, 2], [2, 1])) == 2


def test_items_missing_on_either_side_are_differences() -> None:
    assert differences([1], [1, 2]) == [Difference("[1]", ABSENT, 2)]
    assert differences([1, 2], [1]) == [Difference("[1]", 2, ABSENT)]


def test_a_token_is_any_text_but_the_same_everywhere() -> None:
    expected = ["id <uuid:1>", "<uuid:1>", "<uuid:2>"]
    assert not differences(expected, ["id x", "x", "y"])
    assert differences(expected, ["id x", "z", "y"]) == [Difference("[1]", "<uuid:1>", "z")]


def test_two_tokens_are_two_texts() -> None:
    assert differences(["<uuid:1>", "<uuid:2>"], ["x", "x"]) == [Difference("[1]", "<uuid:2>", "x")]


def test_a_token_twice_in_a_text_is_the_same_both_times() -> None:
    assert not differences("<uuid:1>/<uuid:1>", "x/x")
    assert differences("<uuid:1>/<uuid:1>", "x/y")


def test_a_token_is_never_empty() -> None:
    assert differences("id <uuid:1>", "id ")


def test_a_mismatch_binds_nothing() -> None:
    assert differences(["<uuid:1>!", "<uuid:1>"], ["x", "y"]) == [Difference("[0]", "<uuid:1>!", "x")]


def test_words_of_a_case_are_tokens_only_if_said_so() -> None:
    assert differences("generated-uuid", "x")
    assert not differences("generated-uuid", "x", "generated-uuid")
    assert differences("<omitted>", "x")


def test_a_word_blanks_the_member_of_its_name_only() -> None:
    assert not differences({"Date": "date", "RequestId": "RequestId"}, {"Date": ["Mon"], "RequestId": "1"})
    assert differences({"When": "date"}, {"When": "Mon"})
    assert differences({"Date": "date"}, {})


def test_words_for_instants_and_random_numbers() -> None:
    assert not differences({"StartTime": "start-time"}, normalise({"StartTime": NOON.isoformat()}))
    assert differences({"StartTime": "start-time"}, {"StartTime": "noon"})
    assert not differences("RandomNumberGenerated", 7)
    assert differences("RandomNumberGenerated", 7.5)


def test_order_of_keys_is_told_where_they_stand_in_a_text() -> None:
    expected = {"b": 1, "a": {"output": {"y": [{"p": 1, "q": 2}], "x": 1}}}
    got = normalise({"a": {"output": json.dumps({"x": 1, "y": [{"q": 2, "p": 1}]})}, "b": 1})
    assert list(orders(expected, got)) == [
        Difference(".a.output", ["y", "x"], ["x", "y"]),
        Difference(".a.output.y[0]", ["p", "q"], ["q", "p"]),
    ]


# ------------------------------------------------------------------ recorded histories, played back


HISTORIES = [
    pytest.param(case, key, id=f"{case.id}-{key}")
    for case in played()
    for key, recorded in case.expected.items()
    if is_history(recorded) and not case.unordered_parallel
] or [pytest.param(None, "", marks=pytest.mark.skip(reason=corpus.missing() or "no history is played"))]


class Playback:
    """Makes of a recorded history one that AWS could have answered it with."""

    def __init__(self, placeholders: Placeholders) -> None:
        self._placeholders = placeholders
        self._meanings: dict[str, str] = {}

    def answer(self, recorded: Any, key: str = "", depth: int = 0) -> Any:
        if isinstance(recorded, dict) and key in {"input", "output", "parameters", "cause"} and depth:
            return json.dumps(self.inside(recorded))
        if isinstance(recorded, dict):
            parsed = key == "assignedVariables"
            return {
                name: json.dumps(self.inside(value))
                if parsed and isinstance(value, dict)
                else self.answer(value, name, depth + 1)
                for name, value in recorded.items()
            }
        if isinstance(recorded, list):
            return [self.answer(item, key, depth + 1) for item in recorded]
        return NOON if recorded == "timestamp" else self.inside(recorded)

    def inside(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self.inside(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self.inside(item) for item in value]
        return self.text(value) if isinstance(value, str) else value

    def text(self, text: str) -> Any:
        if text == "RandomNumberGenerated":
            return 42
        if text in {"date", "start-time", "entered-time", "<start-time>", "<entered-time>"}:
            return NOON.isoformat()
        for token in [*self._placeholders.tokens, *re.findall(r"<[\w-]+:\d+>", text)]:
            meaning = self._meanings.setdefault(token, str(UUID(int=len(self._meanings))))
            text = text.replace(token, meaning)
        text = text.replace("<partition>", "aws").replace("<region>", "us-east-1")
        return self._placeholders.fill(text)


def compared(case: Case, placeholders: Placeholders, key: str, answer: Any) -> list[Difference]:
    expected = {"events": placeholders.recorded(case.expected[key]["events"])}
    return differences(expected, normalise(answer, placeholders.patterns), *placeholders.tokens)


Event = dict[str, Any]


def neighbours(event: Event) -> Iterator[list[Event]]:
    """What could wrongly stand in an event's place: nothing, it twice, or it with one thing changed."""
    yield []
    yield [event, event]
    yield [{**event, "id": event["id"] + 1}]
    yield [{**event, "previousEventId": 99}]
    for member, value in event.items():
        yield [{name: each for name, each in event.items() if name != member}]
        if isinstance(value, dict):
            yield from ([{**event, member: details}] for details in changed(value))


def changed(details: Event) -> Iterator[Event]:
    """Details with another value in the place of one of theirs."""
    for name, value in details.items():
        as_text = isinstance(value, str) and not value.startswith("{")
        yield {**details, name: f"{value} " if as_text else None}


@pytest.mark.parametrize(("case", "key"), HISTORIES)
def test_a_recorded_history_equals_itself_and_nothing_else(case: Case, key: str) -> None:
    placeholders = Placeholders(case)
    answer = {"events": Playback(placeholders).answer(case.expected[key]["events"])}
    assert compared(case, placeholders, key, answer) == []
    events = answer["events"]
    wrong = [(place, instead) for place, event in enumerate(events) for instead in neighbours(event)]
    # Long histories have thousands; a few, spread over all, are enough.
    for place, instead in wrong[:: len(wrong) // 12]:
        assert compared(case, placeholders, key, {"events": events[:place] + instead + events[place + 1 :]})
