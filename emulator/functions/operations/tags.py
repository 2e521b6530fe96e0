"""Tags of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.functions.caller import Caller

if TYPE_CHECKING:
    from emulator.functions.service import Functions

Members = dict[str, Any]


def tag_resource(functions: Functions, caller: Caller, members: Members) -> Members:
    """TagResource."""
    with functions.shelf.lock:
        record = functions.shelf.record(caller.named(members["Resource"]))
        record.tags = {**record.tags, **members["Tags"]}
        functions.shelf.save(record)
    return {}


def untag_resource(functions: Functions, caller: Caller, members: Members) -> Members:
    """UntagResource."""
    with functions.shelf.lock:
        record = functions.shelf.record(caller.named(members["Resource"]))
        record.tags = {name: each for name, each in record.tags.items() if name not in members["TagKeys"]}
        functions.shelf.save(record)
    return {}


def list_tags(functions: Functions, caller: Caller, members: Members) -> Members:
    """ListTags."""
    with functions.shelf.lock:
        return {"Tags": functions.shelf.record(caller.named(members["Resource"])).tags}
