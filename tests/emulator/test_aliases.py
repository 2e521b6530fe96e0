"""Aliases of state machines, as recorded on AWS where a test does not say otherwise."""

from __future__ import annotations

from collections import Counter

import pytest

from emulator.api.operations.aliases import MAX_ALIASES
from emulator.api.operations.starts import resolved
from emulator.records import Alias
from tests.emulator.shared import PASS, Refused, call, created, emulated

OTHER = PASS.replace('"P"', '"Q"')
GONE = ("ResourceNotFound", "Request references a resource that does not exist.")


@pytest.fixture
def emulator():
    with emulated() as made:
        yield made


@pytest.fixture
def arn(emulator):
    """A state machine with two versions."""
    arn = created(emulator, publish=True)
    call(emulator, "UpdateStateMachine", stateMachineArn=arn, definition=OTHER, publish=True)
    return arn


def routing(arn, *weights):
    """A routing to versions 1, 2 and so on."""
    return [
        {"stateMachineVersionArn": f"{arn}:{number}", "weight": weight}
        for number, weight in enumerate(weights, 1)
    ]


def create(emulator, arn, *weights, name="live", **members):
    return call(
        emulator,
        "CreateStateMachineAlias",
        name=name,
        routingConfiguration=routing(arn, *(weights or (100,))),
        **members,
    )


def refused(emulator, operation, **members):
    with pytest.raises(Refused) as caught:
        call(emulator, operation, **members)
    return caught.value.code, caught.value.message


def describe(emulator, arn):
    return call(emulator, "DescribeStateMachineAlias", stateMachineAliasArn=arn)


def names(emulator, arn):
    listed = call(emulator, "ListStateMachineAliases", stateMachineArn=arn)["stateMachineAliases"]
    return [each["stateMachineAliasArn"].rpartition(":")[2] for each in listed]


def test_an_alias_is_made_once_and_described(emulator, arn):
    answer = create(emulator, arn, 30, 70, description="d")
    assert answer == {"stateMachineAliasArn": arn + ":live", "creationDate": 1_767_225_600.0}
    emulator.clock.advance(emulator.clock.now() + 1000)
    assert create(emulator, arn, 30, 70, description="d") == answer
    assert describe(emulator, arn + ":live") == {
        **answer,
        "name": "live",
        "description": "d",
        "routingConfiguration": routing(arn, 30, 70),
        "updateDate": 1_767_225_600.0,
    }
    assert "description" not in describe(emulator, create(emulator, arn, name="n")["stateMachineAliasArn"])


@pytest.mark.parametrize("change", [{"description": "e"}, {"weights": (50, 50)}])
def test_another_alias_by_the_same_name_is_refused(emulator, arn, change):
    create(emulator, arn, description="d")
    weights = change.get("weights", (100,))
    assert refused(
        emulator,
        "CreateStateMachineAlias",
        name="live",
        description=change.get("description", "d"),
        routingConfiguration=routing(arn, *weights),
    ) == (
        "ConflictException",
        "Failed to create alias because an alias with the same name and a different routing "
        "configuration already exists.",
    )


def routed(arn, *pairs):
    return [{"stateMachineVersionArn": arn + tail, "weight": weight} for tail, weight in pairs]


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        ([("", 100)], "Routing configuration must contain state machine version ARNs. Received: [ARN]"),
        (
            [(":live", 50), (":2", 50)],
            "Routing configuration must contain state machine version ARNs. Received: [ARN:live, ARN:2]",
        ),
        (
            [(":1", 50), (":1", 50)],
            "Routing configuration must contain distinct state machine version ARNs. Received: "
            "[ARN:1, ARN:1]",
        ),
        (
            [(":1", 70), (":2", 29)],
            "Sum of routing configuration weights must equal 100. Received: [70, 29]",
        ),
        (
            [(":1", 50), ("x:2", 50)],
            "Routing configuration must contain versions of one state machine only. Received: "
            "[ARN:1, ARNx:2]",
        ),
        (
            [(":1", 101)],
            "1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' failed "
            "to satisfy constraint: Member must have value less than or equal to 100",
        ),
        (
            [(":1", 50), (":2", 30), (":3", 20)],
            "1 validation error detected: Value '[RoutingConfigurationListItem(stateMachineVersionArn="
            "ARN:1, weight=50), RoutingConfigurationListItem(stateMachineVersionArn=ARN:2, weight=30), "
            "RoutingConfigurationListItem(stateMachineVersionArn=ARN:3, weight=20)]' at "
            "'routingConfiguration' failed to satisfy constraint: Member must have length less than or "
            "equal to 2",
        ),
    ],
)
def test_a_routing_is_one_or_two_versions_of_one_machine(emulator, arn, pairs, text):
    error = ("ValidationException", text.replace("ARN:", arn + ":").replace("ARNx", arn + "x"))
    error = (error[0], error[1].replace("[ARN]", f"[{arn}]"))
    given = routed(arn, *pairs)
    assert refused(emulator, "CreateStateMachineAlias", name="n", routingConfiguration=given) == error
    create(emulator, arn)
    live = arn + ":live"
    members = {"stateMachineAliasArn": live, "routingConfiguration": given}
    assert refused(emulator, "UpdateStateMachineAlias", **members) == error


@pytest.mark.parametrize("name", ["123", "!INVALID", "ALIAS@", "INVALID ALIAS"])
def test_an_alias_has_a_name_that_is_no_number(emulator, arn, name):
    assert refused(
        emulator, "CreateStateMachineAlias", name=name, routingConfiguration=routing(arn, 100)
    ) == (
        "ValidationException",
        f"1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: Member must "
        r"satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$",
    )


def test_versions_have_to_be_there(emulator, arn):
    for given in (routed(arn, (":9", 100)), routed(arn, ("x:1", 100))):
        assert refused(emulator, "CreateStateMachineAlias", name="n", routingConfiguration=given) == GONE


def test_an_update_changes_what_it_gives(emulator, arn):
    live = create(emulator, arn, description="d")["stateMachineAliasArn"]
    emulator.clock.advance(emulator.clock.now() + 1000)
    updated = call(emulator, "UpdateStateMachineAlias", stateMachineAliasArn=live, description="e")
    assert updated == {"updateDate": 1_767_225_601.0}
    emulator.clock.advance(emulator.clock.now() + 1000)
    assert call(emulator, "UpdateStateMachineAlias", stateMachineAliasArn=live, description="e") == updated
    call(
        emulator,
        "UpdateStateMachineAlias",
        stateMachineAliasArn=live,
        routingConfiguration=routing(arn, 50, 50),
    )
    told = describe(emulator, live)
    assert (told["description"], told["routingConfiguration"]) == ("e", routing(arn, 50, 50))
    assert (told["creationDate"], told["updateDate"]) == (1_767_225_600.0, 1_767_225_602.0)
    with pytest.raises(Refused) as caught:
        call(emulator, "UpdateStateMachineAlias", stateMachineAliasArn=live)
    assert caught.value.body["reason"] == "MISSING_REQUIRED_PARAMETER"


def test_an_alias_is_deleted_without_complaint_and_missed_otherwise(emulator, arn):
    live = create(emulator, arn)["stateMachineAliasArn"]
    for _ in range(2):
        assert call(emulator, "DeleteStateMachineAlias", stateMachineAliasArn=live) == {}
    for operation in ("DescribeStateMachineAlias", "UpdateStateMachineAlias"):
        more = {"description": "d"} if operation.startswith("Update") else {}
        assert refused(emulator, operation, stateMachineAliasArn=live, **more) == GONE
    assert refused(emulator, "DescribeStateMachineAlias", stateMachineAliasArn=arn)[0] == (
        "ValidationException"
    )


def test_a_version_in_use_is_not_deleted(emulator, arn):
    live = create(emulator, arn)["stateMachineAliasArn"]
    create(emulator, arn, 50, 50, name="canary")
    assert refused(emulator, "DeleteStateMachineVersion", stateMachineVersionArn=arn + ":1") == (
        "ConflictException",
        "Version to be deleted must not be referenced by an alias. Current list of aliases referencing "
        "this version: [live, canary]",
    )
    for alias in (live, arn + ":canary"):
        call(emulator, "DeleteStateMachineAlias", stateMachineAliasArn=alias)
    assert call(emulator, "DeleteStateMachineVersion", stateMachineVersionArn=arn + ":1") == {}


def test_aliases_are_listed_all_or_those_of_a_version(emulator, arn):
    create(emulator, arn, name="a")
    create(emulator, arn, 50, 50, name="b")
    assert names(emulator, arn) == ["a", "b"]
    assert names(emulator, arn + ":2") == ["b"]
    assert refused(emulator, "ListStateMachineAliases", stateMachineArn=arn + ":3") == GONE
    shown = call(emulator, "ListStateMachineAliases", stateMachineArn=arn, maxResults=1)
    more = call(
        emulator, "ListStateMachineAliases", stateMachineArn=arn, nextToken=shown["nextToken"], maxResults=1
    )
    assert more["stateMachineAliases"][0]["stateMachineAliasArn"] == arn + ":b"
    assert "nextToken" not in more


def test_a_start_through_an_alias_draws_its_version(emulator, arn):
    live = create(emulator, arn, 80, 20)["stateMachineAliasArn"]
    starts = [resolved(emulator, live) for _ in range(400)]
    assert {each.alias_arn for each in starts} == {live}
    assert {(each.version_arn, each.revision.definition) for each in starts} == {
        (arn + ":1", PASS),
        (arn + ":2", OTHER),
    }
    assert 260 < Counter(each.version_arn for each in starts)[arn + ":1"] < 380
    none = create(emulator, arn, 0, 100, name="none")["stateMachineAliasArn"]
    assert {resolved(emulator, none).version_arn for _ in range(50)} == {arn + ":2"}


def test_an_alias_is_described_as_its_first_version(emulator, arn):
    """AWS's answer is not recorded."""
    live = create(emulator, arn)["stateMachineAliasArn"]
    told = call(emulator, "DescribeStateMachine", stateMachineArn=live)
    assert (told["stateMachineArn"], told["definition"]) == (live, PASS)


def test_a_machine_has_so_many_aliases(emulator, arn):
    some = Alias("x", [(arn + ":1", 100)], 0, 0)
    emulator.machines[arn].aliases = {f"a{number}": some for number in range(MAX_ALIASES)}
    code, _ = refused(emulator, "CreateStateMachineAlias", name="n", routingConfiguration=routing(arn, 100))
    assert code == "ServiceQuotaExceededException"
