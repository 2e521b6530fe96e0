"""Rules of EventBridge that lead to state machines and functions of the emulator."""

from __future__ import annotations

import json
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws

from emulator.services import Services
from emulator.targets import Targets, input_of
from emulator.testing import in_process
from tests.tasks.other_services import OtherServices

ROLE = "arn:aws:iam::123456789012:role/any"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:heard"
NOWHERE = "arn:aws:kinesis:us-east-1:123456789012:stream/none"
PASS = json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})
PUT = {"Source": "shop", "DetailType": "order", "Detail": '{"id": "o-1", "cents": 990}'}


@pytest.fixture
def local():
    with in_process() as local:
        yield local


def machine(local, kind="STANDARD"):
    made = local.client().create_state_machine(name="m", definition=PASS, roleArn=ROLE, type=kind)
    return made["stateMachineArn"]


def rule(local, *targets, pattern='{"source": ["shop"]}', **more):
    events = local.client("events")
    events.put_rule(Name="r", EventPattern=pattern, **more)
    told = [{"Id": str(number), **each} for number, each in enumerate(targets)]
    assert events.put_targets(Rule="r", Targets=told)["FailedEntryCount"] == 0
    return events


def inputs(local, arn):
    """What the executions of a machine were given."""
    local.settle()
    found = local.client().list_executions(stateMachineArn=arn)["executions"]
    return [json.loads(local.wait(each["executionArn"])["input"]) for each in found]


def test_a_state_machine_is_started_with_the_event(local):
    arn = machine(local)
    answer = rule(local, {"Arn": arn, "RoleArn": ROLE}).put_events(Entries=[PUT])
    assert answer["FailedEntryCount"] == 0
    (event,) = inputs(local, arn)
    assert event["id"] == answer["Entries"][0]["EventId"]
    assert (event["detail-type"], event["source"]) == ("order", "shop")
    assert event["detail"] == {"id": "o-1", "cents": 990}
    assert len(event["time"]) == len("2026-01-01T00:00:00Z")
    assert "ingestion-time" not in event


def test_only_what_the_pattern_asks_for(local):
    arn = machine(local)
    events = rule(local, {"Arn": arn}, pattern='{"detail": {"cents": [{"numeric": [">", 1000]}]}}')
    events.put_events(Entries=[PUT, {**PUT, "Detail": '{"cents": 1001}'}])
    assert [each["detail"] for each in inputs(local, arn)] == [{"cents": 1001}]


def test_a_disabled_rule_leads_nowhere(local):
    arn = machine(local)
    rule(local, {"Arn": arn}, State="DISABLED").put_events(Entries=[PUT])
    assert inputs(local, arn) == []


def test_a_schedule_is_no_pattern(local):
    arn = machine(local)
    events = local.client("events")
    events.put_rule(Name="r", ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": arn}])
    events.put_events(Entries=[PUT])
    assert inputs(local, arn) == []


def test_what_a_target_is_given(local):
    arn = machine(local)
    template = {"InputPathsMap": {"id": "$.detail.id"}, "InputTemplate": '{"order": <id>}'}
    targets = [{"Input": '{"own": 1}'}, {"InputPath": "$.detail.cents"}, {"InputTransformer": template}]
    rule(local, *({"Arn": arn, **each} for each in targets)).put_events(Entries=[PUT])
    given = inputs(local, arn)
    assert len(given) == 3
    assert all(each in given for each in ({"own": 1}, 990, {"order": "o-1"}))


def test_a_target_that_is_not_there_keeps_no_other_from_its_event(local, caplog):
    arn = machine(local)
    queues = local.client("sqs")
    url = queues.create_queue(QueueName="heard")["QueueUrl"]
    targets = [{"Arn": f"{arn}-gone"}, {"Arn": NOWHERE}, {"Arn": QUEUE}, {"Arn": arn}]
    answer = rule(local, *targets).put_events(Entries=[PUT])
    assert answer["FailedEntryCount"] == 0
    assert len(inputs(local, arn)) == 1
    (heard,) = queues.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(heard["Body"])["source"] == "shop"
    assert f"does not reach {arn}-gone: " in caplog.text
    assert f"leads to {NOWHERE}, which moto does not serve" in caplog.text


@pytest.mark.parametrize("arn", ["arn:aws:states", "arn:aws:states:us-east-1:1:activity:a"])
def test_a_target_that_is_no_arn_of_ours(local, caplog, arn):
    assert rule(local, {"Arn": arn}).put_events(Entries=[PUT])["FailedEntryCount"] == 0
    assert f" {arn}" in caplog.text


def test_a_pattern_that_moto_cannot_match(local, caplog):
    arn = machine(local)
    pattern = '{"detail": {"cents": [{"numeric": ["about", 5]}]}}'
    answer = rule(local, {"Arn": arn}, pattern=pattern).put_events(Entries=[PUT])
    assert answer["FailedEntryCount"] == 0
    assert "the pattern of the rule r cannot be matched: KeyError" in caplog.text


def test_an_execution_starts_another_by_its_status(local):
    first = machine(local)
    second = local.client().create_state_machine(name="second", definition=PASS, roleArn=ROLE)
    pattern = {"source": ["aws.states"], "detail": {"status": ["SUCCEEDED"], "stateMachineArn": [first]}}
    rule(local, {"Arn": second["stateMachineArn"]}, pattern=json.dumps(pattern))
    started = local.client().start_execution(stateMachineArn=first)
    local.wait(started["executionArn"])
    local.emulator.notices.worker.flush()
    (event,) = inputs(local, second["stateMachineArn"])
    assert event["detail"]["executionArn"] == started["executionArn"]


def test_a_task_puts_the_event(local):
    arn = machine(local)
    rule(local, {"Arn": arn})
    put = {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {"Entries": [{**PUT, "Detail": {"id": "of a task"}}]},
        "End": True,
    }
    definition = json.dumps({"StartAt": "Put", "States": {"Put": put}})
    made = local.client().create_state_machine(name="putting", definition=definition, roleArn=ROLE)
    started = local.client().start_execution(stateMachineArn=made["stateMachineArn"])
    assert local.wait(started["executionArn"])["status"] == "SUCCEEDED"
    assert [each["detail"] for each in inputs(local, arn)] == [{"id": "of a task"}]


def test_a_function_is_invoked_and_not_waited_for():
    asked = []

    class Backends(OtherServices):
        def client(self, service, region, account):
            return SimpleNamespace(invoke=lambda **given: asked.append((service, region, account, given)))

    arn = "arn:aws:lambda:eu-west-1:111111111111:function:f"
    Targets(Backends()).deliver(arn, '{"a": 1}')
    given = {"FunctionName": arn, "InvocationType": "Event", "Payload": b'{"a": 1}'}
    assert asked == [("lambda", "eu-west-1", "111111111111", given)]


def test_a_function_that_is_not_there_is_told_of(local, caplog):
    arn = "arn:aws:lambda:us-east-1:123456789012:function:none"
    assert rule(local, {"Arn": arn}).put_events(Entries=[PUT])["FailedEntryCount"] == 0
    assert f"does not reach {arn}: " in caplog.text
    assert "ResourceNotFoundException" in caplog.text


def test_where_there_are_no_machines_the_log_says_so(caplog):
    services = OtherServices()
    try:
        events = services.client("events", "us-east-1", "123456789012")
        events.put_rule(Name="r", EventPattern='{"source": ["shop"]}')
        arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m"
        events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": arn}])
        assert events.put_events(Entries=[PUT])["FailedEntryCount"] == 0
        assert f"does not reach {arn}: there are no state machines" in caplog.text
    finally:
        Services.reset(services.services)


def test_moto_by_itself_is_as_it_was(local, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    rule(local, {"Arn": machine(local)})  # from here on moto's rules know ours
    with mock_aws():
        events = boto3.client("events")
        events.put_rule(Name="r", EventPattern='{"source": ["shop"]}')
        events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": NOWHERE}])
        with pytest.raises(NotImplementedError):
            events.put_events(Entries=[PUT])


EVENT = {"id": "1", "resources": ["a", "b"], "detail": {"name": 'A "B"', "more": {"n": 1}, "a-b": True}}


@pytest.mark.parametrize(
    ("paths", "template", "text"),
    [
        ({"n": "$.detail.name"}, '{"n": <n>}', '{"n": "A \\"B\\""}'),
        ({"n": "$.detail.name"}, '"it is <n>"', '"it is A \\"B\\""'),
        ({"m": "$.detail.more"}, '{"m": <m>, "t": "<m>"}', '{"m": {"n":1}, "t": "{\\"n\\":1}"}'),
        ({"r": "$.resources[1]", "b": "$.detail['a-b']"}, "[<r>, <b>]", '["b", true]'),
        ({"x": "$.nothing.at[9].all"}, '{"x": <x>, "t": "<x>"}', '{"x": null, "t": ""}'),
        ({}, '"<aws.events.rule-name> of <unknown>"', '"r of <unknown>"'),
        ({}, "<aws.events.event>", '{"id":"1","resources":["a","b"]}'),
        ({}, '"' * 50_001, '"' * 50_001),
    ],
)
def test_templates(paths, template, text):
    target = {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}
    assert input_of(target, EVENT, {"aws.events.rule-name": "r"}) == text
