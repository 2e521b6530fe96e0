"""Map in Distributed mode: the items run as executions of their own, in a Map Run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from asl.elements import dataflow
from asl.elements.item_batcher import batching
from asl.elements.limits import tolerated_percentage, whole_number
from asl.elements.outcome import Distribute, Frame
from asl.errors import InterpreterFailure
from asl.jsontypes import JSON
from asl.signals import S3Call, StartMapRun, Tolerance
from asl.spec.fields import Expression
from asl.states.map_state import MapState


class DistributedMap(MapState):
    """A Map state in Distributed mode."""

    __slots__ = (
        "batcher",
        "execution_type",
        "label",
        "reader",
        "tolerated_count",
        "tolerated_percentage",
        "writer",
    )
    collections = (list, dict)

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.tolerated_count = whole_number(fields, "ToleratedFailureCount")
        self.tolerated_percentage = tolerated_percentage(fields)
        self.execution_type: Literal["STANDARD", "EXPRESS"] = self.processor.execution_type or "STANDARD"
        self.label: str | None = fields.get("Label")
        self.reader = _Calls(fields.get("ItemReader"), "ReaderConfig")
        self.batcher: dict[str, Any] | None = fields.get("ItemBatcher")
        self.writer = _Calls(fields.get("ResultWriter"), "WriterConfig")

    def enter(self, frame: Frame) -> Distribute:
        """Finds the items, unless they are read: then ItemsPath is ignored (recorded)."""
        data = self.input(frame)
        if self.reader:
            return Distribute(data, None, 0)
        items = self.found(data, frame)
        return Distribute(data, items, len(items))

    def begin(self, frame: Frame, asked: Distribute, arn: str, label: str) -> StartMapRun:
        """The Map Run to start, once the state has started: its bounds fail only after that (recorded)."""
        data = asked.input
        return StartMapRun(
            id=frame.command_id(),
            state=self.name,
            arn=arn,
            label=label,
            execution_type=self.execution_type,
            input=data,
            items=asked.items,
            reader=self.reader.call(data, frame),
            batching=None if self.batcher is None else batching(self.batcher, data, frame),
            writer=self.writer.call(data, frame),
            concurrency=self.concurrency(data, frame),
            tolerance=self.tolerance(data, frame),
            context=frame.context(),
            variables=frame.variables(),
        )

    def tolerance(self, data: JSON, frame: Frame) -> Tolerance:
        """How many items may fail.

        Raises:
            Failure: It is a number that there cannot be.
        """
        return Tolerance(
            _not_negative("ToleratedFailureCount", self.tolerated_count(data, frame)),
            self.tolerated_percentage(data, frame),
        )


def _not_negative(name: str, value: int | None) -> int | None:
    if value is not None and value < 0:
        raise InterpreterFailure(f"{name} cannot be negative.")
    return value


class _Calls:
    """An ItemReader or a ResultWriter: what it calls, its parameters computed at the state."""

    def __init__(self, fields: dict[str, Any] | None, config: str) -> None:
        self._fields = fields
        self._config = config

    def __bool__(self) -> bool:
        return self._fields is not None

    def call(self, data: JSON, frame: Frame) -> S3Call | None:
        """The call; None where there is none."""
        fields = self._fields
        if fields is None:
            return None
        parameters: JSON = {}
        if "Arguments" in fields:
            parameters = fields["Arguments"].evaluate(dataflow.states(frame), frame)
        elif "Parameters" in fields:
            parameters = fields["Parameters"].evaluate(data, frame)
        config = _computed_config(fields.get(self._config) or {}, data, frame)
        return S3Call(
            fields.get("Resource") or "", parameters if isinstance(parameters, dict) else {}, config
        )


def _computed_config(fields: Mapping[str, Any], data: JSON, frame: Frame) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for name, value in fields.items():
        if name == "MaxItemsPath":
            found["MaxItems"] = whole_number(fields, "MaxItems")(data, frame)
        elif isinstance(value, Expression):
            found[name] = whole_number(fields, name)(data, frame)
        else:
            found[name] = value
    return found
