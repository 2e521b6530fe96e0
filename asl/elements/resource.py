"""What a Task's Resource names: a Lambda function, an activity or a service integration."""

from __future__ import annotations

import re
from typing import Literal, cast

import msgspec

from asl.elements.integrations import recognised, similar
from asl.jsontypes import JSON
from asl.rules import table as rules
from asl.spec.fields import Reader

Pattern = Literal["request", "sync", "token"]

_ARN = re.compile(
    r"arn:(?P<partition>aws[\w-]*):(?P<service>[\w-]+):(?P<region>[\w-]*):(?P<account>[\w-]*):(?P<rest>.+)"
)
_INTEGRATION = re.compile(
    r"(?P<service>(?:aws-sdk:)?[\w-]+):(?P<action>\w+)(?:\.(?P<pattern>sync(?::2)?|waitForTaskToken))?"
)
_PATTERNS = {None: "request", "sync": "sync", "sync:2": "sync", "waitForTaskToken": "token"}


class Resource(msgspec.Struct, frozen=True):
    """A Task's Resource, taken apart.

    Attributes:
        text: As written; its event and its error texts show it so.
        family: Which events its tasks write, a key of `asl.history.TASK_EVENTS`.
        service: ``lambda``, ``activity``, or the integration's service as in ``resourceType``.
        action: The integration's action with its pattern, as in ``resource``; else the name.
        pattern: ``request``, ``sync`` or ``token``.
    """

    text: str
    family: str
    service: str
    action: str
    pattern: Pattern

    @property
    def is_foreign(self) -> bool:
        """Whether it is another service's own ARN, as the specification's examples have it."""
        return self.family == "task" and not _STATES.match(self.text)

    @property
    def has_token(self) -> bool:
        """Whether its tasks have a task token, in the context object too (recorded for .sync as well)."""
        return self.pattern != "request" or self.family == "activity"

    @property
    def limit_name(self) -> str:
        """What States.DataLimitExceeded calls it: the service, or a direct Lambda ARN (recorded)."""
        return self.service if self.family == "task" else self.text


def resource(text: str) -> Resource | None:
    """The resource that an ARN names, or None if it is none that a Task can call.

    The region and account in it are not looked at: whoever runs the task decides what answers.
    """
    match = _ARN.fullmatch(text)
    if match is None:
        return None
    service, rest = match["service"], match["rest"]
    kind, _, name = rest.partition(":")
    if (service, kind) == ("lambda", "function") and name.split(":")[0]:
        return Resource(text, "lambda", "lambda", name.split(":")[0], "request")
    if (service, kind) == ("states", "activity") and name:
        return Resource(text, "activity", "activity", name, "request")
    if service == "states" and not match["region"] and not match["account"]:
        return _integration(text, rest)
    if service not in ("lambda", "states"):
        return Resource(text, "task", service, rest, "request")
    return None


def _integration(text: str, rest: str) -> Resource | None:
    match = _INTEGRATION.fullmatch(rest)
    if match is None or match["service"] == "aws-sdk":
        return None
    pattern = cast(Pattern, _PATTERNS[match["pattern"]])
    action = match["action"] + (f".{match['pattern']}" if match["pattern"] else "")
    return Resource(text, "task", match["service"], action, pattern)


class ResourceArn(msgspec.Struct, frozen=True):
    """The ARN of something that a Task can call."""

    def read(self, value: JSON, reader: Reader) -> Resource | None:
        if not isinstance(value, str):
            reader.problem(rules.WRONG_TYPE, "Expected value of type String")
            return None
        found = resource(value)
        if found is None:
            reader.problem(rules.RESOURCE, "Value is not a valid resource ARN")
        elif found.family == "task":
            _look_up(found, reader)
        return found

    def schema(self) -> dict[str, JSON]:
        return {"type": "string", "pattern": "^arn:"}


def _look_up(found: Resource, reader: Reader) -> None:
    """Tells of an integration that AWS does not have (text recorded), and of other services' ARNs."""
    if found.is_foreign:
        message = f"Tasks do not call '{found.service}' by its own ARN"
        reader.problem(rules.OTHER_SERVICE, message)
        return
    action, _, pattern = found.action.partition(".")
    if not recognised(found.service, action, pattern):
        reader.problem(
            rules.INTEGRATION,
            f"The resource provided {found.text} is not recognized. The value is not a valid resource ARN, "
            "or the resource is not available in this region.",
            similar(found.service, action),
        )


_STATES = re.compile(r"arn:[^:]*:states:")
