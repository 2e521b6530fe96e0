import base64
import json
import logging
from urllib.parse import parse_qs

import pytest
from botocore.exceptions import EndpointConnectionError

from asl.signals import TaskFailed, TaskSucceeded
from emulator.tasks.http import integration as http
from tests.tasks.http_server import ACCOUNT, CONNECTION, NOW, Clients, Reply, Service, called, connected, site
from tests.tasks.other_services import OtherServices


def told(backends, url, now=NOW, arn=CONNECTION, **parameters):
    whole = {"ApiEndpoint": url, "Method": "POST", "InvocationConfig": {"ConnectionArn": arn}, **parameters}
    (signal,) = http.run(called("http", whole, backends, now=now)).signals
    return signal


def test_basic():
    with site() as server:
        told(connected(), server.url)
    expected = base64.b64encode(b"ada:s3cret").decode()
    assert server.seen[0].headers["authorization"] == f"Basic {expected}"


def test_an_api_key_wins_over_the_task_s_header():
    backends = connected("API_KEY", {"api_key_name": "X-Key", "api_key_value": "k"})
    with site() as server:
        told(backends, server.url, Headers={"x-key": "mine"})
    assert server.seen[0].headers["x-key"] == "k"


PARAMETERS = {
    "InvocationHttpParameters": {
        "HeaderParameters": [{"Key": "X-Org", "Value": "7"}, {"Key": "X-Hidden", "IsValueSecret": True}],
        "QueryStringParameters": [{"Key": "v", "Value": "2"}],
        "BodyParameters": [{"Key": "tenant", "Value": "t"}],
    }
}


def test_what_a_connection_adds_wins_and_its_secret_values_come_from_the_secret():
    hidden = {"header_parameters": [{"key": "X-Hidden", "value": "h", "is_value_secret": True}]}
    secret = {"username": "u", "password": "p", "invocation_http_parameters": hidden}
    with site() as server:
        told(
            connected("BASIC", secret, PARAMETERS),
            server.url,
            Headers={"x-org": "mine"},
            QueryParameters={"v": "1", "w": "3"},
            RequestBody={"tenant": "mine", "a": 1},
        )
    (seen,) = server.seen
    assert (seen.headers["x-org"], seen.headers["x-hidden"]) == ("7", "h")
    assert seen.path == "/?v=2&w=3"
    assert json.loads(seen.body) == {"tenant": "t", "a": 1}


def test_a_connection_s_body_cannot_be_put_into_text():
    with site() as server:
        signal = told(connected("BASIC", None, PARAMETERS), server.url, RequestBody="text")
    assert (signal.error, server.seen) == ("States.Runtime", [])


def oauth(url, method="POST", secret="cs"):
    return connected(
        "OAUTH_CLIENT_CREDENTIALS",
        {"client_parameters": {"client_id": "id", "client_secret": secret}},
        {
            "OAuthParameters": {
                "AuthorizationEndpoint": f"{url}/token",
                "HttpMethod": method,
                "ClientParameters": {"ClientID": "id"},
                "OAuthHttpParameters": {
                    "BodyParameters": [{"Key": "audience", "Value": "api"}],
                    "HeaderParameters": [{"Key": "X-A", "Value": "1"}],
                    "QueryStringParameters": [{"Key": "q", "Value": "2"}],
                },
            }
        },
    )


class Issuer:
    """Gives tokens with numbers, which are good for so many seconds, and accepts those from a number on."""

    def __init__(self, seconds=3600, accepted=1, status=200):
        self.given = 0
        self.seconds, self.accepted, self.status = seconds, accepted, status

    def __call__(self, seen):
        if not seen.path.startswith("/token"):
            shown = seen.headers.get("authorization", "").partition("Bearer t")[2]
            return Reply(401) if shown and int(shown) < self.accepted else Reply()
        self.given += 1
        return Reply(
            self.status, json.dumps({"access_token": f"t{self.given}", "expires_in": self.seconds}).encode()
        )


def test_an_oauth_token_is_asked_for_once_and_again_when_it_has_expired():
    issuer = Issuer()
    with site(issuer) as server:
        backends = oauth(server.url, secret="once")
        for now in (NOW, NOW + 3_599_999, NOW + 3_600_000):
            assert isinstance(told(backends, server.url, now), TaskSucceeded)
    tokens = [each for each in server.seen if each.path.startswith("/token")]
    assert issuer.given == len(tokens) == 2
    assert parse_qs(tokens[0].body) == {
        "grant_type": ["client_credentials"],
        "client_id": ["id"],
        "client_secret": ["once"],
        "audience": ["api"],
    }
    assert (tokens[0].path, tokens[0].headers["x-a"]) == ("/token?q=2", "1")
    assert tokens[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert [each.headers["authorization"] for each in server.seen if each.path == "/"] == [
        "Bearer t1",
        "Bearer t1",
        "Bearer t2",
    ]


def test_a_token_that_was_taken_back_is_renewed_once():
    issuer = Issuer(accepted=2)
    with site(issuer) as server:
        assert isinstance(told(oauth(server.url, secret="renew"), server.url), TaskSucceeded)
        issuer.accepted = 9
        assert told(oauth(server.url, secret="renew"), server.url).error == "States.Http.StatusCode.401"
    assert issuer.given == 3


def test_a_token_can_be_asked_for_with_get():
    with site(Issuer()) as server:
        told(oauth(server.url, "GET", secret="get"), server.url)
    first = server.seen[0]
    assert (first.method, first.body) == ("GET", "")
    assert "client_secret=get" in first.path


@pytest.mark.parametrize("reply", [Reply(403, b'{"error":"s3"}'), Reply(200, b"x"), Reply(200, b"{}")])
def test_no_token(reply):
    with site(lambda seen: reply) as server:
        signal = told(oauth(server.url, secret=f"none {reply}"), server.url)
    assert signal.error == "Events.ConnectionResource.InvalidConnectionState"
    assert "s3" not in signal.cause
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("DEAUTHORIZED", "InvalidConnectionState"),
        ("AUTHORIZING", "AuthInProgress"),
    ],
)
def test_a_connection_that_is_not_ready(state, error):
    signal = told(connected(state=state), "https://example.com")
    assert signal.error == f"Events.ConnectionResource.{error}"


@pytest.mark.parametrize(
    "arn",
    [
        "nothing",
        f"arn:aws:events:us-east-1:{ACCOUNT}:connection/else/1",
        f"arn:aws:events:us-east-1:{ACCOUNT}:connection/else",
    ],
)
def test_a_connection_that_is_not_there(arn):
    assert (
        told(connected(), "https://example.com", arn=arn).error
        == "Events.ConnectionResource.ResourceNotFound"
    )


@pytest.mark.parametrize("name", ["crm", "crm/another"])
def test_a_connection_is_found_by_its_name(name):
    with site() as server:
        signal = told(connected(), server.url, arn=f"arn:aws:events:us-east-1:{ACCOUNT}:connection/{name}")
    assert isinstance(signal, TaskSucceeded)
    assert server.seen[0].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize("expires_in", [None, "soon", -1, "nan", "inf", 1e300])
def test_a_token_of_an_odd_life(expires_in):
    with site(Issuer(expires_in)) as server:
        signal = told(oauth(server.url, secret=f"odd {expires_in}"), server.url)
    assert isinstance(signal, TaskSucceeded)


def test_an_eventbridge_that_does_not_answer():
    def describe_connection(Name):
        raise EndpointConnectionError(endpoint_url="http://localhost:1")

    signal = told(Clients(events=Service(describe_connection=describe_connection)), "https://example.com")
    assert signal.error == "Events.ConnectionResource.InternalError"


def test_no_secret_gets_into_a_log(caplog):
    caplog.set_level(logging.DEBUG)
    with site(Issuer()) as server:
        told(connected(), server.url)
        told(oauth(server.url, secret="hush"), server.url)
    assert server.seen
    for secret in ("s3cret", "hush", base64.b64encode(b"ada:s3cret").decode(), "Bearer"):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("kind", "parameters", "header", "value"),
    [
        (
            "BASIC",
            {"BasicAuthParameters": {"Username": "u", "Password": "pw"}},
            "authorization",
            "Basic " + base64.b64encode(b"u:pw").decode(),
        ),
        (
            "API_KEY",
            {
                "ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "k"},
                "InvocationHttpParameters": {
                    "HeaderParameters": [{"Key": "X-S", "Value": "s", "IsValueSecret": True}]
                },
            },
            "x-key",
            "k",
        ),
        (
            "OAUTH_CLIENT_CREDENTIALS",
            {
                "OAuthParameters": {
                    "ClientParameters": {"ClientID": "c", "ClientSecret": "moto"},
                    "AuthorizationEndpoint": "https://replaced",
                    "HttpMethod": "POST",
                    "OAuthHttpParameters": {"BodyParameters": [{"Key": "scope", "Value": "s"}]},
                }
            },
            "authorization",
            "Bearer t1",
        ),
    ],
)
def test_connections_of_the_emulated_eventbridge(kind, parameters, header, value):
    pytest.importorskip("moto")
    backends = OtherServices()
    with site(Issuer()) as server:
        if kind.startswith("OAUTH"):
            parameters["OAuthParameters"]["AuthorizationEndpoint"] = f"{server.url}/token"
        made = backends.client("events", "us-east-1", ACCOUNT).create_connection(
            Name=f"c-{kind}", AuthorizationType=kind, AuthParameters=parameters
        )
        signal = told(backends, server.url, arn=made["ConnectionArn"])
    assert not isinstance(signal, TaskFailed), signal
    assert server.seen[-1].headers[header] == value
    if kind == "API_KEY":
        assert server.seen[-1].headers["x-s"] == "s"
    if kind.startswith("OAUTH"):
        assert parse_qs(server.seen[0].body)["client_secret"] == ["moto"]
