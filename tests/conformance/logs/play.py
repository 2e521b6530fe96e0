"""Plays a recorded case with a log group, and reads what was written into it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import msgspec

from emulator import Emulator, Settings
from emulator.notices.notices import Notices
from tests.conformance.aws import corpus, lambdas
from tests.conformance.aws.compare import Comparison, Difference
from tests.conformance.aws.corpus import Case, Step
from tests.conformance.aws.normalise import ACCOUNT, REGION, normalise
from tests.conformance.aws.placeholders import Placeholders, execution_name
from tests.emulator.shared import ROLE, Refused, call, emulated, settled
from tests.tasks.other_services import OtherServices

AREAS = ("express", "logs")
KEYS = ("logged_execution_events", "end_event")
GROUP = "/aws/vendedlogs/states/played"


class LogCase(Case, frozen=True):
    """A recorded case and what its test asked of other services."""

    resources: list[dict[str, Any]] = []


class _Entry(msgspec.Struct, frozen=True):
    path: str
    area: str


@cache
def cases() -> list[LogCase]:
    """The cases whose state machines log, in the order of the index; none without recordings."""
    if corpus.missing():
        return []
    folder = corpus.folder()
    index = msgspec.json.decode((folder / "INDEX.json").read_bytes(), type=list[_Entry])
    decoder = msgspec.json.Decoder(LogCase)
    found = (decoder.decode((folder / each.path).read_bytes()) for each in index if each.area in AREAS)
    return [each for each in found if any("loggingConfiguration" in step.params for step in each.steps)]


def play(case: LogCase) -> list[Difference]:
    """Every difference between the recorded log records of a case and the emulator's.

    Where none are recorded, because the test looked for none, there have to be none.
    """
    said = Placeholders(case)
    got = [normalise(each, said.patterns) for each in written(case, said)]
    comparison = Comparison(said.tokens)
    key = next((each for each in KEYS if each in case.expected), None)
    expected = [] if key is None else said.recorded(case.expected[key])
    if key == "end_event":
        expected, got = [expected], got[-1:]
    return list(comparison.differences(expected, got, key or "nothing"))


def written(case: LogCase, said: Placeholders) -> list[dict[str, Any]]:
    """The records that the emulator writes for a case, their instants blanked as recorded."""
    handlers = {said.fill(name): lambdas.handler(each) for name, each in case.lambdas.items()}
    services = OtherServices()
    with emulated(settings=Settings(account=ACCOUNT), handlers=handlers) as emulator:
        notices = listening(emulator, services)
        logs = services.client("logs", REGION, ACCOUNT)
        group = said.fill("log_group_name")
        logs.create_log_group(logGroupName=group)
        for step in case.steps:
            _asked(emulator, step, said)
        settled(emulator)
        notices.worker.flush()
        notices.close()
        records = read(logs, group)
        services.services.reset()
    for each in records:
        assert each["event_timestamp"].isdigit()
        each["event_timestamp"] = "timestamp"
    return records


def listening(emulator: Emulator, services: OtherServices) -> Notices:
    """Notices of an emulator's executions, as the emulator itself takes them."""
    notices = Notices(services, lambda: True, lambda running: {})
    emulator.engine.on_began = notices.began
    emulator.engine.on_closed = notices.closed
    return notices


def read(logs: Any, group: str) -> list[dict[str, Any]]:
    """The records of a log group, in the order in which they were written."""
    streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    names = [each["logStreamName"] for each in streams]
    told = [
        event
        for name in names
        for event in logs.get_log_events(logGroupName=group, logStreamName=name, startFromHead=True)["events"]
    ]
    return [json.loads(each["message"]) for each in told]


def _asked(emulator: Emulator, step: Step, said: Placeholders) -> None:
    if step.operation not in ("CreateStateMachine", "StartExecution"):
        return
    members = said.fill(step.params)
    for name, is_json in (("definition", step.definition_is_json), ("input", step.input_is_json)):
        if is_json:
            members[name] = json.dumps(members[name])
    if step.operation == "StartExecution" and "name" not in members:
        name = said.fill(execution_name(step))
        members |= {} if "<" in name else {"name": name}
    call(emulator, step.operation, **members)
    settled(emulator)


def refusal_without_a_group(recorded: dict[str, Any]) -> dict[str, str]:
    """The refusal of a case's first request, in the recorded form, where its log group is not there."""
    (step,) = recorded["steps"]
    members = {**step["params"], "definition": json.dumps(step["params"]["definition"]), "roleArn": ROLE}
    with emulated(settings=Settings(account=ACCOUNT)) as emulator:
        emulator.backends.client("logs", REGION, ACCOUNT).describe_log_groups()
        try:
            call(emulator, step["operation"], **members)
        except Refused as refused:
            text = f"An error occurred ({refused.code}) when calling the {step['operation']} operation: "
            return {"exception_typename": refused.code, "exception_value": text + refused.message}
    return {}
