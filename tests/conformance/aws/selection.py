"""Which recorded cases are played in process: small rules, each with a name and a reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from tests.conformance.aws import corpus
from tests.conformance.aws.corpus import Case

LAMBDA_RESOURCE = re.compile(r"arn:aws:lambda:[\w-]+:\d+:function:[^:]+|arn:aws:states:::lambda:invoke")

RUN_ANSWERS = frozenset({"GetExecutionHistory", "DescribeExecution", "StartSyncExecution"})
"""Operations whose answers tell how a run went; all others answer about the API's own records."""


class Rule(NamedTuple):
    """A reason to leave cases out."""

    name: str
    reason: str
    leaves_out: Callable[[Case], bool]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a JSON value, outermost first."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from objects(member)
    elif isinstance(value, list):
        for item in value:
            yield from objects(item)


def strings(value: Any) -> Iterator[str]:
    """Every string inside a JSON value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def is_jsonata(case: Case) -> bool:
    """Whether a state of the case is written in JSONata."""
    return any(
        "{%" in text or text == "JSONata" for definition in case.definitions() for text in strings(definition)
    )


def _is_mocked(case: Case) -> bool:
    # The mock file's test case is named behind the machine's ARN.
    return any("#" in step.params["stateMachineArn"] for step in case.started())


def _uses_distributed_map(case: Case) -> bool:
    return any(
        each.get("Mode") == "DISTRIBUTED" or "ItemReader" in each or "ResultWriter" in each
        for definition in case.definitions()
        for each in objects(definition)
    )


def _needs_a_service(case: Case) -> bool:
    return any(
        each.get("Type") == "Task" and not LAMBDA_RESOURCE.fullmatch(str(each.get("Resource")))
        for definition in case.definitions()
        for each in objects(definition)
    )


def is_history(answer: Any) -> bool:
    """Whether a recorded answer is a whole history."""
    return isinstance(answer, dict) and "events" in answer


def is_ending(answer: Any) -> bool:
    """Whether a recorded answer is the log record of an execution's last event."""
    return isinstance(answer, dict) and {"details", "previous_event_id", "type"} <= answer.keys()


def _tells_of_no_run(case: Case) -> bool:
    if case.table:
        return False
    return not any(
        step.expect and step.operation in RUN_ANSWERS and "Error" not in case.expected[step.expect[0]]
        for step in case.steps
    ) and not any(
        is_history(case.expected[key]) or is_ending(case.expected[key]) for key in case.expected_without_step
    )


RULES = (
    Rule("mocked", "the answers of tasks come from a mock file", _is_mocked),
    Rule("distributed map", "child executions need an engine", _uses_distributed_map),
    Rule("other service", "a task needs a service that is not Lambda, or an activity", _needs_a_service),
    Rule("api only", "nothing of a run is recorded, only answers that the API alone gives", _tells_of_no_run),
)
"""Tried in this order; the first that fits names the reason."""


def left_out_by(case: Case) -> Rule | None:
    """The rule that leaves a case out, or None where it is played."""
    return next((rule for rule in RULES if rule.leaves_out(case)), None)


@cache
def played() -> list[Case]:
    """The cases to play; none where the recordings are missing."""
    return [] if corpus.missing() else [case for case in corpus.runs() if left_out_by(case) is None]


def main() -> None:
    """Prints how many cases each rule leaves out, and which are played."""
    if reason := corpus.missing():
        raise SystemExit(reason)
    left_out = Counter(rule.name for rule in map(left_out_by, corpus.runs()) if rule)
    print(f"{corpus.other_kinds():4}  {'no run':15}  kinds api, validation and test_state run no machine")
    for rule in RULES:
        print(f"{left_out[rule.name]:4}  {rule.name:15}  {rule.reason}")
    print(f"{len(played()):4}  played")
    areas = Counter(case.area for case in played())
    for area in sorted(areas):
        print(f"\n{area} ({areas[area]})")
        for case in played():
            if case.area == area:
                print(f"  {case.id}")


if __name__ == "__main__":
    main()
