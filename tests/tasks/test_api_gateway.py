import json

import pytest

from asl.signals import TaskFailed, TaskSubmitted, TaskSucceeded
from emulator.tasks.http import api_gateway
from tests.tasks.http_server import ACCOUNT, Clients, Reply, Service, called, fault, payload, site
from tests.tasks.other_services import OtherServices

FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"


def told(parameters, backends=None, **more):
    call = called("apigateway", parameters, backends or Clients(), **more)
    (signal,) = api_gateway.run(call).signals
    return signal


# ------------------------------------------------------------------ over the network


def test_an_api_that_listens_somewhere():
    parameters = {
        "Method": "PUT",
        "Stage": "prod",
        "Path": "/bills/a b",
        "Headers": {"X-Token": ["t"], "X-Many": ["1", 2]},
        "QueryParameters": {"billId": ["12", "34"], "empty": []},
        "RequestBody": {"billId": "my-new-bill", "nothing": None, "list": [None, 1]},
    }
    with site(lambda seen: Reply(201, b'"made"')) as server:
        signal = told({"ApiEndpoint": server.url, **parameters})
    assert isinstance(signal, TaskSucceeded)
    assert signal.output["ResponseBody"] == "made"
    assert (signal.output["StatusCode"], signal.output["StatusText"]) == (201, "Created")
    names = list(signal.output["Headers"])
    assert names == sorted(names, key=str.lower)
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("PUT", "/prod/bills/a%20b?billId=12&billId=34")
    assert json.loads(seen.body) == {"billId": "my-new-bill", "list": [1]}
    assert (seen.headers["x-token"], seen.headers["x-many"]) == ("t", "1,2")
    assert seen.headers["content-type"] == "application/json"


def test_nulls_are_sent_if_asked_for():
    with site() as server:
        told(
            {"ApiEndpoint": server.url, "Method": "POST", "AllowNullValues": True, "RequestBody": {"a": None}}
        )
    assert (server.seen[0].path, server.seen[0].body) == ("/", '{"a":null}')


def test_an_error_s_cause_is_the_body():
    with site(lambda seen: Reply(404, b'{"message":"gone"}')) as server:
        signal = told({"ApiEndpoint": server.url, "Method": "GET"})
    assert isinstance(signal, TaskFailed)
    assert (signal.error, signal.cause) == ("ApiGateway.404", '{"message":"gone"}')


def test_nobody_listens():
    with site() as server:
        closed = server.url
    signal = told({"ApiEndpoint": closed, "Method": "GET"})
    assert signal.error == "ApiGateway.SdkClientException"
    assert signal.cause.startswith("Unable to execute HTTP request: ")


def test_the_token_goes_in_a_header():
    with site() as server:
        signal = told(
            {"ApiEndpoint": server.url, "Method": "POST", "Headers": {"TaskToken": ["tok"]}},
            pattern="token",
            token="tok",
        )
    assert isinstance(signal, TaskSubmitted)
    assert server.seen[0].headers["tasktoken"] == "tok"


def test_an_api_of_aws_is_asked_at_the_endpoint_that_was_named():
    with site() as server:
        told(
            {
                "ApiEndpoint": "abc123.execute-api.eu-west-1.amazonaws.com",
                "Method": "GET",
                "Stage": "s",
                "Path": "p",
            },
            Clients({"apigateway": server.url}),
        )
    (seen,) = server.seen
    assert seen.path == "/s/p"
    assert seen.headers["host"] == "abc123.execute-api.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    "parameters",
    [
        {"Method": "GET"},
        {"ApiEndpoint": "", "Method": "GET"},
        {"ApiEndpoint": "https://[", "Method": "GET"},
        {"ApiEndpoint": "http://example.com", "Method": "GET"},
        {"ApiEndpoint": "https://example.com", "Method": "TRACE"},
        {"ApiEndpoint": "https://example.com", "Method": "GET", "AuthType": "SECRET"},
        {"ApiEndpoint": "https://example.com", "Method": "GET", "Stage": 1},
        {"ApiEndpoint": "https://example.com", "Method": "GET", "QueryParameters": []},
        {"ApiEndpoint": "https://example.com", "Method": "GET", "Headers": {"Host": ["x"]}},
        {"ApiEndpoint": "https://example.com", "Method": "GET", "Headers": {"a": ["1\r\nb: 2"]}},
    ],
)
def test_parameters_that_make_no_request(parameters):
    assert told(parameters).error == "States.Runtime"


def test_a_header_that_is_no_list():
    signal = told({"ApiEndpoint": "https://example.com", "Method": "GET", "Headers": {"a": "b"}})
    assert signal.cause.endswith(
        "could not be used to start the Task: [The value of the field 'Headers' has an invalid format]"
    )


# ------------------------------------------------------------------ in the emulated API Gateway


@pytest.fixture
def gateway():
    pytest.importorskip("moto")
    return Gateway()


class Gateway:
    """A REST API of the emulated service, and a function that answers its calls."""

    def __init__(self):
        self.events = []
        self.answer = lambda event: event
        self.error = False
        self.backends = OtherServices(**{"lambda": Service(invoke=self.invoke)})
        self.client = self.backends.client("apigateway", "us-east-1", ACCOUNT)
        self.api = self.client.create_rest_api(name="test")["id"]
        (root,) = self.client.get_resources(restApiId=self.api)["items"]
        self.paths = {"": root["id"]}

    def invoke(self, FunctionName, Payload):
        if not FunctionName.endswith(":f"):
            raise fault("ResourceNotFoundException", "no function", "Invoke")
        self.events.append(json.loads(Payload))
        answer = payload(self.answer(self.events[-1]))
        return answer | ({"FunctionError": "Unhandled"} if self.error else {})

    def resource(self, path):
        if path not in self.paths:
            parent, _, part = path.rpartition("/")
            made = self.client.create_resource(
                restApiId=self.api, parentId=self.resource(parent), pathPart=part
            )
            self.paths[path] = made["id"]
        return self.paths[path]

    def put(
        self, path, method="POST", type="AWS", uri=URI, responses=(("200", None),), template=None, **more
    ):
        at = {"restApiId": self.api, "resourceId": self.resource(path), "httpMethod": method}
        self.client.put_method(**at, authorizationType="NONE")
        self.client.put_integration(**at, type=type, integrationHttpMethod="POST", uri=uri, **more)
        for status, pattern in responses:
            self.client.put_method_response(**at, statusCode=status)
            self.client.put_integration_response(
                **at,
                statusCode=status,
                **({} if pattern is None else {"selectionPattern": pattern}),
                **({} if template is None else {"responseTemplates": {"application/json": template}}),
            )
        self.client.create_deployment(restApiId=self.api, stageName="dev")

    def told(self, path, method="POST", stage="dev", **more):
        endpoint = f"{self.api}.execute-api.us-east-1.amazonaws.com"
        parameters = {"ApiEndpoint": endpoint, "Method": method, "Stage": stage, "Path": path, **more}
        return told(parameters, self.backends)


RECORDED = {
    "Connection", "Content-Length", "Content-Type", "Date", "Via", "x-amz-apigw-id", "X-Amz-Cf-Id",
    "X-Amz-Cf-Pop", "x-amzn-RequestId", "X-Amzn-Trace-Id", "X-Cache",
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "event", "length"),
    [
        ({}, {}, "2"),
        ({"RequestBody": None}, {}, "2"),
        ({"RequestBody": ""}, "", "2"),
        ({"RequestBody": "HelloWorld"}, "HelloWorld", "12"),
        ({"RequestBody": {"message": "HelloWorld!"}}, {"message": "HelloWorld!"}, "25"),
    ],
)
def test_a_function_behind_an_api(gateway, given, event, length):
    gateway.put("/id_func")
    signal = gateway.told("id_func", **given)
    assert gateway.events == [event]
    assert signal.output["ResponseBody"] == event
    assert (signal.output["StatusCode"], signal.output["StatusText"]) == (200, "OK")
    assert set(signal.output["Headers"]) == RECORDED
    assert signal.output["Headers"]["Content-Length"] == [length]
    assert signal.output["Headers"]["Content-Type"] == ["application/json"]


def test_an_endpoint_of_a_local_gateway_names_the_same_api(gateway):
    gateway.put("/id_func")
    local = f"http://localhost:4566/restapis/{gateway.api}"
    signal = gateway.told("id_func", ApiEndpoint=local, RequestBody=[1])
    assert signal.output["ResponseBody"] == [1]


@pytest.mark.parametrize(("path", "method"), [("id_funcinvalid", "POST"), ("id_func", "GET"), ("", "POST")])
def test_what_the_api_does_not_have(gateway, path, method):
    gateway.put("/id_func")
    signal = gateway.told(path, method)
    assert (signal.error, signal.cause) == ("ApiGateway.403", '{"message":"Missing Authentication Token"}')


@pytest.mark.parametrize(
    "what", [{"stage": "other"}, {"ApiEndpoint": "nope.execute-api.us-east-1.amazonaws.com"}]
)
def test_no_such_stage_or_api(gateway, what):
    gateway.put("/id_func")
    signal = gateway.told("id_func", **what)
    assert (signal.error, signal.cause) == ("ApiGateway.403", '{"message":"Forbidden"}')


def test_the_most_special_path_answers(gateway):
    for path in ("/a/{id}", "/a/b", "/{proxy+}"):
        gateway.put(path, "ANY", "AWS_PROXY")
    gateway.answer = lambda event: {"body": json.dumps([event["resource"], event["pathParameters"]])}
    assert gateway.told("a/b", "GET").output["ResponseBody"] == ["/a/b", None]
    assert gateway.told("a/c%20d", "GET").output["ResponseBody"] == ["/a/{id}", {"id": "c d"}]
    assert gateway.told("x/y", "PUT").output["ResponseBody"] == ["/{proxy+}", {"proxy": "x/y"}]


def test_a_proxied_function_gets_the_request_and_makes_the_response(gateway):
    gateway.put("/p", "POST", "AWS_PROXY")
    gateway.answer = lambda event: {
        "statusCode": 202,
        "headers": {"Content-Type": "text/plain", "X-Own": 1},
        "multiValueHeaders": {"X-Two": ["a", "b"]},
        "body": "aGk=",
        "isBase64Encoded": True,
    }
    signal = gateway.told(
        "p", Headers={"X-In": ["1"]}, QueryParameters={"q": ["1", "2"]}, RequestBody={"a": 1}
    )
    (event,) = gateway.events
    assert (event["httpMethod"], event["path"], event["body"]) == ("POST", "/p", '{"a":1}')
    assert event["headers"]["X-In"] == "1"
    assert event["queryStringParameters"] == {"q": "2"}
    assert event["multiValueQueryStringParameters"] == {"q": ["1", "2"]}
    assert event["requestContext"]["stage"] == "dev"
    assert (signal.output["ResponseBody"], signal.output["StatusCode"]) == ("hi", 202)
    assert signal.output["Headers"]["X-Two"] == ["a", "b"]
    assert signal.output["Headers"]["Content-Type"] == ["text/plain"]


@pytest.mark.parametrize(
    "answer", ["text", {"statusCode": "many"}, {"statusCode": []}, {"body": "*", "isBase64Encoded": True}]
)
def test_a_proxied_function_that_makes_no_response(gateway, answer):
    gateway.put("/p", "POST", "AWS_PROXY")
    gateway.answer = lambda event: answer
    signal = gateway.told("p")
    assert (signal.error, signal.cause) == ("ApiGateway.502", '{"message":"Internal server error"}')


def test_a_function_s_error_chooses_the_response(gateway):
    gateway.put("/e", responses=(("200", None), ("404", "no such.*")))
    gateway.error = True
    gateway.answer = lambda event: {"errorMessage": "no such thing", "errorType": "E"}
    signal = gateway.told("e")
    assert signal.error == "ApiGateway.404"
    assert json.loads(signal.cause)["errorMessage"] == "no such thing"
    gateway.answer = lambda event: {"errorMessage": "else"}
    assert gateway.told("e").output["ResponseBody"] == {"errorMessage": "else"}


def test_a_function_that_is_not_there(gateway):
    gateway.put("/n", uri=URI.replace("function:f/", "function:none/"))
    assert gateway.told("n").error == "ApiGateway.500"


def test_a_mock(gateway):
    gateway.put("/m", "GET", "MOCK", uri="", template='{"up": true}')
    assert gateway.told("m", "GET").output["ResponseBody"] == {"up": True}


@pytest.mark.parametrize(
    "more",
    [
        {"requestTemplates": {"application/json": "$input.json('$')"}},
        {"template": "$input.body"},
        {"uri": "arn:aws:apigateway:us-east-1:dynamodb:action/PutItem"},
    ],
)
def test_what_needs_more_of_api_gateway_says_so(gateway, more):
    gateway.put("/t", **more)
    signal = gateway.told("t")
    assert signal.error == "ApiGateway.SdkClientException"
    assert "here" in signal.cause


def test_a_server_behind_an_api(gateway):
    with site() as server:
        gateway.put("/h/{id}", "GET", "HTTP_PROXY", uri=server.url + "/back/{id}", responses=())
        signal = gateway.told("h/7", "GET", QueryParameters={"a": ["b"]})
    assert signal.output["ResponseBody"] == {"ok": True}
    assert server.seen[0].path == "/back/7?a=b"
