import json

import pytest

from emulator.notices import logs
from emulator.notices.notices import Notices
from tests.emulator.noticing import ACCOUNT, FAIL, execution, listening, logging_to, started
from tests.emulator.shared import START, WAIT, call, created, emulated, run, settled
from tests.tasks.http_server import Clients, Service, fault
from tests.tasks.other_services import OtherServices


@pytest.fixture
def services():
    pytest.importorskip("moto")
    services = OtherServices()
    yield services
    services.services.reset()


def written(services, group):
    client = services.client("logs", "us-east-1", ACCOUNT)
    streams = client.describe_log_streams(logGroupName=group)["logStreams"]
    names = [each["logStreamName"] for each in streams]
    read = [client.get_log_events(logGroupName=group, logStreamName=each)["events"] for each in names]
    return names, [json.loads(each["message"]) for events_read in read for each in events_read]


def test_records_are_written_while_an_execution_runs_and_its_stream_is_named_as_aws_does(services):
    services.client("logs", "us-east-1", ACCOUNT).create_log_group(logGroupName="g")
    with emulated() as emulator:
        notices = listening(emulator, services)
        machine = created(emulator, WAIT, loggingConfiguration=logging_to("g"))
        answer = call(emulator, "StartExecution", stateMachineArn=machine)
        settled(emulator)
        running = emulator.executions[answer["executionArn"]]
        notices.wrote(running)
        notices.worker.flush()
        before = written(services, "g")[1]
        run(emulator, running.closed.wait())
        notices.close()
    names, after = written(services, "g")
    assert [each["type"] for each in after][: len(before)] == [each["type"] for each in before]
    assert [each["id"] for each in after] == [str(each + 1) for each in range(len(after))]
    assert after[-1]["type"] == "ExecutionSucceeded"
    (name,) = names
    kind, machine_name, minute, identity = name.split("/")
    assert (kind, machine_name) == ("states", "machine")
    assert minute.count("-") == 4
    assert int(identity, 16) >= 0
    assert len(identity) == 8
    assert list(after[0]) == [
        "id", "type", "details", "previous_event_id", "event_timestamp", "execution_arn", "redrive_count",
    ]  # fmt: skip
    assert list(after[0]["details"]) == ["input", "inputDetails", "roleArn"]
    assert after[0]["event_timestamp"] == str(START)


def test_what_was_logged_before_a_redrive_is_not_logged_again(services):
    services.client("logs", "us-east-1", ACCOUNT).create_log_group(logGroupName="g")
    with emulated() as emulator:
        notices = listening(emulator, services)
        arn = started(emulator, FAIL, loggingConfiguration=logging_to("g"))
        seen = emulator.executions[arn].visible
        call(emulator, "RedriveExecution", executionArn=arn)
        settled(emulator)
        notices.close()
    _, told = written(services, "g")
    assert [int(each["id"]) for each in told] == list(range(1, len(told) + 1))
    assert len(told) > seen
    assert {each["redrive_count"] for each in told[seen:]} == {"1"}


def test_a_log_group_that_is_gone_takes_nothing(services, caplog):
    client = services.client("logs", "us-east-1", ACCOUNT)
    client.create_log_group(logGroupName="g")
    with emulated() as emulator:
        notices = listening(emulator, services)
        started(emulator, loggingConfiguration=logging_to("g"))
        notices.worker.flush()
        client.delete_log_group(logGroupName="g")
        arn = started(emulator, FAIL, name="second", loggingConfiguration=logging_to("g"))
        assert call(emulator, "DescribeExecution", executionArn=arn)["status"] == "FAILED"
        notices.worker.flush()
        client.create_log_group(logGroupName="g")
        started(emulator, name="third", loggingConfiguration=logging_to("g"))
        notices.worker.flush()
        assert len(written(services, "g")[1]) == 4
        client.delete_log_group(logGroupName="g")
        client.create_log_group(logGroupName="g")
        started(emulator, name="fourth", loggingConfiguration=logging_to("g"))
        call(emulator, "StartExecution", stateMachineArn=arn_of("third"))
        settled(emulator)
        notices.close()
    assert caplog.text == ""
    assert len(written(services, "g")[1]) == 8


def arn_of(machine):
    return f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:{machine}"


def test_whether_a_log_group_is_there(services):
    client = services.client("logs", "us-east-1", ACCOUNT)
    client.create_log_group(logGroupName="group-longer")
    notices = Notices(services, lambda: True, lambda running: {})
    assert not notices.exists(logging_to("group"))
    client.create_log_group(logGroupName="group")
    assert notices.exists(logging_to("group"))
    assert notices.exists({"level": "OFF"})


def test_a_service_that_does_not_say_whether_a_log_group_is_there(caplog):
    def describe_log_groups(**_):
        raise fault("AccessDeniedException", "no", "DescribeLogGroups")

    backends = Clients(logs=Service(describe_log_groups=describe_log_groups))
    assert Notices(backends, lambda: True, lambda running: {}).exists(logging_to("g"))
    assert "AccessDeniedException" in caplog.text


@pytest.mark.parametrize(
    ("level", "name", "expected"),
    [
        ("ALL", "PassStateEntered", True),
        ("ERROR", "PassStateEntered", False),
        ("ERROR", "TaskFailed", True),
        ("ERROR", "LambdaFunctionTimedOut", True),
        ("ERROR", "MapIterationAborted", True),
        ("ERROR", "FailStateEntered", True),
        ("FATAL", "TaskFailed", False),
        ("FATAL", "FailStateEntered", False),
        ("FATAL", "ExecutionTimedOut", True),
        ("ERROR", "ExecutionSucceeded", False),
    ],
)
def test_levels(level, name, expected):
    assert logs.is_logged(level, name) is expected


def test_the_data_of_a_record_that_is_too_long_is_cut():
    from asl.history import EXECUTION_SUCCEEDED

    event = (EXECUTION_SUCCEEDED, 3, START, "", "", 0, 0, -1, "x" * 260_000, None)
    (told,) = logs.records(execution(), 4, [event], logs.destination(logging_to("g")))
    record = json.loads(told["message"])
    assert record["details"] == {"outputDetails": {"truncated": True}}
    assert (record["id"], record["previous_event_id"]) == ("4", "3")
