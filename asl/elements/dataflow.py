"""How a state's data flows: which part of its input it works on, and what it passes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from asl.elements.outcome import Frame
from asl.jsontypes import JSON
from asl.spec.fields import Expression, Field
from asl.spec.kinds import Path, ReferencePath, Template

INPUT_PATH = Field("InputPath", Path(nullable=True), only="JSONPath")
OUTPUT_PATH = Field("OutputPath", Path(nullable=True), only="JSONPath")
PARAMETERS = Field("Parameters", Template(), only="JSONPath")
RESULT_SELECTOR = Field("ResultSelector", Template(object_only=True), only="JSONPath")
RESULT_PATH = Field("ResultPath", ReferencePath(), only="JSONPath")
ARGUMENTS = Field("Arguments", Template(), only="JSONata")
OUTPUT = Field("Output", Template(), only="JSONata")
ASSIGN = Field("Assign", Template(object_only=True))

Flow = Callable[[Frame], JSON]


def effective_input(fields: Mapping[str, Any]) -> Flow:
    """What the state works on: its input through InputPath (null gives ``{}``)."""
    path: Expression | None = fields.get("InputPath")
    if "InputPath" not in fields or (path is not None and path.text == "$"):
        return lambda frame: frame.input
    if path is None:
        return lambda frame: {}
    evaluate = path.evaluate
    return lambda frame: evaluate(frame.input, frame)


def arguments(fields: Mapping[str, Any]) -> Flow:
    """What the state's work is given: InputPath, then Parameters."""
    select = effective_input(fields)
    template: Expression | None = fields.get("Parameters")
    if template is None:
        return select
    evaluate = template.evaluate
    path: Expression | None = fields.get("InputPath")
    if "InputPath" not in fields:
        return lambda frame: evaluate(frame.input, frame)
    if path is None:
        return lambda frame: evaluate({}, frame)
    pick = path.evaluate
    return lambda frame: evaluate(pick(frame.input, frame), frame)


Emit = Callable[[JSON, Frame], JSON]


def output(fields: Mapping[str, Any]) -> Emit:
    """What the state passes on of a result: ResultSelector, ResultPath (into the raw input), OutputPath."""
    steps: list[Emit] = []
    selector: Expression | None = fields.get("ResultSelector")
    if selector is not None:
        steps.append(selector.evaluate)
    if "ResultPath" in fields:
        steps.append(_result_path(fields["ResultPath"]))
    if "OutputPath" in fields:
        steps.append(_output_path(fields["OutputPath"]))
    match steps:
        case []:
            return lambda result, frame: result
        case [only]:
            return only
        case [first, second]:
            return lambda result, frame: second(first(result, frame), frame)
        case _:
            first, second, third = steps
            return lambda result, frame: third(second(first(result, frame), frame), frame)


def _result_path(path: Expression | None) -> Emit:
    if path is None:
        return lambda result, frame: frame.input
    if path.text == "$":
        return lambda result, frame: result
    write = path.evaluate
    return lambda result, frame: write(frame.input, result)


def _output_path(path: Expression | None) -> Emit:
    if path is None:
        return lambda result, frame: {}
    return path.evaluate


def assign(fields: Mapping[str, Any]) -> Emit | None:
    """The variables that the state sets, of what ``$`` means there; None if it sets none."""
    template: Expression | None = fields.get("Assign")
    return None if template is None else template.evaluate
