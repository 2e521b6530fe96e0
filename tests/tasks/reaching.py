"""What the tests of service integrations share: calls, moto in process, and services that follow a script."""

from __future__ import annotations

import json
from typing import Any

from botocore.config import Config

from asl.handlers import Answer
from asl.signals import RunTask
from emulator.clients import client
from emulator.services import Services
from emulator.tasks.backends import ServiceBackends
from emulator.tasks.call import Call, Place
from emulator.tasks.table import integration
from emulator.transport import Request, Response, answered_in_process

ACCOUNT = "123456789012"
REGION = "us-east-1"
NOW = 1_767_225_600_000
"""2026-01-01T00:00:00Z in milliseconds."""
EXECUTION = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:shop:one"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:shop"
PLACE = Place(EXECUTION, "shop", f"arn:aws:iam::{ACCOUNT}:role/own", REGION, ACCOUNT)

MOTO = Services()


def moto(**endpoints: str) -> ServiceBackends:
    """Backends on moto in this process, but for services that have an endpoint."""
    own: Any = None
    return ServiceBackends(endpoints, {}, MOTO.answer, lambda: "http://localhost:8083", own)


def called(resource: str, parameters: Any, backends: Any, **task: Any) -> Call:
    """A task on ``arn:aws:states:::`` and the resource."""
    service, _, action = resource.rpartition(":")
    if resource.endswith("sync:2"):
        service, action = resource.removesuffix(":2").rpartition(":")[0], "startExecution.sync:2"
    patterns = {"sync": "sync", "waitForTaskToken": "token"}
    pattern: Any = patterns.get(action.partition(".")[2].partition(":")[0], "request")
    whole = f"arn:aws:states:::{resource}"
    run = RunTask("1.0", "S", whole, service, action, pattern, parameters, **task)
    return Call(run, NOW, PLACE, backends)


def answered(resource: str, parameters: Any, backends: Any, **task: Any) -> Answer:
    """What the integration of a resource answers."""
    call = called(resource, parameters, backends, **task)
    run = integration(call.task)
    assert run is not None
    return run(call)


def told(resource: str, parameters: Any, backends: Any, **task: Any) -> Any:
    """The one signal that it answers."""
    (signal,) = answered(resource, parameters, backends, **task).signals
    return signal


class Script:
    """Backends on which every service gives prepared answers, one after the other.

    Attributes:
        asked: The operation or path and the body of each request.
    """

    own = None

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Any]] = []

    def client(self, service: str, region: str, account: str) -> Any:
        made = client(service, "http://localhost:1", region_name=region, config=QUICK)
        made._endpoint = answered_in_process(made._endpoint, self._answer)
        return made

    def endpoint(self, service: str) -> str | None:
        return None

    def _answer(self, request: Request) -> Response:
        target = request.headers.get("x-amz-target", "").rpartition(".")[2] or request.url
        self.asked.append((target, json.loads(request.body or b"null")))
        answer = self.answers.pop(0)
        if isinstance(answer, Response):
            return answer
        headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "id-1"}
        return Response(200, headers, json.dumps(answer).encode())


QUICK = Config(retries={"total_max_attempts": 1}, read_timeout=0.05, connect_timeout=0.5)


def refusal(code: str, message: str = "No.", status: int = 400) -> Response:
    """An error of a service that speaks JSON."""
    body = json.dumps({"__type": code, "message": message}).encode()
    return Response(status, {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "id-1"}, body)


class At:
    """Backends on which every service is at one URL."""

    own = None

    def __init__(self, url: str) -> None:
        self.url = url

    def client(self, service: str, region: str, account: str) -> Any:
        return client(service, self.url, region_name=region, config=QUICK)

    def endpoint(self, service: str) -> str | None:
        return self.url
