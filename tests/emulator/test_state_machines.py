"""State machines: created, described, updated, deleted; texts and defaults as recorded on AWS."""

from __future__ import annotations

import json

import pytest

from tests.emulator.shared import ASK, PASS, ROLE, WAIT, Refused, call, created, emulated, settled

OTHER = PASS.replace('"P"', '"Q"')
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/m:*"
DESTINATION = {"cloudWatchLogsLogGroup": {"logGroupArn": GROUP}}
ABSENT = "arn:aws:states:us-east-1:123456789012:stateMachine:absent"


@pytest.fixture
def emulator():
    with emulated() as made:
        yield made


def refused(emulator, operation, **members):
    with pytest.raises(Refused) as caught:
        call(emulator, operation, **members)
    return caught.value.code, caught.value.message


def create(emulator, **members):
    return call(
        emulator, "CreateStateMachine", **{"name": "m", "definition": PASS, "roleArn": ROLE, **members}
    )


def create_refused(emulator, **members):
    return refused(
        emulator, "CreateStateMachine", **{"name": "m", "definition": PASS, "roleArn": ROLE, **members}
    )


def describe(emulator, arn, **members):
    return call(emulator, "DescribeStateMachine", stateMachineArn=arn, **members)


def update(emulator, arn, **members):
    return call(emulator, "UpdateStateMachine", stateMachineArn=arn, **members)


# ------------------------------------------------------------------ create


def test_a_new_state_machine_has_the_recorded_defaults(emulator):
    answer = create(emulator)
    assert answer == {
        "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m",
        "creationDate": 1_767_225_600.0,
    }
    assert describe(emulator, answer["stateMachineArn"]) == {
        **answer,
        "name": "m",
        "status": "ACTIVE",
        "type": "STANDARD",
        "definition": PASS,
        "roleArn": ROLE,
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
        "tracingConfiguration": {"enabled": False},
    }


def test_the_same_creation_again_answers_the_first(emulator):
    first = create(emulator, tags=[{"key": "a", "value": "1"}])
    emulator.clock.advance(emulator.clock.now() + 5000)
    assert create(emulator, roleArn=ROLE + "2", tags=[]) == first
    assert describe(emulator, first["stateMachineArn"])["roleArn"] == ROLE


@pytest.mark.parametrize(
    "change",
    [
        {"definition": OTHER},
        {"definition": json.dumps(json.loads(PASS), indent=2)},
        {"type": "EXPRESS"},
        {"tracingConfiguration": {"enabled": True}},
        {"loggingConfiguration": {"level": "ALL", "destinations": [DESTINATION]}},
        {"encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "alias/k"}},
        {"publish": True},
    ],
)
def test_another_creation_by_the_same_name_is_refused(emulator, change):
    arn = create(emulator)["stateMachineArn"]
    assert create_refused(emulator, **change) == (
        "StateMachineAlreadyExists",
        f"State Machine Already Exists: '{arn}'",
    )


def test_publishing_is_part_of_what_a_repetition_has_to_ask_for(emulator):
    first = create(emulator, publish=True, versionDescription="one")
    assert first["stateMachineVersionArn"] == first["stateMachineArn"] + ":1"
    assert create(emulator, publish=True, versionDescription="one") == first
    assert create_refused(emulator, publish=True)[0] == "StateMachineAlreadyExists"


def test_a_description_needs_a_version(emulator):
    assert create_refused(emulator, versionDescription="one") == (
        "ValidationException",
        "Version description can only be set when publish is true",
    )


@pytest.mark.parametrize("role", ["role", "arn:aws:iam::aws:policy/X", "arn:aws:iam::12:role/x"])
def test_a_role_is_an_arn_of_a_role(emulator, role):
    assert create_refused(emulator, roleArn=role) == ("InvalidArn", f"Invalid Role Arn: '{role}'")


def test_a_refused_definition_says_why_and_leaves_nothing(emulator):
    code, message = create_refused(emulator, definition='{"StartAt":"P"}')
    assert code == "InvalidDefinition"
    assert message.startswith("Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ")
    assert emulator.machines == {}


# ------------------------------------------------------------------ configurations

ONE = "Invalid Logging Configuration: Must specify exactly one Log Destination."


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, {"level": "OFF", "includeExecutionData": False}),
        ({"destinations": []}, {"level": "OFF", "includeExecutionData": False, "destinations": []}),
        (
            {"level": "FATAL", "destinations": [DESTINATION]},
            {"level": "FATAL", "includeExecutionData": False, "destinations": [DESTINATION]},
        ),
    ],
)
def test_a_logging_configuration_is_told_in_full(emulator, given, told):
    arn = create(emulator, loggingConfiguration=given)["stateMachineArn"]
    assert describe(emulator, arn)["loggingConfiguration"] == told


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"level": "ALL"}, ONE),
        ({"level": "ALL", "destinations": []}, ONE),
        ({"level": "ALL", "destinations": [DESTINATION, DESTINATION]}, ONE),
        (
            {"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": "x"}}]},
            "Invalid Logging Configuration: Log Destination not found.",
        ),
        (
            {"level": "ALL", "destinations": [{}]},
            "Invalid Logging Configuration: Log Destination not found.",
        ),
    ],
)
def test_logging_needs_exactly_one_destination(emulator, given, text):
    assert create_refused(emulator, loggingConfiguration=given) == ("InvalidLoggingConfiguration", text)


def test_a_key_of_ones_own_is_told_with_its_period(emulator):
    given = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "alias/k"}
    arn = create(emulator, encryptionConfiguration=given)["stateMachineArn"]
    told = describe(emulator, arn)["encryptionConfiguration"]
    assert told == {**given, "kmsDataKeyReusePeriodSeconds": 300}


@pytest.mark.parametrize(
    "given", [{"type": "CUSTOMER_MANAGED_KMS_KEY"}, {"type": "AWS_OWNED_KEY", "kmsKeyId": "alias/k"}]
)
def test_a_key_belongs_to_the_type_that_has_one(emulator, given):
    assert create_refused(emulator, encryptionConfiguration=given)[0] == "InvalidEncryptionConfiguration"


# ------------------------------------------------------------------ describe


def test_variables_that_states_read_are_told(emulator):
    states = {
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
        "B": {"Type": "Pass", "InputPath": "$x", "End": True},
    }
    arn = created(emulator, json.dumps({"StartAt": "A", "States": states}))
    assert describe(emulator, arn)["variableReferences"] == {"B": ["x"]}
    without = describe(emulator, arn, includedData="METADATA_ONLY")
    assert without["definition"] == "{}"
    assert "variableReferences" not in without


@pytest.mark.parametrize(
    ("arn", "error"),
    [
        (ABSENT, ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{ABSENT}'")),
        ("not_a_valid_arn", ("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: not_a_valid_arn'")),
        (
            ABSENT.replace("stateMachine", "activity"),
            ("InvalidArn", "Invalid Arn: 'Resource type not valid in this context: activity'"),
        ),
    ],
)
def test_what_is_not_there_is_not_described(emulator, arn, error):
    assert refused(emulator, "DescribeStateMachine", stateMachineArn=arn) == error


def test_a_labelled_arn_is_refused_with_its_reason(emulator):
    with pytest.raises(Refused) as caught:
        describe(emulator, created(emulator) + "/label")
    assert caught.value.code == "ValidationException"
    assert caught.value.body["reason"] == "API_DOES_NOT_SUPPORT_LABELED_ARNS"


# ------------------------------------------------------------------ update


def test_each_change_makes_a_revision_and_a_repetition_none(emulator):
    arn = created(emulator)
    assert "revisionId" not in update(emulator, arn, definition=PASS)
    emulator.clock.advance(emulator.clock.now() + 1500)
    first = update(emulator, arn, definition=OTHER)
    assert first["updateDate"] == 1_767_225_601.5
    emulator.clock.advance(emulator.clock.now() + 1000)
    assert update(emulator, arn, definition=OTHER) == first
    second = update(emulator, arn, roleArn=ROLE + "2")
    assert second["revisionId"] != first["revisionId"]
    told = describe(emulator, arn)
    assert (told["definition"], told["roleArn"]) == (OTHER, ROLE + "2")
    assert told["revisionId"] == second["revisionId"]
    assert told["creationDate"] == 1_767_225_600.0


def test_a_configuration_alone_can_be_updated(emulator):
    arn = created(emulator)
    logging = {"level": "ALL", "includeExecutionData": True, "destinations": [DESTINATION]}
    first = update(emulator, arn, loggingConfiguration=logging)
    assert update(emulator, arn, loggingConfiguration=logging) == first
    assert describe(emulator, arn)["loggingConfiguration"] == logging
    assert refused(
        emulator, "UpdateStateMachine", stateMachineArn=arn, loggingConfiguration={"level": "ALL"}
    ) == ("InvalidLoggingConfiguration", ONE)
    update(emulator, arn, tracingConfiguration={"enabled": True})
    assert describe(emulator, arn)["tracingConfiguration"] == {"enabled": True}
    assert describe(emulator, arn)["loggingConfiguration"] == logging


@pytest.mark.parametrize("members", [{}, {"publish": True}])
def test_an_update_updates_something(emulator, members):
    arn = created(emulator)
    assert refused(emulator, "UpdateStateMachine", stateMachineArn=arn, **members) == (
        "MissingRequiredParameter",
        "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration "
        "must be specified",
    )


def test_a_refused_update_changes_nothing(emulator):
    arn = created(emulator)
    before = describe(emulator, arn)
    assert refused(emulator, "UpdateStateMachine", stateMachineArn=arn, definition="{}")[0] == (
        "InvalidDefinition"
    )
    assert describe(emulator, arn) == before


def test_only_the_machine_itself_can_be_updated(emulator):
    arn = created(emulator, publish=True)
    code, _ = refused(emulator, "UpdateStateMachine", stateMachineArn=arn + ":1", definition=OTHER)
    assert code == "ValidationException"


# ------------------------------------------------------------------ delete and list


def test_a_deleted_state_machine_is_gone_and_may_be_deleted_again(emulator):
    arn = created(emulator, publish=True)
    for _ in range(2):
        assert call(emulator, "DeleteStateMachine", stateMachineArn=arn) == {}
    assert call(emulator, "ListStateMachines") == {"stateMachines": []}
    assert refused(emulator, "DescribeStateMachine", stateMachineArn=arn)[0] == "StateMachineDoesNotExist"
    assert created(emulator, OTHER) == arn
    assert call(emulator, "ListStateMachineVersions", stateMachineArn=arn) == {"stateMachineVersions": []}


def test_a_state_machine_is_deleting_while_executions_run(emulator):
    arn = created(emulator, WAIT, publish=True)
    execution = start_that_stays(emulator)
    machine = emulator.executions[execution].record.machine_arn
    call(emulator, "DeleteStateMachine", stateMachineArn=machine)
    assert describe(emulator, machine)["status"] == "DELETING"
    deleting = ("StateMachineDeleting", f"State Machine is being deleted: '{machine}'")
    assert refused(emulator, "StartExecution", stateMachineArn=machine) == deleting
    assert refused(emulator, "PublishStateMachineVersion", stateMachineArn=machine) == deleting
    assert refused(emulator, "UpdateStateMachine", stateMachineArn=machine, roleArn=ROLE) == deleting
    assert refused(emulator, "CreateStateMachine", name="stays", definition=ASK, roleArn=ROLE) == deleting
    call(emulator, "StopExecution", executionArn=execution)
    assert [each["stateMachineArn"] for each in call(emulator, "ListStateMachines")["stateMachines"]] == [arn]


def start_that_stays(emulator):
    """An execution that waits for a worker who never comes."""
    call(emulator, "CreateActivity", name="ask")
    machine = created(emulator, ASK, "stays")
    execution = call(emulator, "StartExecution", stateMachineArn=machine)["executionArn"]
    settled(emulator)
    assert emulator.executions[execution].record.status == "RUNNING"
    return execution


def test_an_execution_of_a_deleted_machine_is_stopped_at_its_next_step(emulator):
    call(emulator, "CreateActivity", name="ask")
    states = json.loads(ASK)["States"]
    states["A"] = {**states["A"], "Next": "B"}
    del states["A"]["End"]
    states["B"] = {"Type": "Wait", "Seconds": 1, "End": True}
    machine = created(emulator, json.dumps({"StartAt": "A", "States": states}))
    execution = call(emulator, "StartExecution", stateMachineArn=machine)["executionArn"]
    activity = json.loads(ASK)["States"]["A"]["Resource"]
    token = call(emulator, "GetActivityTask", activityArn=activity)["taskToken"]
    call(emulator, "DeleteStateMachine", stateMachineArn=machine)
    call(emulator, "SendTaskSuccess", taskToken=token, output="1")
    settled(emulator)
    assert emulator.executions[execution].record.status == "ABORTED"
    assert refused(emulator, "DescribeStateMachine", stateMachineArn=machine)[0] == "StateMachineDoesNotExist"


def test_a_caller_lists_the_machines_of_one_region(emulator):
    names = ["b", "a", "c"]
    for name in names:
        created(emulator, name=name)
    emulator.machines["arn:aws:states:eu-west-1:123456789012:stateMachine:z"] = next(
        iter(emulator.machines.values())
    )
    shown = call(emulator, "ListStateMachines", maxResults=2)
    more = call(emulator, "ListStateMachines", maxResults=2, nextToken=shown["nextToken"])
    assert [each["name"] for each in shown["stateMachines"] + more["stateMachines"]] == names
    assert shown["stateMachines"][0] == {
        "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:b",
        "name": "b",
        "type": "STANDARD",
        "creationDate": 1_767_225_600.0,
    }
