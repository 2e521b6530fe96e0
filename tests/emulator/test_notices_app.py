"""Notices of an emulator as it comes: nothing is loaded for them unless somebody can be listening."""

import json

import pytest

from emulator import Settings
from tests.emulator.noticing import ACCOUNT, logging_to, started
from tests.emulator.shared import ASK, PASS, ROLE, WAIT, Refused, call, created, emulated, run, settled

REGION = "us-east-1"


def test_an_emulator_that_only_runs_machines_loads_no_other_service():
    with emulated() as emulator:
        started(emulator, loggingConfiguration=logging_to("nowhere"))
        assert not emulator.services.used


def test_logs_and_events_of_services_in_use():
    pytest.importorskip("moto")
    with emulated() as emulator:
        emulator.services.reset()
        logs = emulator.backends.client("logs", REGION, ACCOUNT)
        queues = emulator.backends.client("sqs", REGION, ACCOUNT)
        bus = emulator.backends.client("events", REGION, ACCOUNT)
        logs.create_log_group(logGroupName="g")
        queue = queues.create_queue(QueueName="told")["QueueUrl"]
        bus.put_rule(Name="r", EventPattern=json.dumps({"source": ["aws.states"]}))
        bus.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:told"}])
        machine = created(emulator, WAIT, loggingConfiguration=logging_to("g"))
        arn = call(emulator, "StartExecution", stateMachineArn=machine)["executionArn"]
        settled(emulator)
        run(emulator, emulator.executions[arn].closed.wait())
        emulator.notices.worker.flush()
        messages = queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
        (stream,) = logs.describe_log_streams(logGroupName="g")["logStreams"]
        told = logs.get_log_events(logGroupName="g", logStreamName=stream["logStreamName"])["events"]
        emulator.services.reset()
    statuses = {json.loads(each["Body"])["detail"]["status"] for each in messages}
    reasons = {json.loads(each["Body"])["detail"]["redriveStatusReason"] for each in messages}
    assert statuses == {"RUNNING", "SUCCEEDED"}
    assert "Execution is RUNNING and cannot be redriven" in reasons
    assert len(told) == 4


def test_a_log_group_that_is_not_there_is_refused_where_that_is_known():
    pytest.importorskip("moto")
    missing = "Invalid Logging Configuration: Log Destination not found."
    with emulated(settings=Settings(account=ACCOUNT)) as emulator:
        created(emulator, name="before", loggingConfiguration=logging_to("g"))
        logs = emulator.backends.client("logs", REGION, ACCOUNT)
        logs.create_log_group(logGroupName="other")
        with pytest.raises(Refused) as refused:
            created(emulator, loggingConfiguration=logging_to("g"))
        assert (refused.value.code, refused.value.message) == ("InvalidLoggingConfiguration", missing)
        arn = created(emulator, loggingConfiguration=logging_to("other"))
        with pytest.raises(Refused) as refused:
            call(emulator, "UpdateStateMachine", stateMachineArn=arn, loggingConfiguration=logging_to("g"))
        assert refused.value.message == missing
        call(emulator, "UpdateStateMachine", stateMachineArn=arn, definition=PASS, roleArn=ROLE)
        emulator.services.reset()


def test_what_was_logged_before_a_restart_is_not_logged_again(tmp_path):
    pytest.importorskip("moto")
    settings = Settings(account=ACCOUNT, database=str(tmp_path / "db"))
    with emulated(settings=settings) as emulator:
        run(emulator, emulator.open())
        emulator.backends.client("logs", REGION, ACCOUNT).create_log_group(logGroupName="g")
        call(emulator, "CreateActivity", name="ask")
        machine = created(emulator, ASK, loggingConfiguration=logging_to("g"))
        arn = call(emulator, "StartExecution", stateMachineArn=machine)["executionArn"]
        settled(emulator)
    with emulated(settings=settings) as emulator:
        run(emulator, emulator.open())
        logs = emulator.backends.client("logs", REGION, ACCOUNT)
        logs.describe_log_groups()
        call(emulator, "StopExecution", executionArn=arn)
        settled(emulator)
        emulator.notices.worker.flush()
        streams = [
            each["logStreamName"] for each in logs.describe_log_streams(logGroupName="g")["logStreams"]
        ]
        told = [
            json.loads(event["message"])
            for each in streams
            for event in logs.get_log_events(logGroupName="g", logStreamName=each)["events"]
        ]
        emulator.services.reset()
    told.sort(key=lambda each: int(each["id"]))
    assert [each["id"] for each in told] == ["1", "2", "3", "4"]
    assert told[-1]["type"] == "ExecutionAborted"
