"""Tags of state machines and activities: set, taken off, listed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from emulator import arns, constraints
from emulator.api.caller import Caller
from emulator.api.operations.starts import present
from emulator.errors import ResourceNotFound, TooManyTags, ValidationException
from emulator.records import ActivityRecord, StateMachineRecord, Tags

if TYPE_CHECKING:
    from emulator.app import Emulator

MAX_TAGS = 50
_ALLOWED = re.compile(r"[\w\s.:/=+\-@]*")


def checked_tags(given: list[dict[str, str]], arn: str, existing: Tags | None = None) -> Tags:
    """The tags of something once a request's have been added to those that it has.

    Args:
        given: The request's ``tags``.
        arn: What they are for.
        existing: Those that it has.

    Raises:
        ValidationException: One has a key or a value that AWS does not take. The rules are AWS's
            reference's, the texts are ours.
        TooManyTags: They are more than 50.
    """
    tags = dict(existing or {})
    for index, each in enumerate(given):
        key, value = each.get("key"), each.get("value", "")
        if key is None:
            absent = constraints.absent(f"tags.{index + 1}.member.key")
            raise ValidationException(constraints.detected([absent]))
        if key.lower().startswith("aws:"):
            raise ValidationException(f"Tag keys that begin with 'aws:' are reserved: '{key}'")
        if not (_ALLOWED.fullmatch(key) and _ALLOWED.fullmatch(value)):
            raise ValidationException(
                "Tags may only contain unicode letters, digits, white space, or these symbols: "
                f"_ . : / = + - @. Received: '{key}': '{value}'"
            )
        tags[key] = value
    if len(tags) > MAX_TAGS:
        raise TooManyTags(f"A resource can have at most {MAX_TAGS} tags: '{arn}'", resourceName=arn)
    return tags


def _tagged(emulator: Emulator, arn: str) -> StateMachineRecord | ActivityRecord:
    """What an ARN names.

    Raises:
        InvalidArn: Such things have no tags.
        ResourceNotFound: There is none. The text is from memory, not recorded.
    """
    parsed = arns.parse(arn, "stateMachine", "activity")
    record = emulator.activities.get(arn) if parsed.kind == "activity" else present(emulator, arn)
    if record is None:
        raise ResourceNotFound(f"Resource not found: '{arn}'", resourceName=arn)
    return record


async def tag_resource(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """TagResource: a key that is there gets the new value."""
    arn = members["resourceArn"]
    record = _tagged(emulator, arn)
    record.tags = checked_tags(members["tags"], arn, record.tags)
    await emulator.saved(record)
    return {}


async def untag_resource(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """UntagResource: keys that are not there do not matter (recorded)."""
    record = _tagged(emulator, members["resourceArn"])
    record.tags = {key: value for key, value in record.tags.items() if key not in members["tagKeys"]}
    await emulator.saved(record)
    return {}


async def list_tags_for_resource(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """ListTagsForResource."""
    record = _tagged(emulator, members["resourceArn"])
    return {"tags": [{"key": key, "value": value} for key, value in record.tags.items()]}
