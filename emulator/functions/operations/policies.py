"""The resource policies of functions: kept and shown, and asked by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.jsontypes import dumps
from emulator.functions.caller import Caller
from emulator.functions.errors import ResourceConflictException, ResourceNotFoundException
from emulator.functions.names import Named
from emulator.records import FunctionRecord

if TYPE_CHECKING:
    from emulator.functions.service import Functions

Members = dict[str, Any]
_NONE = "The resource you requested does not exist."


def add_permission(functions: Functions, caller: Caller, members: Members) -> Members:
    """AddPermission."""
    place = caller.named(members["FunctionName"], members.get("Qualifier"))
    with functions.shelf.lock:
        record, resource = _found(functions, place)
        name = members["StatementId"]
        if any(each["Sid"] == name for each in _statements(record, resource)):
            text = (
                f"The statement id ({name}) provided already exists. "
                "Please provide a new statement id, or remove the existing statement."
            )
            raise ResourceConflictException(text)
        made = _statement(members, resource)
        record.policy = [*record.policy, made]
        functions.shelf.save(record)
    return {"Statement": dumps(made)}


def get_policy(functions: Functions, caller: Caller, members: Members) -> Members:
    """GetPolicy."""
    with functions.shelf.lock:
        record, resource = _found(functions, caller.named(members["FunctionName"], members.get("Qualifier")))
        statements = _statements(record, resource)
        if not statements:
            raise ResourceNotFoundException(_NONE)
        policy = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
        return {"Policy": dumps(policy), "RevisionId": record.latest.revision}


def remove_permission(functions: Functions, caller: Caller, members: Members) -> Members:
    """RemovePermission."""
    with functions.shelf.lock:
        record, resource = _found(functions, caller.named(members["FunctionName"], members.get("Qualifier")))
        gone = [each for each in _statements(record, resource) if each["Sid"] == members["StatementId"]]
        if not gone:
            text = f"Statement {members['StatementId']} is not found in resource policy."
            raise ResourceNotFoundException(text)
        record.policy = [each for each in record.policy if each not in gone]
        functions.shelf.save(record)
    return {}


def _found(functions: Functions, place: Named) -> tuple[FunctionRecord, str]:
    """The function, and the ARN that a policy of what was named is about."""
    record = functions.shelf.record(place)
    return record, f"{record.arn}:{place.qualifier}" if place.qualifier else record.arn


def _statements(record: FunctionRecord, resource: str) -> list[Members]:
    return [each for each in record.policy if each["Resource"] == resource]


def _statement(members: Members, resource: str) -> Members:
    principal = members["Principal"]
    kind = "Service" if principal.endswith((".amazonaws.com", ".amazonaws.com.cn")) else "AWS"
    conditions: Members = {}
    if "SourceArn" in members:
        conditions["ArnLike"] = {"AWS:SourceArn": members["SourceArn"]}
    if "SourceAccount" in members:
        conditions["StringEquals"] = {"AWS:SourceAccount": members["SourceAccount"]}
    made = {
        "Sid": members["StatementId"],
        "Effect": "Allow",
        "Principal": principal if principal == "*" else {kind: principal},
        "Action": members["Action"],
        "Resource": resource,
    }
    return {**made, "Condition": conditions} if conditions else made
