"""Map states under test: their items as each field leaves them, and the failures they tolerate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from asl.elements import dataflow
from asl.elements.limits import whole_number
from asl.errors import Failure, InterpreterFailure
from asl.jsontypes import JSON, InvalidJSON, dumps, loads, size
from asl.spec.fields import Expression
from emulator.api.test_state.request import Request
from emulator.api.test_state.trace import Trace
from emulator.api.test_state.trial import Trial
from emulator.errors import ValidationException

THRESHOLD = "States.ExceedToleratedFailureThreshold"


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
        raise Failure(THRESHOLD, "The specified tolerated failure threshold was exceeded")
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
        items = list(_batches(trial, fields["ItemBatcher"], data, items))
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
    percentage = _number(fields, "ToleratedFailurePercentage", trial, data)
    trace.more["maxConcurrency"] = whole_number(fields, "MaxConcurrency", 0)(data, trial)
    told = {"toleratedFailureCount": count, "toleratedFailurePercentage": percentage}
    trace.more.update({name: value for name, value in told.items() if value is not None})
    return count, percentage


def _number(fields: Mapping[str, Any], name: str, trial: Trial, data: JSON) -> float | None:
    """A number that stands as it is, as an expression or as a path; wholes only count where no others can."""
    field: float | Expression | None = fields.get(name, fields.get(f"{name}Path"))
    if not isinstance(field, Expression):
        return field
    value = field.evaluate(dataflow.states(trial) if field.field else data, trial)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise InterpreterFailure(f"The {name} field refers to a value that is not a number: {field.text}")


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
        raise Failure("States.ItemReaderFailed", f"The data cannot be read as {kind}: {error}") from None
    if "ItemsPointer" in config:
        value = _pointed(value, config["ItemsPointer"])
        trace.more["afterItemsPointer"] = dumps(value)
    if not isinstance(value, list):
        raise Failure("States.ItemReaderFailed", "Attempting to map over non-iterable node.")
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


def _batches(trial: Trial, batcher: Mapping[str, Any], data: JSON, items: list[JSON]) -> Iterator[JSON]:
    """The input of each iteration where an ItemBatcher puts items together."""
    most = whole_number(batcher, "MaxItemsPerBatch")(data, trial)
    most_bytes = whole_number(batcher, "MaxInputBytesPerBatch")(data, trial)
    frame: dict[str, JSON] = {}
    template: Expression | None = batcher.get("BatchInput")
    if template is not None:
        given = dataflow.states(trial) if template.field else data
        frame["BatchInput"] = template.evaluate(given, trial)
    batch: list[JSON] = []
    for item in items:
        full = most is not None and len(batch) >= most
        heavy = most_bytes is not None and size({**frame, "Items": [*batch, item]}) > most_bytes
        if batch and (full or heavy):
            yield {**frame, "Items": batch}
            batch = []
        batch.append(item)
    if batch:
        yield {**frame, "Items": batch}
