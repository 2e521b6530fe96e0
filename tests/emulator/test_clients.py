"""Clients: boto3 led to an emulator in process, or kept from putting a prefix before its host."""

import io
import json
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import boto3
import botocore.client
import botocore.endpoint
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

import emulator
from tests.emulator.shared import PASS, ROLE, WAIT

TASK = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
            "HeartbeatSeconds": 60,
            "End": True,
        }
    },
}
NOWHERE = "http://127.0.0.1:9"


def made(client, definition=PASS, name="machine", **members):
    answer = client.create_state_machine(name=name, definition=definition, roleArn=ROLE, **members)
    return answer["stateMachineArn"]


@pytest.fixture
def local():
    with emulator.in_process() as inside:
        yield inside


@pytest.fixture
def plain(monkeypatch):
    """A client as anybody makes one; its host does not exist."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "111122223333")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return boto3.session.Session(region_name="eu-west-1").client("stepfunctions", endpoint_url=NOWHERE)


# ------------------------------------------------------------------ in process


def test_a_wait_of_an_hour_takes_no_time(local):
    client = local.client()
    before = local.clock.now
    run = client.start_execution(stateMachineArn=made(client, WAIT))
    ended = local.wait(run["executionArn"])
    assert ended["status"] == "SUCCEEDED"
    assert ended["stopDate"] - ended["startDate"] == timedelta(minutes=1)
    assert local.clock.now >= before + timedelta(minutes=1)


def test_errors_are_botocores_own(local):
    client = local.client()
    with pytest.raises(client.exceptions.StateMachineDoesNotExist) as caught:
        client.start_execution(stateMachineArn="arn:aws:states:us-east-1:123456789012:stateMachine:none")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_region_and_account_are_the_clients(local):
    client = local.client(region_name="eu-west-1", aws_access_key_id="111122223333")
    assert made(client).startswith("arn:aws:states:eu-west-1:111122223333:")


def test_handlers_are_registered_by_call_or_decorator(local):
    seen = []
    local.register("ask", lambda event, context: seen.append(event["token"]))

    @local.register("other")
    def other(event, context):
        return None

    assert set(local.handlers) == {"ask", "other"}
    client = local.client()
    arn = client.start_execution(stateMachineArn=made(client, json.dumps(TASK)))["executionArn"]
    local.settle()
    client.send_task_success(taskToken=seen[0], output='"yes"')
    assert local.wait(arn)["output"] == '"yes"'


def test_the_clock_is_put_on_where_it_waits_for_somebody(local):
    local.register("ask", lambda event, context: None)
    client = local.client()
    arn = client.start_execution(stateMachineArn=made(client, json.dumps(TASK)))["executionArn"]
    local.settle()
    assert client.describe_execution(executionArn=arn)["status"] == "RUNNING"
    local.clock.advance(59)
    assert client.describe_execution(executionArn=arn)["status"] == "RUNNING"
    local.clock.advance(timedelta(seconds=1))
    assert local.wait(arn)["error"] == "States.Timeout"


def test_the_clock_goes_to_an_instant_and_never_back(local):
    later = local.clock.now + timedelta(days=1)
    assert local.clock.advance(to=later) == later
    with pytest.raises(ValueError, match="never goes back"):
        local.clock.advance(to=later - timedelta(seconds=1))
    with pytest.raises(ValueError, match="never goes back"):
        local.clock.advance(-1)


def test_a_synchronous_express_execution(local):
    client = local.client()
    arn = made(client, WAIT, type="EXPRESS")
    assert client.start_sync_execution(stateMachineArn=arn)["status"] == "SUCCEEDED"


def test_waiting_has_an_end(local):
    local.register("ask", lambda event, context: None)
    client = local.client()
    arn = client.start_execution(stateMachineArn=made(client, json.dumps(TASK)))["executionArn"]
    with pytest.raises(TimeoutError):
        local.wait(arn, timeout=0.01)
    with pytest.raises(client.exceptions.ExecutionDoesNotExist):
        local.wait(arn + "x")


def test_reset_forgets_everything_and_ends_what_runs(local):
    local.register("ask", lambda event, context: None)
    client = local.client()
    client.create_activity(name="a")
    client.start_execution(stateMachineArn=made(client, json.dumps(TASK)))
    local.settle()  # the clock stands still now
    client.start_execution(stateMachineArn=made(client, WAIT, "express", type="EXPRESS"))
    local.settle()
    assert len(local.emulator.engine.live) == 2
    local.reset()
    assert not client.list_state_machines()["stateMachines"]
    assert not client.list_activities()["activities"]
    assert not local.emulator.engine.live
    assert "ask" in local.handlers
    assert "started_total{" not in local.emulator.metrics.text(0)


def test_many_threads_may_use_one_client(local):
    client = local.client()
    arn = made(client, WAIT)

    def run(number):
        started = client.start_execution(stateMachineArn=arn, name=f"n{number}")
        return local.wait(started["executionArn"])["status"]

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(run, range(40))) == {"SUCCEEDED"}


def test_several_beside_each_other_share_nothing():
    with emulator.in_process() as one, emulator.in_process() as other:
        made(one.client())
        assert not other.client().list_state_machines()["stateMachines"]


def test_closing_leaves_no_thread_even_if_somebody_waits():
    before = threading.active_count()
    with emulator.in_process(clock="real") as local:
        client = local.client()
        arn = made(client, WAIT, type="EXPRESS")
        ended = []

        def wait():
            try:
                client.start_sync_execution(stateMachineArn=arn)
            except BaseException as error:
                ended.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        while not local.emulator.engine.live:
            thread.join(0.001)
    thread.join(10)
    assert not thread.is_alive()
    assert ended
    assert threading.active_count() <= before + 1  # the pool's thread may still be on its way out


def test_functions_are_made_and_called_in_process(local):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return event['n'] + 1\n")
    made = local.client("lambda").create_function(
        FunctionName="add",
        Runtime="python3.12",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/any",
        Code={"ZipFile": code.getvalue()},
    )
    assert made["FunctionArn"] == "arn:aws:lambda:us-east-1:123456789012:function:add"
    task = {"Type": "Task", "Resource": made["FunctionArn"], "End": True}
    machine = local.client().create_state_machine(
        name="m",
        definition=json.dumps({"StartAt": "T", "States": {"T": task}}),
        roleArn="arn:aws:iam::123456789012:role/any",
    )
    started = local.client().start_execution(stateMachineArn=machine["stateMachineArn"], input='{"n": 41}')
    assert local.wait(started["executionArn"])["output"] == "42"


def test_a_profile_that_is_not_there_is_not_looked_for(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this")
    assert emulator.client().meta.endpoint_url == "http://127.0.0.1:8083"


def test_the_environment_names_the_endpoint(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SFN", NOWHERE)
    assert emulator.client().meta.endpoint_url == NOWHERE
    assert emulator.client(endpoint_url="http://localhost:1").meta.endpoint_url == "http://localhost:1"


# ------------------------------------------------------------------ mock


def test_the_mock_answers_clients_made_before_and_after(plain):
    original = botocore.endpoint.Endpoint._do_get_response
    with emulator.mock_stepfunctions() as local:
        arn = made(plain)
        assert arn.startswith("arn:aws:states:eu-west-1:111122223333:")
        later = boto3.client("stepfunctions", region_name="eu-west-1")
        ended = local.wait(later.start_execution(stateMachineArn=arn)["executionArn"])
        assert ended["status"] == "SUCCEEDED"
    assert botocore.endpoint.Endpoint._do_get_response is original


def test_the_mock_leaves_other_services_alone(plain, monkeypatch):
    other = boto3.client("lambda", region_name="eu-west-1", endpoint_url=NOWHERE)
    asked = []

    def stub(request, **_):
        asked.append(request.url)
        return botocore.awsrequest.AWSResponse(request.url, 404, {}, Raw())

    class Raw:
        def stream(self):
            return [b"{}"]

    other.meta.events.register("before-send", stub)
    plain.meta.events.register("before-send", stub)  # as moto does, for every service
    with emulator.mock_stepfunctions():
        made(plain)
        assert not asked
        with pytest.raises(ClientError):
            other.get_function(FunctionName="f")
    assert len(asked) == 1


def test_the_innermost_mock_answers(plain):
    with emulator.mock_stepfunctions():
        made(plain)
        with emulator.mock_stepfunctions():
            assert not plain.list_state_machines()["stateMachines"]
        assert plain.list_state_machines()["stateMachines"]


def test_clients_in_process_stay_with_their_own(plain, local):
    with emulator.mock_stepfunctions():
        made(plain)
        assert not local.client().list_state_machines()["stateMachines"]


def test_after_the_mock_requests_go_where_they_went(plain):
    with emulator.mock_stepfunctions():
        plain.list_state_machines()
    config = botocore.config.Config(retries={"total_max_attempts": 1})
    gone = boto3.client("stepfunctions", region_name="eu-west-1", endpoint_url=NOWHERE, config=config)
    with pytest.raises(EndpointConnectionError):
        gone.list_state_machines()


# ------------------------------------------------------------------ the host prefix


def asked_url(client):
    """Where StartSyncExecution would be sent."""
    urls = []

    def stub(request, **_):
        urls.append(request.url)
        raise Asked

    client.meta.events.register("before-send", stub)
    with pytest.raises(Asked):
        client.start_sync_execution(stateMachineArn="arn:aws:states:eu-west-1:111122223333:stateMachine:m")
    client.meta.events.unregister("before-send", stub)
    return urls[0]


class Asked(Exception):
    pass


def test_the_patch_takes_the_prefix_from_our_endpoints_only(plain):
    aws = boto3.client("stepfunctions", region_name="eu-west-1")
    named = boto3.client("stepfunctions", region_name="eu-west-1", endpoint_url="http://steps:8083")
    assert asked_url(plain) == "http://sync-127.0.0.1:9/"
    undo = emulator.patch_boto3(hosts=["steps"])
    try:
        assert asked_url(plain) == f"{NOWHERE}/"
        assert asked_url(named) == "http://steps:8083/"
        assert asked_url(aws).startswith("https://sync-states.eu-west-1.")
    finally:
        undo()
    assert asked_url(plain) == "http://sync-127.0.0.1:9/"


def test_our_client_has_no_prefix_without_a_patch():
    assert asked_url(emulator.client(endpoint_url=NOWHERE)) == f"{NOWHERE}/"


def test_other_names_are_not_there():
    with pytest.raises(AttributeError, match="nothing"):
        emulator.nothing  # noqa: B018
    assert all(hasattr(emulator, name) for name in emulator.__all__)
