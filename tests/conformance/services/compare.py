"""Compares in full what tasks did, and by its shape what only the service behind them decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.conformance.api.replay import ApiComparison
from tests.conformance.aws.compare import Difference, orders
from tests.emulator.shared import START

_HEADERS = (".AllHttpHeaders", ".HttpHeaders", ".Headers")
"""Where a result tells the HTTP headers of a response; the last is API Gateway's."""

_SHAPES = {
    "content-length": re.compile(r"\d+"),
    "date": re.compile(r"date|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"),
    "x-amz-crc32": re.compile(r"\d+"),
    "x-amzn-requestid": re.compile(r"[\w-]+"),
    "x-amzn-trace-id": re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;.*)?"),
}
"""Headers whose values are those of one response of one server: what each looks like."""

_ANY = frozenset({"a_message_id", "a_task_token", "map_run_arn", "test_event_bridge_events-{short_uid()}"})
"""Words that one test each put in the place of every id, token or name, whichever it was."""

_INSTANT_WORDS = frozenset({"start-date", "stop-date", "<start-date>", "<stop-date>"})
"""Words that tests put in the place of an instant: of milliseconds since the epoch, and of none, too."""


_ITEM = re.compile(r"\.(Item|Items\[\d+\]|Attributes)$")
"""Where a result has an item of a DynamoDB table, whose order of attributes is the table's affair."""


def orders_of_ours(expected: Any, got: Any, path: str) -> Iterator[Difference]:
    """Each object in a JSON text whose keys AWS wrote in another order, but for DynamoDB's items."""
    return (each for each in orders(expected, got, path) if not _ITEM.search(each.path))


class ServiceComparison(ApiComparison):
    """A comparison that holds some headers of a service's response to their shape alone.

    They are those of `_SHAPES`, and only where a result has the headers of a response. The names of
    headers are compared without their case, in which AWS's servers do not agree with each other.
    """

    def differences(self, expected: Any, got: Any, path: str = "") -> Iterator[Difference]:
        """Each place in which two normalised answers differ."""
        if path.endswith(_HEADERS) and isinstance(expected, dict) and isinstance(got, dict):
            expected, got = _lowered(expected), _lowered(got)
        yield from super().differences(expected, got, path)

    def _member(
        self, key: str, expected: dict[str, Any], got: dict[str, Any], path: str
    ) -> Iterator[Difference]:
        shape = _SHAPES.get(key) if path.endswith(_HEADERS) else None
        if shape is None or key not in expected or key not in got:
            got = _out_of_its_list(key, expected, got) if path.endswith(".Headers") else got
            yield from super()._member(key, expected, got, path)
        elif not _looks(shape, expected[key], got[key]):
            yield Difference(f"{path}.{key}", expected[key], got[key])

    def _same(self, expected: Any, got: Any) -> bool:
        if isinstance(expected, str) and expected in _ANY:
            return isinstance(got, str) and got not in _ANY
        if isinstance(expected, str) and expected in _INSTANT_WORDS and not isinstance(got, str):
            return got is None or (type(got) is int and got >= START)
        return super()._same(expected, got)


def _lowered(headers: dict[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in headers.items()}


def _out_of_its_list(key: str, expected: dict[str, Any], got: dict[str, Any]) -> dict[str, Any]:
    """Headers with the text of one instead of its list, where the recording has a word for the whole."""
    value = got.get(key)
    listed = isinstance(value, list) and len(value) == 1 and isinstance(expected.get(key), str)
    return {**got, key: value[0]} if listed else got  # type: ignore[index]


def _looks(shape: re.Pattern[str], expected: Any, got: Any) -> bool:
    """Whether a header is what it should be, and in a list where the recorded one is.

    Where the recording has but a word, it may stand for the list as well.
    """
    if got == expected:
        return True
    if isinstance(got, list):
        alike = not isinstance(expected, list) or len(got) == len(expected)
    else:
        alike = not isinstance(expected, list)
    return alike and all(
        isinstance(each, str) and shape.fullmatch(each) for each in (got if isinstance(got, list) else [got])
    )
