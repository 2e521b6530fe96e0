"""What a recorded test asked of other services, asked again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore import xform_name

from tests.conformance.services.cases import Resource, ServiceCase

_LOOKS_ON = re.compile("(Get|List|Describe|Delete|Remove)")
"""Requests that only looked, or cleaned up after the test; each case has services of its own here."""

_ABSENT = re.compile(r".*(ResourceNotFoundException|\.NotFoundException)")
"""Errors that say that what a request names is not there."""


class Resources:
    """The resources of a case, made as its steps go on.

    Attributes:
        ids: What services now call what the recording calls otherwise.
        queue: The name of the queue that was made last.
    """

    def __init__(self, case: ServiceCase, fill: Callable[[Any], Any], client: Callable[[str], Any]) -> None:
        self._left = [] if _nothing_is_there(case) else list(case.resources)
        self._fill = fill
        self._client = client
        self._api: Mapping[str, Any] = {}
        self.ids: dict[str, str] = {}
        self.queue = ""

    def before(self, number: int) -> None:
        """Makes what the recorded test had made before the step of a number."""
        while self._left and self._left[0].after_step <= number:
            each = self._left.pop(0)
            if not _LOOKS_ON.match(each.operation):
                self._make(each)

    def _make(self, each: Resource) -> None:
        client = self._client(each.service)
        params = self._fill(each.params)
        if each.operation == "CreateResource":
            self.ids[params["restApiId"]] = self._api["id"]
            self.ids[params["parentId"]] = client.get_resources(restApiId=self._api["id"])["items"][0]["id"]
        elif each.operation == "PutMethod":
            self.ids[params["resourceId"]] = self._api["id"]
        given = {key: self.ids.get(str(value), value) for key, value in params.items()}
        answer = getattr(client, xform_name(each.operation))(**given)
        if each.service == "apigateway":
            self._api = answer
        if each.operation == "CreateQueue":
            self.queue = params["QueueName"]

    def messages(self) -> list[Any]:
        """What lies in the queue, read as JSON, each message once."""
        client = self._client("sqs")
        asked = {"QueueUrl": client.get_queue_url(QueueName=self.queue)["QueueUrl"], "WaitTimeSeconds": 0}
        found: list[Any] = []
        while told := client.receive_message(MaxNumberOfMessages=10, **asked).get("Messages"):
            found += [json.loads(each["Body"]) for each in told]
        return found

    def object_found(self, case: ServiceCase) -> dict[str, Any]:
        """What S3 answers to the test's request for the object that a task put."""
        asked = next(each.params for each in case.resources if each.operation == "GetObject")
        answer = self._client("s3").get_object(**self._fill(asked))
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        metadata = {"HTTPHeaders": {}, "HTTPStatusCode": status}
        return {**answer, "Body": answer["Body"].read().decode(), "ResponseMetadata": metadata}


def _nothing_is_there(case: ServiceCase) -> bool:
    """Whether AWS said that something was not there whose name the recording merged with what was made."""
    return any(_ABSENT.match(name) for answer in case.expected.values() for name in _errors(answer))


def _errors(answer: Any) -> list[str]:
    events = answer.get("events", ()) if isinstance(answer, dict) else ()
    details = (each for event in events for key, each in event.items() if key.endswith("FailedEventDetails"))
    return [str(each.get("error")) for each in details]
