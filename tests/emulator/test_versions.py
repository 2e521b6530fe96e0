"""Versions of state machines, as recorded on AWS where a test does not say otherwise."""

from __future__ import annotations

import pytest

from emulator.api.operations.starts import resolved
from emulator.api.operations.versions import MAX_VERSIONS
from tests.emulator.shared import PASS, Refused, call, created, emulated

OTHER = PASS.replace('"P"', '"Q"')


@pytest.fixture
def emulator():
    with emulated() as made:
        yield made


def publish(emulator, arn, **members):
    return call(emulator, "PublishStateMachineVersion", stateMachineArn=arn, **members)


def update(emulator, arn, definition=OTHER, **members):
    return call(emulator, "UpdateStateMachine", stateMachineArn=arn, definition=definition, **members)


def numbers(emulator, arn):
    listed = call(emulator, "ListStateMachineVersions", stateMachineArn=arn)["stateMachineVersions"]
    return [int(each["stateMachineVersionArn"].rpartition(":")[2]) for each in listed]


def refused(emulator, operation, **members):
    with pytest.raises(Refused) as caught:
        call(emulator, operation, **members)
    return caught.value.code, caught.value.message


def test_a_revision_is_published_once(emulator):
    arn = created(emulator)
    first = publish(emulator, arn)
    assert first == {"stateMachineVersionArn": arn + ":1", "creationDate": 1_767_225_600.0}
    emulator.clock.advance(emulator.clock.now() + 1000)
    assert publish(emulator, arn, description="other") == first
    assert update(emulator, arn, PASS, publish=True) == {
        "updateDate": 1_767_225_600.0,
        "stateMachineVersionArn": arn + ":1",
    }
    assert numbers(emulator, arn) == [1]


def test_a_version_keeps_what_it_was(emulator):
    arn = created(emulator)
    publish(emulator, arn, description="first")
    emulator.clock.advance(emulator.clock.now() + 1000)
    second = update(emulator, arn, publish=True, versionDescription="second")
    told = call(emulator, "DescribeStateMachine", stateMachineArn=arn + ":1")
    assert (told["stateMachineArn"], told["definition"], told["description"]) == (arn + ":1", PASS, "first")
    assert "revisionId" not in told
    told = call(emulator, "DescribeStateMachine", stateMachineArn=arn + ":2")
    assert (told["definition"], told["description"]) == (OTHER, "second")
    assert (told["revisionId"], told["creationDate"]) == (second["revisionId"], 1_767_225_601.0)
    assert "description" not in call(emulator, "DescribeStateMachine", stateMachineArn=arn)
    assert numbers(emulator, arn) == [2, 1]


def test_a_number_is_never_used_again(emulator):
    arn = created(emulator, publish=True)
    update(emulator, arn, publish=True)
    for _ in range(2):
        assert call(emulator, "DeleteStateMachineVersion", stateMachineVersionArn=arn + ":2") == {}
    assert publish(emulator, arn)["stateMachineVersionArn"] == arn + ":3"
    assert numbers(emulator, arn) == [3, 1]


def test_publishing_can_be_held_to_a_revision(emulator):
    arn = created(emulator)
    assert publish(emulator, arn, revisionId="INITIAL")["stateMachineVersionArn"] == arn + ":1"
    old = update(emulator, arn)["revisionId"]
    new = update(emulator, arn, PASS)["revisionId"]
    assert refused(emulator, "PublishStateMachineVersion", stateMachineArn=arn, revisionId=old) == (
        "ConflictException",
        f"Failed to publish the State Machine version for revision {old}. "
        f"The current State Machine revision is {new}.",
    )
    assert publish(emulator, arn, revisionId=new)["stateMachineVersionArn"] == arn + ":2"


def test_a_version_is_what_a_start_by_its_arn_runs(emulator):
    arn = created(emulator, publish=True)
    update(emulator, arn)
    assert resolved(emulator, arn).revision.definition == OTHER
    start = resolved(emulator, arn + ":1")
    assert (start.revision.definition, start.version_arn, start.alias_arn) == (PASS, arn + ":1", None)
    missing = ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}:2'")
    assert refused(emulator, "StartExecution", stateMachineArn=arn + ":2") == missing
    assert refused(emulator, "DescribeStateMachine", stateMachineArn=arn + ":2") == missing


def test_a_machine_has_so_many_versions(emulator):
    arn = created(emulator, publish=True)
    record = emulator.machines[arn]
    record.versions = dict.fromkeys(range(1, MAX_VERSIONS + 1), record.versions[1])
    assert publish(emulator, arn)["stateMachineVersionArn"] == arn + ":1"
    assert refused(
        emulator, "UpdateStateMachine", stateMachineArn=arn, definition=OTHER, publish=True
    )[0] == "ServiceQuotaExceededException"  # fmt: skip


def test_only_a_version_is_deleted_as_one(emulator):
    arn = created(emulator, publish=True)
    assert refused(emulator, "DeleteStateMachineVersion", stateMachineVersionArn=arn)[0] == (
        "ValidationException"
    )
    assert refused(emulator, "PublishStateMachineVersion", stateMachineArn="x") == (
        "InvalidArn",
        "Invalid Arn: 'Invalid ARN prefix: x'",
    )
    assert call(emulator, "DeleteStateMachineVersion", stateMachineVersionArn=arn + "2:1") == {}
