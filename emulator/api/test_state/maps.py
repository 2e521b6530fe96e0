"""Map states under test: their items as each field leaves them, and the failures they tolerate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from asl.elements.item_batcher import Batches, batching
from asl.elements.limits import whole_number
from asl.errors import ITEM_READER_FAILED, Failure
from asl.interpreter.map_run import Item, exceeded, items_of, shown
from asl.jsontypes import JSON, InvalidJSON, dumps, loads, size
from asl.signals import Tolerance
from asl.states.distributed_map import DistributedMap
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
    data = state.input(trial)
    total = _iterations(trial, state, request, data, trace)
    tolerance = _limits(trial, state, data, trace)
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
    if _exceeded(failures, total or 0, tolerance):
        raise exceeded()
    return result


def _exceeded(failures: int, total: int, tolerance: Tolerance) -> bool:
    """Whether more iterations failed than a Map tolerates; one that sets no bound takes all (recorded)."""
    beyond_count = tolerance.count is not None and failures > tolerance.count
    beyond_part = tolerance.percentage is not None and failures * 100 > tolerance.percentage * total
    return beyond_count or beyond_part


def _iterations(trial: Trial, state: Any, request: Request, data: JSON, trace: Trace) -> int | None:
    """How many iterations there are, or None where only the mock can tell."""
    fields = state.fields
    found = _items(trial, state, request, data, trace)
    if found is None:
        return None
    values = [item.value for item in found]
    if state.item_selector is not None:
        values = list(_selected(trial, state, data, found))
        trace.more["afterItemSelector"] = dumps(values)
    if "ItemBatcher" in fields:
        batches = Batches(batching(fields["ItemBatcher"], data, trial))
        completed = [each for value in values for each in batches.put(value, size(value))]
        values = [value for value, _ in (*completed, *batches.rest())]
        trace.more["afterItemBatcher"] = dumps(values)
    return len(values)


def _items(trial: Trial, state: Any, request: Request, data: JSON, trace: Trace) -> list[Item] | None:
    """The items; None where the text that an ItemReader read does not tell."""
    fields = state.fields
    if "ItemReader" in fields:
        values = _read(fields["ItemReader"], request.reader_data, trial, data, trace)
        return None if values is None else [Item(each, source=_source(trial, state, data)) for each in values]
    found = state.enter(trial).items
    if fields["QueryLanguage"] == "JSONPath":
        trace.more["afterItemsPath"] = dumps(found)
    return list(items_of(found))


def _selected(trial: Trial, state: Any, data: JSON, items: list[Item]) -> Iterator[JSON]:
    """The input of each iteration, by ItemSelector."""
    distributed = isinstance(state, DistributedMap)
    for index, item in enumerate(items):
        trial.shown = shown(index, item) if distributed else {"Index": index, "Value": item.value}
        try:
            yield state.item_selector(data, trial)
        finally:
            trial.shown = None


def _limits(trial: Trial, state: Any, data: JSON, trace: Trace) -> Tolerance:
    """The failures that a Map tolerates; notes them and the concurrency.

    Raises:
        Failure: One of them is a number that there cannot be, as in an execution.
    """
    tolerance = state.tolerance(data, trial) if isinstance(state, DistributedMap) else Tolerance()
    trace.more["maxConcurrency"] = state.concurrency(data, trial)
    told = {
        "toleratedFailureCount": tolerance.count,
        "toleratedFailurePercentage": tolerance.percentage,
    }
    trace.more.update({name: value for name, value in told.items() if value is not None})
    return tolerance


# ------------------------------------------------------------------ what only a distributed Map has


def _source(trial: Trial, state: Any, data: JSON) -> str:
    """Where items were read, as the context object names it."""
    call = state.reader.call(data, trial)
    return "S3://" + "/".join(str(call.parameters.get(name, "")) for name in ("Bucket", "Key"))


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
