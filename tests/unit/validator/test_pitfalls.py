"""What AWS takes and nobody wants: warnings, and the rules that only Express state machines break."""

import pytest

import asl
from tests.unit.validator.shared import END, machine, task

TOKEN = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:review"
SYNC = "arn:aws:states:::states:startExecution.sync:2"


def rules(definition, **options):
    """The code and the place of each diagnostic."""
    return [(each.rule, each.location) for each in asl.validate(definition, **options)]


def mapping(inner, config=None, **fields):
    processor = {**machine(**inner), **({} if config is None else {"ProcessorConfig": config})}
    return machine(M={"Type": "Map", "End": True, "ItemProcessor": processor, **fields})


# ------------------------------------------------------------- tasks that wait

PASSED = {"MessageBody": {"token.$": "$$.Task.Token"}}


@pytest.mark.parametrize("resource", [TOKEN, ACTIVITY])
@pytest.mark.parametrize(
    "limit",
    [
        {"TimeoutSeconds": 9},
        {"TimeoutSecondsPath": "$.t"},
        {"HeartbeatSeconds": 9},
        {"HeartbeatSecondsPath": "$.t"},
    ],
)
def test_a_limit_of_any_kind_is_enough(resource, limit):
    fields = {"Resource": resource, "Parameters": PASSED}
    assert rules(machine(S=task(**fields, **limit))) == []
    assert rules(machine(S=task(**fields))) == [("ASL801", "/States/S/Resource")]


def test_a_limit_of_the_machine_is_enough():
    assert rules({**machine(S=task(Resource=ACTIVITY)), "TimeoutSeconds": 60}) == []


def test_other_tasks_wait_by_the_rules_of_what_they_call():
    assert rules(machine(S=task(Resource=SYNC))) == []


@pytest.mark.parametrize(
    ("fields", "passed"),
    [
        ({"Parameters": PASSED}, True),
        ({"Parameters": {"all.$": "$$"}}, True),
        ({"Parameters": {"text.$": "States.Format('{}', $$.Task.Token)"}}, True),
        ({"Parameters": {"MessageBody": "hello"}}, False),
        ({"QueryLanguage": "JSONata", "Arguments": {"b": "{% $states.context.Task.Token %}"}}, True),
        ({"QueryLanguage": "JSONata", "Arguments": {"b": "hello"}}, False),
        ({}, False),
    ],
)
def test_the_token_is_passed_on(fields, passed):
    told = rules(machine(S=task(Resource=TOKEN, TimeoutSeconds=9, **fields)))
    assert told == ([] if passed else [("ASL804", "/States/S")])


# ------------------------------------------------------------- Retry and Catch


@pytest.mark.parametrize("field", ["Retry", "Catch"])
@pytest.mark.parametrize(
    "name",
    [
        "States.BranchFailed",
        "States.NoChoiceMatched",
        "States.IntrinsicFailure",
        "States.ParameterPathFailure",
        "States.Runtime",
    ],
)
def test_errors_that_are_never_reported(field, name):
    way = {"Next": "E"} if field == "Catch" else {}
    definition = machine(S=task(**{field: [{"ErrorEquals": ["Mine", name], **way}]}), E=END)
    found = rules(definition)
    assert (("ASL802", f"/States/S/{field}/0/ErrorEquals/1")) in found


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [(["A"], ["A"], True), (["A", "B"], ["B"], True), (["A"], ["A", "B"], False), (["A"], ["B"], False)],
)
def test_an_entry_that_an_earlier_one_answers_for(first, second, told):
    retry = [{"ErrorEquals": first}, {"ErrorEquals": second}]
    catch = [{**each, "Next": "E"} for each in retry]
    found = rules(machine(S=task(Retry=retry, Catch=catch), E=END))
    wanted = [("ASL803", f"/States/S/{field}/1/ErrorEquals") for field in ("Retry", "Catch")]
    assert [each for each in found if each[0] == "ASL803"] == (wanted if told else [])


def test_the_entries_of_two_states_have_nothing_to_do_with_each_other():
    retry = [{"ErrorEquals": ["A"]}]

    definition = machine(S={"Type": "Task", "Resource": task()["Resource"], "Next": "T", "Retry": retry})
    definition["States"]["T"] = task(Retry=retry)
    assert rules(definition) == []


# ------------------------------------------------------------- variables in inner blocks


def assigning(inner, outer=None, own=None, **config):
    definition = mapping({"I": {**END, "Assign": {inner: 1}}}, **config)
    definition["States"]["M"].update({"Assign": {own: 1}} if own else {})
    if outer:
        definition["StartAt"] = "F"
        definition["States"]["F"] = {"Type": "Pass", "Assign": {outer: 1}, "Next": "M"}
    return definition


def test_a_variable_of_a_block_around():
    place = "/States/M/ItemProcessor/States/I/Assign/x"
    assert rules(assigning("x", outer="x")) == [("ASL306", place)]
    assert rules(assigning("x", outer="y")) == []
    assert rules(assigning("x", own="x")) == []


def test_a_distributed_map_stands_alone():
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    assert "ASL306" not in [code for code, _ in rules(assigning("x", outer="x", config=config))]


# ------------------------------------------------------------- Map


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ItemReader", {"Resource": "arn:aws:states:::s3:listObjectsV2"}),
        ("ItemBatcher", {"MaxItemsPerBatch": 2}),
        ("ResultWriter", {"Resource": "arn:aws:states:::s3:putObject"}),
        ("Label", "L"),
        ("ToleratedFailureCount", 1),
        ("ToleratedFailurePercentagePath", "$.p"),
    ],
)
def test_distributed_fields_of_an_inline_map(field, value):
    assert rules(mapping({"I": END}, **{field: value})) == [("ASL701", f"/States/M/{field}")]


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, None),
        ({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a"]}, None),
        ({"InputType": "CSV"}, "ASL702"),
        ({"InputType": "CSV", "CSVHeaderLocation": "GIVEN"}, "ASL702"),
        ({"InputType": "JSON", "CSVHeaderLocation": "FIRST_ROW"}, "ASL703"),
        ({"InputType": "JSONL", "ItemsPointer": "/a"}, "ASL703"),
        ({"InputType": "JSON", "ItemsPointer": "/a", "MaxItems": 5}, None),
        ({"MaxItems": 1, "MaxItemsPath": "$.n"}, "ASL109"),
        ({"InputType": "XML"}, "ASL107"),
    ],
)
def test_reader_configurations(config, told):
    reader = {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config}
    definition = mapping({"I": END}, {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, ItemReader=reader)
    found = {code for code, _ in rules(definition)}
    assert found == ({told} if told else set())


def test_children_have_a_type():
    found = rules(mapping({"I": END}, {"Mode": "DISTRIBUTED"}))
    assert ("ASL704", "/States/M/ItemProcessor/ProcessorConfig") in found


# ------------------------------------------------------------- Express


@pytest.mark.parametrize(("resource", "told"), [(SYNC, "ASL601"), (TOKEN, "ASL602"), (ACTIVITY, "ASL603")])
def test_what_express_tasks_cannot_do(resource, told):
    definition = machine(S=task(Resource=resource, TimeoutSeconds=9, Parameters=PASSED))
    assert rules(definition) == []
    assert rules(definition, type="EXPRESS") == [(told, "/States/S/Resource")]
    assert asl.parse(definition)
    with pytest.raises(asl.InvalidDefinition):
        asl.parse(definition, type="EXPRESS")


def test_express_has_no_distributed_map():
    definition = mapping({"I": END}, {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"})
    place = "/States/M/ItemProcessor/ProcessorConfig/Mode"
    assert ("ASL604", place) in rules(definition, type="EXPRESS")
    assert ("ASL604", place) not in rules(definition)


# ------------------------------------------------------------- paths and templates


@pytest.mark.parametrize("path", ["$[(@.length-1)].bar", "$.a[?(@.k == Word)].v"])
def test_paths_that_fail_when_they_are_read(path):
    definition = machine(S={**END, "OutputPath": path})
    assert rules(definition) == [("ASL406", "/States/S/OutputPath")]
    result = asl.simulate(asl.parse(definition), {"a": []})
    assert (result.status, result.error) == ("FAILED", "States.Runtime")


@pytest.mark.parametrize("path", ["$.a[?(@.k == true)].v", "$.a[?(@.k == 'Word')].v", "$.a[?(@.k > 5)].v"])
def test_paths_that_can_be_read(path):
    assert rules(machine(S={**END, "OutputPath": path})) == []


@pytest.mark.parametrize("path", ["a", "bug$.a", "States.Format('{}', 1)", "@.a", ".a", ""])
@pytest.mark.parametrize("field", ["InputPath", "OutputPath"])
def test_a_path_begins_with_a_dollar(field, path):
    assert rules(machine(S={**END, field: path})) == [("ASL401", f"/States/S/{field}")]


def test_two_keys_of_one_name():
    definition = machine(S={**END, "Parameters": {"deep": [{"x": 1, "x.$": "$.a", "y.$": "$.b"}]}})
    assert rules(definition) == [("ASL404", "/States/S/Parameters")]


@pytest.mark.parametrize(
    ("call", "told"),
    [("States.Format('{}', $.a)", []), ("States.UUID()", []), ("States.MathAdd(1, 2)", ["ASL405"]),
     ("States.StringToJson($.a)", ["ASL405"]), ("Error", ["ASL401"]), ("$.a", [])],
)  # fmt: skip
@pytest.mark.parametrize("field", ["ErrorPath", "CausePath"])
def test_what_a_fail_state_says_is_a_text(field, call, told):
    assert [code for code, _ in rules(machine(S={"Type": "Fail", field: call}))] == told
