"""Which recorded cases are played with the other services."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from tests.conformance.api.cases import ApiCase
from tests.conformance.aws import corpus

AREAS = (
    "callback_task_token",
    "credentials",
    "error_handling",
    "express",
    "local_mocking",
    "map_distributed",
    "services_apigateway",
    "services_aws_sdk",
    "services_dynamodb",
    "services_events",
    "services_lambda",
    "services_sfn",
    "services_sns",
    "services_sqs",
    "timeouts",
)
"""Played as a whole, and beside them those cases of other areas that nobody else plays."""


OF_A_QUEUE = frozenset({"messages", "stepfunctions_events"})
"""Keys under which a test recorded what it found in its queue."""


class Resource(msgspec.Struct, frozen=True):
    """A request to another service that the recorded test made.

    Attributes:
        service: As boto3 calls it.
        operation: As AWS calls it.
        params: Its members.
        after_step: How many of the case's steps came before.
    """

    service: str
    operation: str
    params: dict[str, Any]
    after_step: int


class ServiceCase(ApiCase, frozen=True):
    """A recorded case with what was asked of other services.

    Attributes:
        resources: What, in order.
        placeholders: The tokens of its recorded answers.
    """

    resources: list[Resource] = []
    placeholders: list[str] = []


def mock_case(case: ServiceCase) -> str | None:
    """The test case of a mock configuration that a case's execution is started with."""
    arns = [str(step.params["stateMachineArn"]) for step in case.started()]
    return next((arn.partition("#")[2] for arn in arns if "#" in arn), None)


class _Entry(msgspec.Struct, frozen=True):
    path: str
    area: str
    id: str


@cache
def recorded() -> list[ServiceCase]:
    """All cases of these areas and those that nobody else plays, in the order of the index."""
    if corpus.missing():
        return []
    folder = corpus.folder()
    index = msgspec.json.decode((folder / "INDEX.json").read_bytes(), type=list[_Entry])
    others = _of_nobody()
    decoder = msgspec.json.Decoder(ServiceCase)
    chosen = [each for each in index if each.area in AREAS or each.id in others]
    return [decoder.decode((folder / each.path).read_bytes()) for each in chosen]


def _of_nobody() -> set[str]:
    """The cases that the other players leave out because they need a service, or its queue."""
    from tests.conformance.api import cases as of_the_api
    from tests.conformance.aws import selection

    left = {case.id for case in corpus.runs() if _named(selection.left_out_by(case), "other service")}
    left |= {
        case.id for case in of_the_api.recorded() if _named(of_the_api.left_out_by(case), "other service")
    }
    left |= {case.id for case in corpus.runs() if OF_A_QUEUE & {*case.expected_without_step}}
    return left - {case.id for case in of_the_api.played()}


def _named(rule: Any, name: str) -> bool:
    return rule is not None and rule.name == name
