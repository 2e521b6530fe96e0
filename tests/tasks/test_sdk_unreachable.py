"""Services that do not answer, or answer what nobody understands."""

import socket
import threading
from contextlib import contextmanager

import pytest

from emulator.transport import Response
from tests.tasks.reaching import At, Script, told

HELLO = {"QueueUrl": "http://localhost/1/q", "MessageBody": "x"}


@contextmanager
def listening(reply):
    """The URL of a server that sends some bytes to whoever connects, or nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held = []

        def serve():
            try:
                while True:
                    connection, _ = server.accept()
                    held.append(connection)
                    if reply is not None:
                        connection.recv(65536)
                        connection.sendall(reply)
                        connection.close()
            except OSError:
                return

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for each in held:
                each.close()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_an_endpoint_where_nobody_listens():
    port = free_port()
    signal = told("sqs:sendMessage", HELLO, At(f"http://127.0.0.1:{port}"))
    assert signal.error == "SQS.SdkClientException"
    assert signal.cause == (
        f"Unable to execute HTTP request: Connect to 127.0.0.1:{port} failed: Connection refused"
    )
    signal = told("aws-sdk:sqs:sendMessage", HELLO, At(f"http://127.0.0.1:{port}"))
    assert signal.error == "Sqs.SdkClientException"
    assert signal.cause.endswith("Connection refused (SDK Attempt Count: 1)")


def test_an_endpoint_that_takes_too_long():
    with listening(None) as url:
        signal = told("dynamodb:putItem", {"TableName": "t", "Item": {"a": {"S": "b"}}}, At(url))
    assert signal.error == "DynamoDB.SdkClientException"
    assert signal.cause == "Unable to execute HTTP request: Read timed out"


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<<<<<",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"Item": 5}',
        b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nOops",
        b"HTTP/1.1 302 Away\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    ],
)
@pytest.mark.parametrize("resource", ["dynamodb:getItem", "aws-sdk:dynamodb:getItem", "aws-sdk:s3:getObject"])
def test_an_endpoint_that_talks_nonsense_is_told_or_believed_and_no_traceback(reply, resource):
    parameters = {"TableName": "t", "Key": {"a": {"S": "b"}}}
    if resource.endswith("Object"):
        parameters = {"Bucket": "box", "Key": "k"}
    with listening(reply) as url:
        signal = told(resource, parameters, At(url))
    if hasattr(signal, "error"):
        assert signal.error.partition(".")[0] in ("DynamoDB", "DynamoDb", "S3")
        assert signal.cause
    else:
        assert isinstance(signal.output, dict)


def test_an_error_without_name_or_text():
    signal = told("dynamodb:getItem", {"TableName": "t", "Key": {}}, Script(Response(400, {}, b"{}")))
    assert signal.error == "DynamoDB.AmazonDynamoDBException"
    assert "(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: " in signal.cause


@pytest.mark.parametrize("parameters", [None, [], "x", 5])
@pytest.mark.parametrize(
    "resource", ["aws-sdk:dynamodb:putItem", "dynamodb:putItem", "events:putEvents", "ecs:runTask"]
)
def test_parameters_that_are_no_object(resource, parameters):
    assert told(resource, parameters, Script()).error.partition(".")[0] in (
        "DynamoDb",
        "DynamoDB",
        "ECS",
        "EventBridge",
    )


def test_a_call_keeps_what_it_was_given():
    given = {"Entries": [{"Detail": {"a": 1}, "DetailType": "d", "Source": "s"}]}
    before = repr(given)
    told("events:putEvents", given, Script({"Entries": [{"EventId": "e"}], "FailedEntryCount": 0}))
    assert repr(given) == before
