"""What AWS answered to tasks that call an API, played against the emulated API Gateway."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import msgspec
import pytest

from emulator import Settings
from tests.conformance.aws import corpus
from tests.conformance.aws.compare import Comparison
from tests.conformance.aws.normalise import ACCOUNT, REGION, normalise
from tests.conformance.aws.placeholders import Placeholders, execution_name
from tests.emulator.shared import call, emulated, run
from tests.tasks.http_server import Service, payload
from tests.tasks.other_services import OtherServices

if reason := corpus.missing():
    pytest.skip(reason, allow_module_level=True)
pytest.importorskip("moto")

NOT_COMPARED = {"Content-Length"}
"""The spaces in the answer are the function's; who recorded it does not compare it either."""


class GatewayCase(corpus.Case, frozen=True):
    resources: list[dict[str, Any]] = []
    placeholders: list[str] = []


@cache
def cases() -> dict[str, GatewayCase]:
    decoder = msgspec.json.Decoder(GatewayCase)
    files = sorted((corpus.folder() / "cases" / "services_apigateway").glob("*.json"))
    return {each.stem: decoder.decode(each.read_bytes()) for each in files}


@pytest.mark.parametrize("case_id", cases())
def test_as_recorded(case_id: str) -> None:
    case = cases()[case_id]
    said = Placeholders(case)
    expected = said.recorded(case.expected["get_execution_history"]["events"])
    got = normalise(history(case, said))
    tokens = said.tokens | {each for each in case.placeholders if each != "<region>"}
    found = list(Comparison(tokens).differences(*map(comparable, (expected, got)), "events"))
    assert not found, "\n".join(map(str, found))


def comparable(value: Any) -> Any:
    """Headers whose values vary were recorded as one word each, without their lists."""
    if isinstance(value, list):
        return [comparable(each) for each in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("Headers"), dict):
        constant = ("Connection", "Content-Type", "X-Cache")
        headers = {
            name: each if name in constant else (each[0] if isinstance(each, list) else each)
            for name, each in value["Headers"].items()
            if name not in NOT_COMPARED
        }
        value = {**value, "Headers": headers}
    return {name: comparable(each) for name, each in value.items()}


def history(case: GatewayCase, said: Placeholders) -> list[dict[str, Any]]:
    services = OtherServices(
        **{"lambda": Service(invoke=lambda FunctionName, Payload: payload(json.loads(Payload)))}
    )
    ids = built(case, services.client("apigateway", REGION, ACCOUNT))
    created, started, _ = case.steps
    with emulated(settings=Settings(account=ACCOUNT)) as emulator:
        emulator.backends = services  # type: ignore[assignment]
        members = said.fill(created.params)
        call(emulator, "CreateStateMachine", **{**members, "definition": json.dumps(members["definition"])})
        given = json.dumps(started.params["input"])
        for old, new in ids.items():
            given = given.replace(old, new)
        arn = call(
            emulator,
            "StartExecution",
            stateMachineArn=said.fill(started.params["stateMachineArn"]),
            name=said.fill(execution_name(started)),
            input=given,
        )["executionArn"]
        run(emulator, emulator.executions[arn].closed.wait())
        events = call(emulator, "GetExecutionHistory", executionArn=arn)["events"]
    services.services.reset()
    for each in events:
        each["timestamp"] = "timestamp"
    return events


def built(case: GatewayCase, client: Any) -> dict[str, str]:
    """Makes the API as the recorded test did; the ids that it had, and those that it has now."""
    api = next(each["params"]["restApiId"] for each in case.resources if "restApiId" in each["params"])
    ids: dict[str, str] = {}
    made: dict[str, Any] = {}
    for each in case.resources:
        operation, params = each["operation"], each["params"]
        if each["after_step"]:
            continue
        if operation == "CreateResource":
            (root,) = client.get_resources(restApiId=ids[api])["items"]
            ids[params["parentId"]] = root["id"]
        elif operation == "PutMethod":
            ids[params["resourceId"]] = made["id"]
        name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation)[1:]
        made = getattr(client, name)(**{key: ids.get(str(value), value) for key, value in params.items()})
        if operation == "CreateRestApi":
            ids[api] = made["id"]
    return ids
