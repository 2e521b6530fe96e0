"""Random machines made from the declarations: every field that a state type declares is drawn by its kind.

Drawn from a seed and not piece by piece through hypothesis: a machine is hundreds of choices, which
it shrinks for minutes; a seed finds as much and a failing machine is printed whole.
"""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from asl.elements import flow, processor, resource, retry
from asl.elements.choice_rule import COMPARISONS, TYPE_TESTS
from asl.spec import kinds
from asl.spec.fields import Element, Kind
from asl.states import STATE_TYPES, fail

PATHS = [
    "$", "$.a", "$.a.b", "$.b[0]", "$.c", "$['a']", "$.a[*]", "$..a", "$$", "$$.State.Name",
    "$$.Execution.Input.a",
]  # fmt: skip
INTRINSICS = [
    "States.Array($.a, 1)", "States.Format('{}-{}', $.a, 'x')", "States.UUID()", "States.MathAdd(1, 2)",
    "States.ArrayLength($.b)", "States.MathRandom(1, 9)", "States.JsonToString($)",
    "States.ArrayRange(1, 5, 2)",
]  # fmt: skip
TEXT_INTRINSICS = [
    each for each in INTRINSICS if each.startswith(("States.Format", "States.UUID", "States.Json"))
]
ERRORS = ["States.TaskFailed", "States.Timeout", "Boom", "E1", "States.Runtime", "States.HeartbeatTimeout"]
RESOURCES = [
    "arn:aws:lambda:us-east-1:123456789012:function:work",
    "arn:aws:states:::lambda:invoke",
    "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "arn:aws:states:::states:startExecution.sync:2",
    "arn:aws:states:us-east-1:123456789012:activity:review",
]
TIMES = ["2026-01-01T00:00:05Z", "2020-01-01T00:00:00Z", "2026-01-01T01:00:00.5+01:00"]
SKIPPED = {
    "QueryLanguage",  # JSONata is not run yet
    "Type", "Next", "End", "Default", "StartAt", "States",  # set by the block around the fields
    "ItemReader", "ItemBatcher", "ResultWriter", "Label", "Items", "Arguments", "Output",
    "ToleratedFailureCount", "ToleratedFailureCountPath", "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath", "Condition", "Credentials",
}  # fmt: skip
EXCLUSIVE = [
    {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
    {"Error", "ErrorPath"},
    {"Cause", "CausePath"},
    {"TimeoutSeconds", "TimeoutSecondsPath"},
    {"HeartbeatSeconds", "HeartbeatSecondsPath"},
    {"ItemProcessor", "Iterator"},
    {"ItemSelector", "Parameters"},
    {"MaxConcurrency", "MaxConcurrencyPath"},
]


class Generator:
    """Makes one valid machine in JSONPath mode, whose states all have names of their own."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.count = 0

    # ------------------------------------------------------------------ values

    def one_of(self, *choices: Any) -> Any:
        return self.random.choice(choices)

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def json(self, depth: int = 2) -> Any:
        if depth and self.chance(2):
            if self.chance(2):
                return [self.json(depth - 1) for _ in range(self.random.randrange(4))]
            return {key: self.json(depth - 1) for key in "abc" if self.chance(2)}
        return self.one_of(None, True, False, 0, 1, -3, 42, 1.5, -0.25, "", "a", "1", "x,y")

    def template(self) -> dict[str, Any]:
        static = {key: self.json(1) for key in ("k", "l") if self.chance(3)}
        computed = {key: self.one_of(*PATHS, *INTRINSICS) for key in ("p.$", "q.$", "r.$") if self.chance(2)}
        return {**static, **computed}

    def of_kind(self, kind: Kind, targets: list[str], depth: int) -> Any:
        """A value that a declared kind takes."""
        match kind:
            case fail.TextPath():
                return self.one_of(*PATHS, *TEXT_INTRINSICS)
            case kinds.Path():
                return None if kind.nullable and self.chance(4) else self.one_of(*PATHS)
            case kinds.ReferencePath():
                return self.one_of(None, "$", "$.r", "$.a", "$.r.s", "$.b[0]")
            case kinds.Template():
                return self.template()
            case kinds.Text():
                return self.one_of("", "a", "E1", "Boom", "1")
            case kinds.OneOf():
                return self.one_of(*kind.values)
            case kinds.Flag():
                return self.chance(2)
            case kinds.Integer():
                return self.random.randint(kind.minimum, min(kind.maximum, kind.minimum + 5))
            case kinds.Number():
                low = max(kind.minimum, -3)
                return self.one_of(int(low), int(low) + 2, low + 0.5)
            case kinds.Timestamp():
                return self.one_of(*TIMES)
            case kinds.Literal():
                return self.json()
            case kinds.ErrorNames():
                return ["States.ALL"] if self.chance(3) else self.random.sample(ERRORS, self.one_of(1, 2))
            case retry.HandlerList():
                entries = [self.of_kind(kind.item, targets, depth) for _ in range(self.random.randrange(3))]
                named = [entry for entry in entries if entry["ErrorEquals"] != ["States.ALL"]]
                return named + [entry for entry in entries if entry not in named][:1]
            case kinds.ListOf():
                count = kind.min_items + self.random.randrange(2)
                return [self.of_kind(kind.item, targets, depth) for _ in range(count)]
            case kinds.ObjectOf():
                return self.element(kind.element(), targets, depth)
            case processor.BlockOf():
                return self.block(depth + 1)
            case flow.Target():
                return self.one_of(*targets)
            case resource.ResourceArn():
                return self.one_of(*RESOURCES)
        raise AssertionError(f"no way to draw {kind}: give new kinds one here")

    # ------------------------------------------------------------------ objects

    def element(self, element: Element, targets: list[str], depth: int) -> dict[str, Any]:
        """An object of a declared element."""
        if element.name.startswith("ChoiceRule"):
            return self.rule(targets, inside=element.name != "ChoiceRule")
        value: dict[str, Any] = {}
        for field in element.fields:
            if field.name in SKIPPED or not (field.required or self.chance(3)):
                continue
            rivals = next((group for group in EXCLUSIVE if field.name in group), set())
            if not rivals & set(value):
                value[field.name] = self.of_kind(field.kind, targets, depth)
        if _needs_next(element):
            value["Next"] = self.one_of(*targets)
        if value.get("HeartbeatSeconds", 0) >= value.get("TimeoutSeconds", 10**9):
            del value["HeartbeatSeconds"]
        return value

    def rule(self, targets: list[str], inside: bool) -> dict[str, Any]:
        """A choice rule with any of the operators."""
        rule: dict[str, Any] = {} if inside else {"Next": self.one_of(*targets)}
        if self.chance(6):
            return {**rule, self.one_of("And", "Or"): [self.rule(targets, True), self.rule(targets, True)]}
        if self.chance(6):
            return {**rule, "Not": self.rule(targets, True)}
        operator = self.one_of(*COMPARISONS, *TYPE_TESTS, "IsPresent", "StringMatches")
        rule["Variable"] = self.one_of(*PATHS)
        if operator not in COMPARISONS:
            return {**rule, operator: "a*" if operator == "StringMatches" else self.chance(2)}
        if self.chance(2):
            return {**rule, f"{operator}Path": self.one_of(*PATHS)}
        kind, _ = COMPARISONS[operator]
        return {**rule, operator: self.of_kind(kind, targets, 0)}

    # ------------------------------------------------------------------ blocks

    def block(self, depth: int = 0) -> dict[str, Any]:
        """A block of one to four states in a row, each of which may also jump to any later one.

        A Choice stands in front with a rule to every state, so that all can be reached.
        """
        size = self.random.randint(1, 4 if depth < 2 else 2)
        own = [f"S{self.count + index}" for index in range(size)]
        first = f"To {own[0]}"
        self.count += size
        states: dict[str, Any] = {
            first: {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$$.State.Name", "StringEquals": "no", "Next": name} for name in own
                ],
                "Default": own[0],
            }
        }
        for index, name in enumerate(own):
            states[name] = self.state(own[index + 1 :], depth)
        return {"StartAt": first, "States": states}

    def state(self, later: list[str], depth: int) -> dict[str, Any]:
        """A state that leads to one of those later in its block, or ends it where there is none."""
        types = [kind for kind in STATE_TYPES if depth < 2 or kind not in ("Map", "Parallel")]
        barred = ("Succeed", "Fail") if later else ("Choice",)
        kind = self.random.choice([each for each in types if each not in barred])
        value = {"Type": kind, **self.element(STATE_TYPES[kind], later or ["?"], depth)}
        if not later:
            value.pop("Catch", None)
        if kind == "Wait" and not EXCLUSIVE[0] & set(value):
            value["Seconds"] = 2
        if kind == "Map" and not {"ItemProcessor", "Iterator"} & set(value):
            value["ItemProcessor"] = self.block(depth + 1)
        if kind == "Choice":
            value["Default"] = later[0]
        elif kind not in ("Succeed", "Fail"):
            value |= {"Next": later[0]} if later else {"End": True}
        return value


def _needs_next(element: Element) -> bool:
    return any(field.name == "Next" and field.required for field in element.fields)


machines = st.integers(0, 2**32).map(lambda seed: Generator(seed).block())
json_values = st.integers(0, 2**32).map(lambda seed: Generator(seed).json())
