"""Mocked cases played once more without their mocks, on the services that the mocks stood for."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from tests.conformance.aws.corpus import Behaviour, Step
from tests.conformance.services.cases import Resource, ServiceCase, mock_case

SUFFIX = " without mocks"

_TABLE = Resource(
    "dynamodb",
    "CreateTable",
    {
        "TableName": "table-name",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    },
    0,
)
_ECHO = {"lambda_function_name": Behaviour("echo")}

LOST: Mapping[str, tuple[list[Resource], dict[str, Behaviour]]] = {
    "TestBaseScenarios_test_dynamodb_put_get_item-4a880d19": ([_TABLE], {}),
    "TestBaseScenarios_test_events_put_events-6b6fdcc3": ([], {}),
    "TestBaseScenarios_test_lambda_invoke-36a7a3c6": ([], _ECHO),
    "TestBaseScenarios_test_lambda_service_invoke-b6b502eb": ([], _ECHO),
    "TestBaseScenarios_test_lambda_service_invoke_sync_execution-c30d9ac0": ([], _ECHO),
}
"""What each case called on AWS, which its recording does not tell and its answers do.

What the others called, a queue with somebody who answers its messages and a state machine, goes by words
in theirs that are no address.
"""


def unmocked(case: ServiceCase) -> ServiceCase | None:
    """A mocked case without its mocks; None of one that has none, or that can only be played with them."""
    if mock_case(case) is None or case.id not in LOST:
        return None
    resources, functions = LOST[case.id]
    steps = [_without_test_case(step) for step in case.steps]
    return replace(case, id=case.id + SUFFIX, steps=steps, resources=resources, lambdas=functions)


def _without_test_case(step: Step) -> Step:
    params = dict(step.params)
    if "stateMachineArn" in params:
        params["stateMachineArn"] = params["stateMachineArn"].partition("#")[0]
    return replace(step, params=params)
