"""Targets, reachability, ends, and how much work it is to check them."""

import json
import sys

import pytest

import asl
from tests.unit.validator.shared import ARN, END, choice, found, machine, task

RULE = {"Variable": "$.x", "IsNull": True}


def nested(block, place):
    """A block in each place that has one."""
    if place == "Branches/1":
        return machine(S={"Type": "Parallel", "End": True, "Branches": [machine(Z=END), block]})
    return machine(S={"Type": "Map", "End": True, place: block})


# ------------------------------------------------------------- targets


@pytest.mark.parametrize(
    ("definition", "field", "location"),
    [
        ({"StartAt": "Nil", "States": {"S": END}}, "StartAt", "/StartAt"),
        (machine(S={"Type": "Pass", "Next": "Nil"}), "Next", "/States/S/Next"),
        (machine(S=task(Catch=[{"ErrorEquals": ["E"], "Next": "Nil"}])), "Next", "/States/S/Catch/0/Next"),
        (choice({**RULE, "Next": "E"}, {**RULE, "Next": "Nil"}), "Next", "/States/S/Choices/1/Next"),
        (choice({**RULE, "Next": "E"}, Default="Nil"), "Default", "/States/S/Default"),
    ],
)
def test_a_target_that_is_not_there(definition, field, location):
    diagnostics = asl.validate(definition)
    assert (f"Missing '{field}' target: Nil", location) in found(diagnostics)
    assert {each.code for each in diagnostics} <= {"MISSING_TRANSITION_TARGET", "MISSING_END_STATE"}
    with pytest.raises(asl.InvalidDefinition):
        asl.parse(definition)


@pytest.mark.parametrize("place", ["Branches/1", "ItemProcessor", "Iterator"])
@pytest.mark.parametrize("target", ["S", "Z"])
def test_no_transition_leaves_its_block(place, target):
    definition = nested(machine(P={"Type": "Pass", "Next": target}, Q=END), place)
    assert (f"Missing 'Next' target: {target}", f"/States/S/{place}/States/P/Next") in found(
        asl.validate(definition)
    )


@pytest.mark.parametrize(
    ("target", "hint"),
    [
        ("Shipp", "did you mean 'Ship'?"),
        ("ship", "did you mean 'Ship'?"),
        ("Quite another", "transitions never leave their own block of states"),
    ],
)
def test_a_missing_target_has_a_hint(target, hint):
    [diagnostic] = [
        each
        for each in asl.validate(machine(Start={"Type": "Pass", "Next": target}, Ship=END))
        if each.location == "/States/Start/Next"
    ]
    assert diagnostic.hint == hint


def test_for_twenty_wrong_targets_a_like_name_is_sought():
    wrong = {f"State{index}": {"Type": "Pass", "Next": "Shipp"} for index in range(25)}
    hints = [each.hint for each in asl.validate(machine(**wrong, Ship=END)) if each.location.endswith("Next")]
    assert hints == ["did you mean 'Ship'?"] * 20 + ["transitions never leave their own block of states"] * 5


@pytest.mark.parametrize("field", ["Next", "Default"])
def test_an_empty_target(field):
    fields = {"Next": ""} if field == "Next" else {"Choices": [{**RULE, "Next": "E"}], "Default": ""}
    kind = "Pass" if field == "Next" else "Choice"
    diagnostics = asl.validate(machine(S={"Type": kind, **fields}, E=END))
    assert ("Value cannot be empty", f"/States/S/{field}") in found(diagnostics)


# ------------------------------------------------------------- reachability


@pytest.mark.parametrize(
    "definition",
    [
        machine(S={"Type": "Pass", "Next": "E"}, E=END),
        machine(S=task(Catch=[{"ErrorEquals": ["E"], "Next": "E"}]), E=END),
        choice({**RULE, "Next": "E"}),
        choice({**RULE, "Next": "S"}, Default="E"),
    ],
)
def test_each_way_on_reaches(definition):
    assert asl.validate(definition) == []


@pytest.mark.parametrize("place", ["Branches/1", "ItemProcessor", "Iterator"])
def test_an_unreachable_state_inside_a_block(place):
    diagnostics = asl.validate(nested(machine(P=END, Q=END), place))
    assert found(diagnostics) == [('State "Q" is not reachable.', f"/States/S/{place}/States/Q")]


def test_states_that_only_reach_each_other_are_unreachable():
    lost = {"X": {"Type": "Pass", "Next": "Y"}, "Y": {"Type": "Pass", "Next": "X"}}
    diagnostics = asl.validate(machine(S=END, **lost))
    assert [each.location for each in diagnostics] == ["/States/X", "/States/Y"]


def test_a_state_that_leads_to_itself_is_not_reached_by_that():
    diagnostics = asl.validate(machine(S=END, X={"Type": "Pass", "Next": "X"}))
    assert [each.location for each in diagnostics] == ["/States/X"]


# ------------------------------------------------------------- ends


@pytest.mark.parametrize(
    "states",
    [
        {"A": {"Type": "Pass", "Next": "A"}},
        {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}},
        {"A": {"Type": "Choice", "Choices": [{**RULE, "Next": "A"}], "Default": "A"}},
    ],
)
@pytest.mark.parametrize("place", [None, "Branches/1", "ItemProcessor"])
def test_a_cycle_without_a_way_out(states, place):
    definition = machine(**states) if place is None else nested(machine(**states), place)
    [diagnostic] = asl.validate(definition)
    assert diagnostic.code == "MISSING_END_STATE"
    assert diagnostic.location == ("/States" if place is None else f"/States/S/{place}/States")
    assert '"End": true' in diagnostic.hint


@pytest.mark.parametrize("end", [{"Type": "Succeed"}, {"Type": "Fail"}, END])
def test_each_end_will_do(end):
    assert asl.validate(machine(S={"Type": "Pass", "Next": "E"}, E=end)) == []


@pytest.mark.parametrize("fields", [{}, {"Next": "E"}])
def test_end_false_is_no_end(fields):
    diagnostics = asl.validate(machine(S={"Type": "Pass", "End": False, **fields}, E=END))
    assert "/States/S" in [each.location for each in diagnostics]


# ------------------------------------------------------------- work


def calls(work, *arguments, **keywords):
    """How many functions are called, Python's and C's."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work(*arguments, **keywords)
    finally:
        sys.setprofile(before)
    return count


def chain(count):
    """States that follow one another, every third with a nested block."""
    states = {}
    for index in range(count):
        way = {"Next": f"State {index + 1}"} if index + 1 < count else {"End": True}
        inner = machine(**{f"Inner {index}": END})
        kinds = ({"Type": "Map", "ItemProcessor": inner}, {"Type": "Task", "Resource": ARN}, {"Type": "Pass"})
        states[f"State {index}"] = {**kinds[index % 3], **way}
    return machine(**states)


def test_the_largest_machines_are_valid():
    text = json.dumps(chain(4500))  # and 1,500 inner ones
    assert asl.validate(text) == []
    assert len(asl.parse(text).states) == 6000


@pytest.mark.parametrize("yaml", [False, True])
def test_twice_the_states_are_twice_the_work(yaml):
    small, large = json.dumps(chain(300)), json.dumps(chain(600))
    asl.validate(small, yaml=yaml)  # what is imported and compiled once
    assert calls(asl.validate, large, yaml=yaml) < 2.2 * calls(asl.validate, small, yaml=yaml)


def unreachable(count):
    return json.dumps(machine(**{f"State {index}": END for index in range(count)}))


def test_twice_the_errors_are_twice_the_work():
    assert calls(asl.validate, unreachable(600)) < 2.2 * calls(asl.validate, unreachable(300))


@pytest.mark.xfail(strict=True, reason="a place in YAML is sought by looking through all keys before it")
def test_twice_the_errors_are_twice_the_work_in_yaml():
    small, large = unreachable(300), unreachable(600)
    assert calls(asl.validate, large, yaml=True) < 2.2 * calls(asl.validate, small, yaml=True)


def test_twice_the_wrong_targets_are_twice_the_work():
    def wrong(count):
        return machine(
            **{f"State{index:04}": {"Type": "Pass", "Next": f"Stake{index:04}"} for index in range(count)}
        )

    assert calls(asl.validate, wrong(80)) < 2.2 * calls(asl.validate, wrong(40))
