"""Functions in a database, in an execution, and behind the server's door."""

import asyncio
import json
import signal
import threading

from emulator.api.server import listening, serve, url_of
from emulator.clients import client as at_endpoint
from emulator.clocks import RealClock
from tests.emulator.reopening import crashed, emulated, machine, on_a_loop, settled, started
from tests.emulator.shared import emulated as emulated_here
from tests.emulator.shared import run
from tests.functions.shared import ACCOUNT, ECHO, REGION, ROLE, arn, zipped


def made(client, name="f", source=ECHO, **options):
    return client.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=ROLE,
        Handler="handler.handler",
        Code={"ZipFile": zipped({"handler.py": source})},
        **options,
    )


def lambdas(emulator):
    return emulator.backends.client("lambda", REGION, ACCOUNT)


@on_a_loop
async def test_functions_survive_a_crash(tmp_path):
    async with emulated(tmp_path / "db") as emulator:
        client = lambdas(emulator)
        first = await asyncio.to_thread(made, client, Tags={"a": "1"}, Publish=True)
        await asyncio.to_thread(client.create_alias, FunctionName="f", Name="prod", FunctionVersion="1")
        changed = {"FunctionName": "f", "ZipFile": zipped({"handler.py": ECHO.replace("event\n", "2\n")})}
        await asyncio.to_thread(lambda: client.update_function_code(**changed))
        await asyncio.to_thread(made, client, "g")
        await asyncio.to_thread(client.delete_function, FunctionName="g")
        copy = crashed(tmp_path / "db")
    async with emulated(copy) as emulator:
        client = lambdas(emulator)
        found = await asyncio.to_thread(client.get_function, FunctionName="f", Qualifier="prod")
        assert found["Tags"] == {"a": "1"}
        assert found["Configuration"]["CodeSha256"] == first["CodeSha256"]
        for name, result in (("f:prod", "1"), ("f", "2")):
            answer = await asyncio.to_thread(client.invoke, FunctionName=name, Payload=b"1")
            assert answer["Payload"].read().decode() == result
        assert len((await asyncio.to_thread(client.list_functions))["Functions"]) == 1


@on_a_loop
async def test_code_that_no_function_is_made_of_is_not_kept(tmp_path):
    async with emulated(tmp_path / "db") as emulator:
        client = lambdas(emulator)
        for number in range(3):
            source = f"def handler(event, context):\n    return {number}\n"
            await asyncio.to_thread(made, client, f"f{number}", source)
        for number in range(2):
            await asyncio.to_thread(client.delete_function, FunctionName=f"f{number}")
    async with emulated(tmp_path / "db") as emulator:
        assert list(emulator.functions.shelf._archives) == [
            each.latest.code for each in emulator.functions.shelf.records.values()
        ]
        await emulator.reset()
        assert not emulator.functions.shelf.records
    async with emulated(tmp_path / "db") as emulator:
        assert not emulator.functions.shelf.records
        assert not emulator.functions.shelf._archives


TASKS = {
    "StartAt": "Direct",
    "States": {
        "Direct": {"Type": "Task", "Resource": arn("double"), "Next": "Invoke"},
        "Invoke": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "double", "Payload.$": "$"},
            "OutputPath": "$.Payload",
            "Next": "Sdk",
        },
        "Sdk": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:lambda:invoke",
            "Parameters": {"FunctionName": "double", "Payload.$": "$"},
            "OutputPath": "$.Payload",
            "End": True,
        },
    },
}


@on_a_loop
async def test_tasks_call_functions(tmp_path):
    async with emulated(tmp_path / "db") as emulator:
        source = "def handler(event, context):\n    return 2 * event\n"
        await asyncio.to_thread(made, lambdas(emulator), "double", source)
        execution = await started(emulator, json.dumps(TASKS), input="21")
        await settled(emulator)
        record = emulator.executions[execution].record
        assert (record.status, record.output) == ("SUCCEEDED", '"168"'), record.cause


@on_a_loop
async def test_a_local_handler_goes_before_a_function(tmp_path):
    async with emulated(tmp_path / "db", handlers={"double": lambda event, context: "local"}) as emulator:
        await asyncio.to_thread(made, lambdas(emulator), "double")
        task = {"Type": "Task", "Resource": arn("double"), "End": True}
        execution = await started(emulator, machine(T=task), input="1")
        await settled(emulator)
        assert emulator.executions[execution].record.output == '"local"'


CALLS_BACK = """
import boto3

def handler(event, context):
    listed = boto3.client("lambda").list_functions()["Functions"]
    return [each["FunctionName"] for each in listed]
"""


def test_functions_are_made_and_called_at_the_servers_port_and_reach_it_themselves():
    with emulated_here(clock=RealClock()) as emulator:
        listener = listening("127.0.0.1", 0)
        url = url_of(listener)
        answers = []

        def ask():
            try:
                client = at_endpoint("lambda", url, aws_access_key_id=ACCOUNT)
                made(client, "back", CALLS_BACK, Timeout=60)
                answer = client.invoke(FunctionName="back", LogType="Tail")
                answers.extend([answer["Payload"].read(), answer["ExecutedVersion"]])
                client.close()
            finally:
                signal.raise_signal(signal.SIGTERM)

        asking = threading.Thread(target=ask)
        run(emulator, serve(emulator, listener, asking.start))
        asking.join(10)
    assert answers == [b'["back"]', "$LATEST"]
