"""Bounds of numbers, texts and lists, and timestamps."""

import pytest

import asl
from asl.spec.kinds import nanoseconds
from tests.unit.validator.shared import END, choice, found, machine, passing, task


def retrying(**fields):
    return machine(S=task(Retry=[{"ErrorEquals": ["E"], **fields}]))


def mapping(**fields):
    return machine(S={"Type": "Map", "End": True, "ItemProcessor": machine(P=END), **fields})


def errors(definition):
    """The diagnostics without warnings, such as that distributed mode's fields do nothing inline."""
    return [each for each in asl.validate(definition) if each.severity == "ERROR"]


# ------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("definition", "field", "minimum", "maximum"),
    [
        (lambda **f: {**passing(), **f}, "TimeoutSeconds", 1, 99_999_999),
        (lambda **f: machine(S=task(**f)), "TimeoutSeconds", 1, 99_999_999),
        (lambda **f: machine(S=task(**f)), "HeartbeatSeconds", 1, 99_999_999),
        (lambda **f: machine(S={"Type": "Wait", "End": True, **f}), "Seconds", 0, 99_999_999),
        (retrying, "IntervalSeconds", 1, 99_999_999),
        (retrying, "MaxAttempts", 0, 99_999_999),
        (retrying, "MaxDelaySeconds", 1, 31_622_400),
        (retrying, "BackoffRate", 1, None),
        (mapping, "MaxConcurrency", 0, None),
        (mapping, "ToleratedFailurePercentage", 0, 100),
        (mapping, "ToleratedFailureCount", 0, None),
    ],
)
def test_bounds(definition, field, minimum, maximum):
    assert errors(definition(**{field: minimum})) == []
    [diagnostic] = errors(definition(**{field: minimum - 1}))
    assert diagnostic.message.startswith("Value must be greater than or equal to ")
    assert diagnostic.location.endswith(f"/{field}")
    if maximum is not None:
        assert errors(definition(**{field: maximum})) == []
        [diagnostic] = errors(definition(**{field: maximum + 1}))
        assert diagnostic.message == f"Value must be less than or equal to {maximum}"


@pytest.mark.parametrize("value", [0.999, -1e300])
def test_a_backoff_rate_below_one(value):
    assert len(asl.validate(retrying(BackoffRate=value))) == 1


@pytest.mark.parametrize(
    ("timeout", "heartbeat", "fine"), [(10, 9, True), (10, 10, False), (10, 11, False), (None, 10, True)]
)
def test_the_heartbeat_is_shorter_than_the_time_limit(timeout, heartbeat, fine):
    fields = {"HeartbeatSeconds": heartbeat, **({} if timeout is None else {"TimeoutSeconds": timeout})}
    told = [("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'", "/States/S")]
    assert found(asl.validate(machine(S=task(**fields)))) == ([] if fine else told)


@pytest.mark.parametrize(
    ("definition", "first", "second"),
    [
        (machine(S=task(TimeoutSeconds=1, TimeoutSecondsPath="$.x")), "TimeoutSeconds", "TimeoutSecondsPath"),
        (machine(S=task(HeartbeatSeconds=1, HeartbeatSecondsPath="$.x")),
         "HeartbeatSeconds", "HeartbeatSecondsPath"),
        (machine(S={"Type": "Fail", "Error": "E", "ErrorPath": "$.x"}), "Error", "ErrorPath"),
        (machine(S={"Type": "Fail", "Cause": "E", "CausePath": "$.x"}), "Cause", "CausePath"),
        (mapping(ItemSelector={}, Parameters={}), "ItemSelector", "Parameters"),
        (mapping(MaxConcurrency=1, MaxConcurrencyPath="$.x"), "MaxConcurrency", "MaxConcurrencyPath"),
    ],
)  # fmt: skip
def test_two_fields_for_one_thing(definition, first, second):
    message = f"There should only be one of the following fields: [{first}, {second}]"
    assert found(asl.validate(definition)) == [(message, "/States/S")]


@pytest.mark.parametrize(("length", "fine"), [(1, True), (40, True), (0, False), (41, False)])
def test_the_label_of_a_map(length, fine):
    assert (errors(mapping(Label="x" * length)) == []) is fine


@pytest.mark.parametrize(
    "character", [*'?*<>{}[]:;,\\|^~$#%&`"', " ", "\t", "\x00", "\x1f", "\x7f", "\x9f", "\uffff"]
)
def test_what_a_label_cannot_hold(character):
    assert errors(mapping(Label="a.b-c_d!é")) == []
    [diagnostic] = errors(mapping(Label=f"a{character}b"))
    assert (diagnostic.rule, diagnostic.location) == ("ASL307", "/States/S/Label")


# ------------------------------------------------------------- paths


@pytest.mark.parametrize("field", ["InputPath", "OutputPath"])
@pytest.mark.parametrize("path", ["$[", "$.a[?(", "$..", "$['a", "$x..", ""])
def test_broken_paths(field, path):
    [diagnostic] = asl.validate(passing(**{field: path}))
    assert found([diagnostic]) == [("Value is not a valid JSONPath", f"/States/S/{field}")]
    assert diagnostic.hint


@pytest.mark.parametrize("path", ["$[*]", "$..a", "$.a[?(@.b)]", "$.a[0:1]", "$$.a", "$x", "$.length()"])
def test_result_path_is_a_reference_path(path):
    [diagnostic] = asl.validate(passing(ResultPath=path))
    assert found([diagnostic]) == [("Value is not a Reference Path", "/States/S/ResultPath")]
    assert diagnostic.hint


@pytest.mark.parametrize("path", ["$", "$.a", "$.a.b[0]", "$['a b']", None])
def test_good_reference_paths(path):
    assert asl.validate(passing(ResultPath=path)) == []


def test_a_broken_path_in_a_choice_rule():
    [diagnostic] = asl.validate(choice({"Variable": "$[", "IsNull": True, "Next": "E"}))
    assert diagnostic.location == "/States/S/Choices/0/Variable"


def test_a_template_nested_too_deep():
    value = 1
    for _ in range(250):
        value = {"a": [value]}
    assert ("Payload template is nested too deeply", "/States/S/Parameters") in found(
        asl.validate(passing(Parameters=value))
    )


# ------------------------------------------------------------- timestamps


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01Z", 10**9),
        ("1969-12-31T23:59:59Z", -(10**9)),
        ("1970-01-01T00:00:00.5Z", 5 * 10**8),
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T19:30:00-04:30", 0),
        ("2024-02-29T12:00:00Z", 1_709_208_000 * 10**9),
        ("0001-01-01T00:00:00Z", -62_135_596_800 * 10**9),
        ("9999-12-31T23:59:59.999999999Z", 253_402_300_799 * 10**9 + 999_999_999),
    ],
)
def test_timestamps(text, expected):
    assert nanoseconds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "2026", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31t12:00:00Z", "2026-01-31 12:00:00Z",
        "2026-01-31T12:00:00z", "2026-01-31T12:00Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00,5Z",
        "2026-01-31T12:00:00.1234567890Z", "2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z",
        "2026-01-31T24:00:01Z", "2026-01-31T12:60:00Z", "2026-01-31T12:00:00+0100", "2026-01-31T12:00:00+01",
        "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00Zx", " 2026-01-31T12:00:00Z", "2026-1-31T12:00:00Z",
        "20260131T120000Z    ", "2026-W05-6T12:00:00Z", "\uff12026-01-31T12:00:00Z",
        "2026-01-31T12:00:00 01:00", "2026-01-31T12:00:00.5.5Z",
    ],
)  # fmt: skip
def test_no_timestamps(text):
    assert nanoseconds(text) is None
