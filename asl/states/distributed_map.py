"""Map in Distributed mode: the items run as executions of their own, in a Map Run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from asl.elements import dataflow
from asl.elements.limits import whole_number
from asl.elements.outcome import Distribute, Finish, Frame
from asl.elements.processor import Block
from asl.errors import EvaluationFailure, InterpreterFailure
from asl.jsontypes import JSON, dumps
from asl.signals import Batching, S3Call, StartMapRun, Tolerance
from asl.spec.fields import Expression
from asl.spec.quotas import STANDARD
from asl.states.state import BaseState


class DistributedMap(BaseState):
    """A Map state in Distributed mode."""

    __slots__ = (
        "assign",
        "batcher",
        "computed_items",
        "execution_type",
        "input",
        "item_selector",
        "items",
        "label",
        "max_concurrency",
        "output",
        "processor",
        "reader",
        "tolerated_count",
        "tolerated_percentage",
        "writer",
    )
    kind = "Map"

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.input = dataflow.effective_input(fields)
        self.output = dataflow.output(fields, "result")
        self.assign = dataflow.assign(fields, "result")
        self.items: Expression | None = fields.get("ItemsPath")
        self.computed_items = _computed_items(fields)
        selector: Expression | None = fields.get("ItemSelector", fields.get("Parameters"))
        self.item_selector = None if selector is None else _selector(selector)
        self.max_concurrency = whole_number(fields, "MaxConcurrency", 0)
        self.tolerated_count = whole_number(fields, "ToleratedFailureCount")
        self.tolerated_percentage = _percentage(fields)
        self.processor: Block = fields.get("ItemProcessor") or fields["Iterator"]
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
        items = self._items(data, frame)
        return Distribute(data, items, len(items))

    def _items(self, data: JSON, frame: Frame) -> list[JSON] | dict[str, JSON]:
        if self.computed_items is not None:
            items = self.computed_items(frame)
        else:
            items = data if self.items is None else self.items.evaluate(data, frame)
        if isinstance(items, list | dict):
            return items
        if self.items is None:
            raise EvaluationFailure(f"Map state input must be an array but was: {dumps(items)}", "Items")
        text = self.items.text
        shown = text[1:] if text.startswith("$$") else text
        raise InterpreterFailure(f'Reference path "{shown}" must point to array.')

    def begin(self, frame: Frame, asked: Distribute, arn: str, label: str) -> StartMapRun:
        """The Map Run to start, once the state has started: its bounds fail only after that (recorded)."""
        data = asked.input
        tolerance = Tolerance(
            _not_negative("ToleratedFailureCount", self.tolerated_count(data, frame)),
            self.tolerated_percentage(data, frame),
        )
        concurrency = self.max_concurrency(data, frame) or 0
        if concurrency < 0:
            raise InterpreterFailure("MaxConcurrency cannot be negative.")  # by analogy
        return StartMapRun(
            id=frame.command_id(),
            state=self.name,
            arn=arn,
            label=label,
            execution_type=self.execution_type,
            input=data,
            items=asked.items,
            reader=self.reader.call(data, frame),
            batching=_batching(self.batcher, data, frame),
            writer=self.writer.call(data, frame),
            concurrency=concurrency,
            tolerance=tolerance,
            context=frame.context(),
            variables=frame.variables(),
        )

    def resume(self, frame: Frame, result: JSON) -> Finish:
        """Finishes with what the Map Run gave."""
        assigned = None if self.assign is None else self.assign(result, frame)
        return Finish(self.output(result, frame), self.next, assigned)


def _computed_items(fields: Mapping[str, Any]) -> dataflow.Flow | None:
    template: Expression | None = fields.get("Items")
    if template is None:
        return None
    return dataflow.computed(template, "array", lambda value: isinstance(value, list | dict))


def _selector(template: Expression) -> dataflow.Emit:
    evaluate = template.evaluate
    if template.field:
        return lambda data, frame: evaluate(dataflow.states(frame), frame)
    return evaluate


def _percentage(fields: Mapping[str, Any]) -> Any:
    """ToleratedFailurePercentage, which may have a fraction, or what its path leads to."""
    name = "ToleratedFailurePercentage"
    path: Expression | None = fields.get(f"{name}Path")
    if path is None:
        constant = fields.get(name)
        if isinstance(constant, Expression):
            read = dataflow.computed(constant, "number", _is_number)
            return lambda data, frame: _per_cent(read(frame))
        return lambda data, frame: constant
    evaluate, text = path.evaluate, path.text

    def value(data: JSON, frame: Frame) -> float:
        found = evaluate(data, frame)
        if _is_number(found):
            return _per_cent(found)
        shown = found if isinstance(found, str) else dumps(found)
        raise InterpreterFailure(
            f'The {name}Path field refers to value "{shown}" which is not a valid float: {text}'
        )

    return value


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _per_cent(value: Any) -> float:
    if not 0 <= value <= 100:
        raise InterpreterFailure("ToleratedFailurePercentage must be between 0 and 100.")
    return float(value)


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


def _batching(fields: dict[str, Any] | None, data: JSON, frame: Frame) -> Batching | None:
    if fields is None:
        return None
    more = fields.get("BatchInput")
    if more is None:
        given: JSON = None
    elif more.field:
        given = more.evaluate(dataflow.states(frame), frame)
    else:
        given = more.evaluate(data, frame)
    return Batching(
        _positive("MaxItemsPerBatch", whole_number(fields, "MaxItemsPerBatch")(data, frame)),
        _positive("MaxInputBytesPerBatch", whole_number(fields, "MaxInputBytesPerBatch")(data, frame)),
        given,
    )


def _positive(name: str, value: int | None) -> int | None:
    if value is None:
        return None
    if value <= 0:
        raise InterpreterFailure(f"field {name} must be positive")  # by analogy with MaxItems
    if name == "MaxInputBytesPerBatch" and value > (STANDARD.payload_bytes or value):
        raise InterpreterFailure(f"field {name} must not be more than {STANDARD.payload_bytes}")
    return value
