"""`asl run --endpoint-url`: tasks that reach machines and functions which `asl serve` has."""

import io
import json
import zipfile

import pytest

import emulator
from cli.services import RunServices
from tests.cli.shared import machine
from tests.cli.test_serve import served

ROLE = "arn:aws:iam::123456789012:role/any"
CODE = "def handler(event, context):\n    return {'doubled': 2 * event['n']}\n"


@pytest.fixture
def url(here):
    """A server with an Express machine, a Standard one and a function."""
    with served(here, "--clock", "virtual") as (_, ready):
        client = emulator.client(endpoint_url=ready["url"])
        wait = {"Type": "Wait", "Seconds": 3, "Next": "Say"}
        say = {"Type": "Pass", "Parameters": {"said.$": "$.n"}, "End": True}
        definition = json.dumps(machine("Rest", Rest=wait, Say=say))
        for name, kind in (("child", "STANDARD"), ("quick", "EXPRESS")):
            client.create_state_machine(name=name, definition=definition, roleArn=ROLE, type=kind)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("app.py", CODE)
        emulator.client("lambda", ready["url"]).create_function(
            FunctionName="double", Runtime="python3.13", Handler="app.handler", Role=ROLE,
            Code={"ZipFile": packed.getvalue()},
        )  # fmt: skip
        yield ready["url"]


def arn(name):
    return f"arn:aws:states:us-east-1:123456789012:stateMachine:{name}"


CASES = [
    (
        "states:startExecution.sync:2",
        {"StateMachineArn": arn("child"), "Input": {"n": 4}},
        lambda output: output["Output"] == {"said": 4},
    ),
    (
        "aws-sdk:sfn:startSyncExecution",
        {"StateMachineArn": arn("quick"), "Input": '{"n": 5}'},
        lambda output: json.loads(output["Output"]) == {"said": 5},
    ),
    (
        "lambda:invoke",
        {"FunctionName": "double", "Payload": {"n": 6}},
        lambda output: output["Payload"] == {"doubled": 12},
    ),
]


def test_an_endpoint_for_all_is_one_for_machines_and_functions_too(asl, write, url):
    for resource, parameters, expected in CASES:
        task = {
            "Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, "End": True,
        }  # fmt: skip
        result = asl("run", write("m.json", machine("Call", Call=task)), "--quiet", "--endpoint-url", url)
        assert result.exit_code == 0, (resource, result.stderr)
        assert expected(json.loads(result.stdout)), (resource, result.stdout)


def test_without_one_the_run_says_what_to_do(asl, write):
    resource, parameters, _ = CASES[0]
    task = {
        "Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, "End": True,
    }  # fmt: skip
    result = asl("run", write("m.json", machine("Call", Call=task)))
    assert result.exit_code == 1
    assert "This run has one state machine and no other" in result.stderr


def test_an_endpoint_for_all_others_leaves_a_server_what_is_its_own():
    settings = emulator.Settings(endpoints={"": "http://127.0.0.1:1", "sqs": "http://127.0.0.1:2"})
    with emulator.in_process(settings=settings) as local:
        places = [
            local.emulator.backends.endpoint(each) for each in ("stepfunctions", "lambda", "sns", "sqs")
        ]
    assert places == [None, None, "http://127.0.0.1:1", "http://127.0.0.1:2"]


def test_a_service_s_own_endpoint_goes_before_that_for_all():
    services = RunServices({"": "http://127.0.0.1:1", "lambda": "http://127.0.0.1:2"}, region="us-east-1")
    places = [services.backends().endpoint(each) for each in ("stepfunctions", "lambda", "sns")]
    assert places == ["http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:1"]
