"""Plays one recorded case against `asl.simulate` and tells where it answers otherwise than AWS did."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import asl
from asl.jsontypes import dumps
from tests.conformance.aws import lambdas
from tests.conformance.aws.compare import Comparison, Difference, orders
from tests.conformance.aws.corpus import Case, Row, Step
from tests.conformance.aws.normalise import ACCOUNT, REGION, normalise, unordered
from tests.conformance.aws.placeholders import Placeholders, execution_name
from tests.conformance.aws.selection import is_ending, is_history

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROLE = f"arn:aws:iam::{ACCOUNT}:role/conformance"


class Answer(NamedTuple):
    """What AWS recorded and what the interpreter makes of it, both ready to be compared."""

    key: str
    expected: Any
    got: Any


def play(case: Case) -> list[Difference]:
    """Every difference between what AWS recorded of a case and what the interpreter makes of it."""
    comparison = Comparison(Placeholders(case).tokens)
    return [each for answer in answers(case) for each in comparison.differences(*answer[1:], answer.key)]


def play_for_order(case: Case) -> list[Difference]:
    """Every object in a case's JSON texts whose keys AWS wrote in another order."""
    return [each for answer in answers(case) for each in orders(*answer[1:], answer.key)]


def answers(case: Case) -> Iterator[Answer]:
    """Plays a case and gives its answers, one for each row of a table or recorded response."""
    return _rows(case, case.table) if case.table else _steps(case)


class Run(NamedTuple):
    """An execution that a case started, by the ARN its steps call it."""

    arn: str
    result: asl.Result


# ------------------------------------------------------------------ tables


def _rows(case: Case, table: list[Row]) -> Iterator[Answer]:
    said = Placeholders(case)
    for number, row in enumerate(table):
        result = asl.simulate(
            said.fill(row.definition),
            row.input,
            account=ACCOUNT,
            region=REGION,
            role_arn=_ROLE,
            seed=number,
        )
        outcome = _outcome(result)
        got = normalise({"output": outcome.get("output", outcome.get("error"))})
        yield Answer(f"row {number}", {"output": row.expected_output}, got)


# ------------------------------------------------------------------ steps


def _steps(case: Case) -> Iterator[Answer]:
    said = Placeholders(case)
    machines: dict[str, Step] = {}
    runs: list[Run] = []
    for step in case.steps:
        if step.operation == "CreateStateMachine":
            machines[step.params["name"]] = step
        elif step.operation in {"StartExecution", "StartSyncExecution"}:
            runs.append(_run(case, step, machines[_machine_name(step)], said, len(runs)))
        for key in step.expect or ():
            answer = _answer(step, runs)
            if answer is not None and "Error" not in case.expected[key]:
                yield _ready(case, said, key, answer)
    for key in case.expected_without_step:
        recorded = case.expected[key]
        if is_history(recorded):
            yield _ready(case, said, key, {"events": list(runs[-1].result.history)})
        elif is_ending(recorded):
            yield _ready(case, said, key, _ending(runs[-1].result))


def _ready(case: Case, said: Placeholders, key: str, answer: dict[str, Any]) -> Answer:
    expected, got = said.recorded(case.expected[key]), normalise(answer, said.patterns)
    if is_history(expected):
        expected = {"events": expected["events"]}
        if case.unordered_parallel:
            expected, got = unordered(expected), unordered(got)
    elif is_ending(expected):
        expected = {member: value for member, value in expected.items() if member in _ENDING}
    else:
        expected = {member: value for member, value in expected.items() if member in _OUTCOME}
    return Answer(key, expected, got)


_ENDING = frozenset({"id", "previous_event_id", "type", "details"})
_OUTCOME = frozenset({"status", "output", "error", "cause"})
"""What an answer that describes an execution tells of the run; the rest is the API's own."""


def _run(case: Case, step: Step, created: Step, said: Placeholders, number: int) -> Run:
    definition = said.fill(created.params["definition"])
    text = said.fill(step.params.get("input", "{}"))
    if step.input_is_json:
        text = json.dumps(text)
    result = asl.simulate(
        asl.parse(json.dumps(definition) if created.definition_is_json else definition),
        json.loads(text),
        input_text=text,
        handlers={said.fill(name): lambdas.handler(each) for name, each in case.lambdas.items()},
        task_seconds={said.fill(name): each for name, each in lambdas.seconds(case.lambdas).items()},
        name=said.fill(execution_name(step)),
        machine_name=said.fill(created.params["name"]),
        role_arn=said.fill(created.params["roleArn"]),
        type=created.params.get("type", "STANDARD"),
        account=ACCOUNT,
        region=REGION,
        seed=number,
    )
    return Run((step.binds or {}).get("executionArn", ""), result)


def _machine_name(step: Step) -> str:
    """The machine's name in the ARN of a start, which may go on with a version or an alias."""
    name: str = step.params["stateMachineArn"].split(":")[6]
    return name


def _answer(step: Step, runs: list[Run]) -> dict[str, Any] | None:
    """What the API would answer of a run, or None where it answers of something else."""
    if step.operation == "StartSyncExecution":
        return _outcome(runs[-1].result)
    if step.operation not in {"GetExecutionHistory", "DescribeExecution"}:
        return None
    arn = step.params["executionArn"]
    # A case with one run may call it by an ARN of which no placeholder was made.
    result = next((run.result for run in runs if run.arn == arn), runs[-1].result)
    if step.operation == "DescribeExecution":
        return _outcome(result)
    events = list(result.history)
    return {"events": events[::-1] if step.params.get("reverseOrder") else events}


def _outcome(result: asl.Result) -> dict[str, Any]:
    outcome: dict[str, Any] = {"status": result.status}
    if result.status == "SUCCEEDED":
        outcome["output"] = dumps(result.output)
    outcome |= {"error": result.error} if result.error is not None else {}
    outcome |= {"cause": result.cause} if result.cause is not None else {}
    return outcome


def _ending(result: asl.Result) -> dict[str, Any]:
    """The last event as a log record writes it."""
    event = result.history[-1]
    details: Any = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
    return {
        "id": str(event["id"]),
        "previous_event_id": str(event["previousEventId"]),
        "type": event["type"],
        "details": details,
    }
