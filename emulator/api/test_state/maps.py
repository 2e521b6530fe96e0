"""Map states under test: their items as each field leaves them, and the failures they tolerate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from asl.elements import dataflow
from asl.elements.item_batcher import Batches, batching
from asl.elements.limits import tolerated_percentage, whole_number
from asl.errors import ITEM_READER_FAILED, Failure
from asl.interpreter.map_run import exceeded
from asl.jsontypes import JSON, InvalidJSON, dumps, loads, size
from emulator.api.test_state.request import Request
from emulator.api.test_state.trace import Trace
from emulator.api.test_state.trial import Trial
from emulator.errors import ValidationException


def iterated(trial: Trial, state: Any, request: Request, trace: Trace) -> JSON:
    """The result of a Map, whose mock it is; notes what its items are on the way.

    Raises:
        Failure: Of the items, of the mock, or of the threshold of tolerated failures.
        ValidationException: More iterations failed than there are. Text recorded.
    """
    assert request.mock is not None
    total = _iterations(trial, state, request, trace)
    count, percentage = _limits(trial, state.fields, trace)
    result = request.mock.result
    if isinstance(result, list):
        total = len(result)
    failures = request.failures or 0
    if total is not None and failures > total:
        raise ValidationException(
            "Map iteration failure count must be less than or equal to the number of Map iterations"
        )
    if request.mock.failure is not None:
        raise request.mock.failure
    if _exceeded(failures, total or 0, count, percentage):
        raise exceeded()
    return result


def _exceeded(failures: int, total: int, count: int | None, percentage: float | None) -> bool:
    """Whether more iterations failed than a Map tolerates; one that sets no bound takes all (recorded)."""
    beyond_count = count is not None and failures > count
    beyond_part = percentage is not None and failures * 100 > percentage * total
    return beyond_count or beyond_part


def _iterations(trial: Trial, state: Any, request: Request, trace: Trace) -> int | None:
    """How many iterations there are, or None where only the mock can tell."""
    fields = state.fields
    data = dataflow.effective_input(fields)(trial)
    if "ItemReader" in fields:
        items = _read(fields["ItemReader"], request.reader_data, trial, data, trace)
        if items is None:
            return None
    else:
        items = state.enter(trial).items
        if fields["QueryLanguage"] == "JSONPath":
            trace.more["afterItemsPath"] = dumps(items)
    if state.item_selector is not None:
        items = list(_selected(trial, state, data, items))
        trace.more["afterItemSelector"] = dumps(items)
    if "ItemBatcher" in fields:
        batches = Batches(batching(fields["ItemBatcher"], data, trial))
        completed = [each for item in items for each in batches.put(item, size(item))]
        items = [value for value, _ in (*completed, *batches.rest())]
        trace.more["afterItemBatcher"] = dumps(items)
    return len(items)


def _selected(trial: Trial, state: Any, data: JSON, items: list[JSON]) -> Iterator[JSON]:
    """The input of each iteration, by ItemSelector."""
    for index, item in enumerate(items):
        trial.item = (index, item)
        try:
            yield state.item_selector(data, trial)
        finally:
            trial.item = None


def _limits(trial: Trial, fields: Mapping[str, Any], trace: Trace) -> tuple[int | None, float | None]:
    """The failures that a Map tolerates, in number and in per cent; notes them and the concurrency."""
    data = dataflow.effective_input(fields)(trial)
    count = whole_number(fields, "ToleratedFailureCount")(data, trial)
    percentage = tolerated_percentage(fields)(data, trial)
    trace.more["maxConcurrency"] = whole_number(fields, "MaxConcurrency", 0)(data, trial)
    told = {"toleratedFailureCount": count, "toleratedFailurePercentage": percentage}
    trace.more.update({name: value for name, value in told.items() if value is not None})
    return count, percentage


# ------------------------------------------------------------------ what only a distributed Map has


def _read(
    reader: Mapping[str, Any], text: str | None, trial: Trial, data: JSON, trace: Trace
) -> list[JSON] | None:
    """The items that an ItemReader makes of what it read; None where the text alone does not tell.

    Only JSON and lines of it are taken apart here.
    """
    config: Mapping[str, Any] = reader.get("ReaderConfig", {})
    kind = config.get("InputType", "JSON")
    if text is None or kind not in ("JSON", "JSONL"):
        return None
    try:
        value = loads(text) if kind == "JSON" else [loads(line) for line in text.splitlines() if line.strip()]
    except InvalidJSON as error:
        raise Failure(ITEM_READER_FAILED, f"The data cannot be read as {kind}: {error}") from None
    if "ItemsPointer" in config:
        value = _pointed(value, config["ItemsPointer"])
        trace.more["afterItemsPointer"] = dumps(value)
    if not isinstance(value, list):
        raise Failure(ITEM_READER_FAILED, "Attempting to map over non-iterable node.")
    most = whole_number(config, "MaxItems")(data, trial)
    return value[:most] if most else value


def _pointed(value: JSON, pointer: str) -> JSON:
    """What a JSON pointer leads to in a document; None where it leads nowhere."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and re.fullmatch(r"0|[1-9]\d*", name) and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return None
    return value
