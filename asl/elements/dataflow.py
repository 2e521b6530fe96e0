"""How a state's data flows: which part of its input it works on, and what it passes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from asl.elements.outcome import Frame
from asl.errors import EvaluationFailure
from asl.jsontypes import JSON, dumps, type_name
from asl.spec.fields import Expression, Field
from asl.spec.kinds import Path, ReferencePath, Template

INPUT_PATH = Field(
    "InputPath",
    Path(nullable=True),
    only="JSONPath",
    doc="The part of the input to work on; null for an empty object.",
)
OUTPUT_PATH = Field(
    "OutputPath",
    Path(nullable=True),
    only="JSONPath",
    doc="The part of the output to pass on; null for an empty object.",
)
PARAMETERS = Field(
    "Parameters",
    Template(),
    only="JSONPath",
    doc="What the work is given in place of the input; keys that end in .$ are computed.",
)
RESULT_SELECTOR = Field(
    "ResultSelector",
    Template(object_only=True),
    only="JSONPath",
    doc="What to make of the result; keys that end in .$ are computed.",
)
RESULT_PATH = Field(
    "ResultPath",
    ReferencePath(),
    only="JSONPath",
    doc="Where in the input to put the result; null drops it.",
)
ARGUMENTS = Field(
    "Arguments", Template(), only="JSONata", doc="What the work is given in place of the input."
)
OUTPUT = Field("Output", Template(), only="JSONata", doc="What to pass on in place of the result.")
ASSIGN = Field("Assign", Template(object_only=True), doc="The variables to set, by name.")

Flow = Callable[[Frame], JSON]


def states(frame: Frame, **more: JSON) -> dict[str, Any]:
    """The members of ``$states`` at the state in focus: its input, the context object, and what is given."""
    return {"input": frame.input, "context": frame.context, **more}


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
    if "Arguments" in fields:
        compute = fields["Arguments"].evaluate
        return lambda frame: compute(states(frame), frame)
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


def output(fields: Mapping[str, Any], member: str | None = None) -> Emit:
    """What the state passes on of a result: ResultSelector, ResultPath (into the raw input), OutputPath.

    In JSONata mode, Output, or else the result as it is.

    Args:
        fields: The compiled fields of the state, rule or catcher.
        member: What ``$states`` calls the result in JSONata mode, where it may be read there.
    """
    if "Output" in fields:
        return _on_states(fields["Output"], member)
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


def assign(fields: Mapping[str, Any], member: str | None = None) -> Emit | None:
    """The variables that the state sets, of what ``$`` means there; None if it sets none.

    Args:
        fields: The compiled fields of the state, rule or catcher.
        member: What ``$states`` calls the result in JSONata mode, where it may be read there.
    """
    template: Expression | None = fields.get("Assign")
    if template is None:
        return None
    return _on_states(template, member) if template.field else template.evaluate


def _on_states(template: Expression, member: str | None) -> Emit:
    evaluate = template.evaluate
    if member is None:
        return lambda result, frame: evaluate(states(frame), frame)
    return lambda result, frame: evaluate(states(frame, **{member: result}), frame)


def computed(field: Expression, expected: str, check: Callable[[JSON], bool]) -> Flow:
    """The value of a field that is one JSONata expression, of the type that the field takes.

    Args:
        field: The expression.
        expected: What AWS calls the type.
        check: Whether a value is of it.
    """

    def read(frame: Frame) -> JSON:
        value = field.evaluate(states(frame), frame)
        if check(value):
            return value
        raise EvaluationFailure(
            f"The JSONata expression '{field.text}' specified for the field '{field.field}' returned an "
            f"unexpected result type. Expected '{expected}', but was '{type_name(value)}' for value: "
            f"{dumps(value)}",
            field.field,
        )

    return read


def is_integer(value: JSON) -> bool:
    """Whether a value is a whole number; JSONata's numbers are JavaScript's, so 1.0 is one."""
    return type(value) is int or (type(value) is float and value.is_integer())
