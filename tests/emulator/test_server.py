"""The server: the API and our own routes behind one door, on a port, until it is told to end."""

import asyncio
import json
import logging
import urllib.request

import pytest

from emulator import Emulator, Settings
from emulator.api.server import Application, is_public, listening, serve, url_of
from emulator.clocks import RealClock
from emulator.log import JsonLines, TextLines
from tests.emulator.asked import ask, asking
from tests.emulator.shared import PASS, WAIT, call, created, emulated, run, settled

SYNC = {"x-amz-target": "AWSStepFunctions.StartSyncExecution"}
POLL = {"x-amz-target": "AWSStepFunctions.GetActivityTask"}


@pytest.fixture
def emulator():
    with emulated() as emulator:
        yield emulator


@pytest.fixture
def application(emulator):
    return Application(emulator)


def test_the_api_is_at_the_root(application):
    answer = ask(application, "POST", "/", {}, {"x-amz-target": "AWSStepFunctions.ListStateMachines"})
    assert (answer.status, answer.json) == (200, {"stateMachines": []})
    assert answer.headers["content-type"] == "application/x-amz-json-1.0"


def test_a_body_may_come_in_parts(application):
    members = {"name": "m", "definition": PASS, "roleArn": "arn:aws:iam::123456789012:role/test"}
    target = {"x-amz-target": "AWSStepFunctions.CreateStateMachine"}
    assert ask(application, "POST", "/", members, target, parts=7).status == 200


@pytest.mark.parametrize("path", ["/", "/_emulator/reset"])
@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://localhost:8083"}, {"origin": "null"}, {"host": "evil.example"}, {"host": ""}],
)
def test_what_a_web_page_may_have_sent_is_refused(application, path, headers):
    answer = ask(application, "POST", path, {}, headers)
    assert (answer.status, answer.json["__type"]) == (403, "AccessDeniedException")


@pytest.mark.parametrize("host", ["127.0.0.1:1", "[::1]:1", "sync-localhost:1", "a.localhost", "steps:8083"])
def test_hosts_that_are_ours_are_taken(host):
    with emulated(settings=Settings(hosts=("steps",))) as emulator:
        assert ask(Application(emulator), "GET", "/_emulator/health", headers={"host": host}).status == 200


@pytest.mark.parametrize(
    ("path", "size"), [("/", 8 * 1_048_576 + 1), ("/_emulator/reset", 65_537), ("/nothing", 65_537)]
)
def test_a_flood_is_refused_whether_it_tells_its_size_or_not(application, path, size):
    told = ask(application, "POST", path, b"", {"content-length": str(size)})
    untold = ask(application, "POST", path, bytes(size), parts=3)
    for answer in (told, untold):
        assert (answer.status, answer.json["__type"]) == (413, "RequestEntityTooLarge")


def test_what_is_not_there_is_404(application):
    assert ask(application, "GET", "/nothing").status == 404
    assert ask(application, "GET", "/").status == 404


# ------------------------------------------------------------------ requests that take long


def test_closing_answers_those_who_wait():
    with emulated(clock=RealClock()) as emulator:
        application = Application(emulator)
        arn = created(emulator, WAIT, type="EXPRESS")
        activity = call(emulator, "CreateActivity", name="a")["activityArn"]

        async def scene():
            waiting = [
                asyncio.ensure_future(asking(application, "POST", "/", {"stateMachineArn": arn}, SYNC)),
                asyncio.ensure_future(asking(application, "POST", "/", {"activityArn": activity}, POLL)),
            ]
            while not emulator.engine.live or not emulator.engine.tasks.activities.workers(activity):
                await asyncio.sleep(0)
            application.route.close()
            return await asyncio.gather(*waiting)

        for answer in run(emulator, scene()):
            assert (answer.status, answer.json["__type"]) == (503, "ServiceUnavailable")


def test_who_goes_away_is_not_answered_and_the_execution_runs_on():
    with emulated(clock=RealClock()) as emulator:
        application = Application(emulator)
        arn = created(emulator, WAIT, type="EXPRESS")

        async def scene():
            gone = asyncio.Event()
            asked = asking(application, "POST", "/", {"stateMachineArn": arn}, SYNC, gone=gone)
            waiting = asyncio.ensure_future(asked)
            while not emulator.engine.live:
                await asyncio.sleep(0)
            gone.set()
            return await waiting

        assert run(emulator, scene()).status == 0
        assert len(emulator.engine.live) == 1


# ------------------------------------------------------------------ on a port


def test_it_serves_until_it_is_told_to_end():
    async def scene():
        emulator = Emulator()
        listener = listening("127.0.0.1", 0)
        url = url_of(listener)
        ready = asyncio.Event()
        serving = asyncio.ensure_future(serve(emulator, listener, ready.set))
        await ready.wait()
        answer = await asyncio.to_thread(health, url)
        stop_serving()
        await serving
        return answer

    def health(url):
        with urllib.request.urlopen(f"{url}/_emulator/health", timeout=10) as response:
            return json.load(response)

    def stop_serving():
        import signal

        signal.raise_signal(signal.SIGTERM)

    assert asyncio.run(scene()) == {"status": "ok"}


def test_a_port_that_is_taken():
    with listening("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        listening("127.0.0.1", first.getsockname()[1])


def test_urls_are_those_of_this_machine():
    with listening("0.0.0.0", 0) as anywhere:
        assert url_of(anywhere) == f"http://127.0.0.1:{anywhere.getsockname()[1]}"


@pytest.mark.parametrize(
    ("host", "public"),
    [("127.0.0.1", False), ("127.1.2.3", False), ("localhost", False), ("::1", False), ("0.0.0.0", True)],
)
def test_who_can_reach_it(host, public):
    assert is_public(host) == public


# ------------------------------------------------------------------ the log


def logged(records, formatter):
    return [formatter.format(each) for each in records]


def test_the_log_tells_the_execution_and_no_data(emulator, caplog):
    caplog.set_level(logging.DEBUG, "asl.emulator")
    application = Application(emulator)
    members = {"stateMachineArn": created(emulator), "input": '"secret-input"', "name": "run"}
    signature = "AWS4-HMAC-SHA256 Credential=secret-key/20260101/us-east-1/states/aws4_request"
    headers = {"x-amz-target": "AWSStepFunctions.StartExecution", "authorization": signature}
    started = ask(application, "POST", "/", members, headers)
    settled(emulator)
    ask(application, "POST", "/", {"executionArn": "x"}, {"x-amz-target": "AWSStepFunctions.Nothing"})
    lines = [json.loads(line) for line in logged(caplog.records, JsonLines())]
    by_message = {line["message"]: line for line in lines}
    assert by_message["execution ended"]["execution"] == started.json["executionArn"]
    assert by_message["execution ended"]["status"] == "SUCCEEDED"
    assert by_message["request answered"]["operation"] == "StartExecution"
    assert by_message["request answered"]["request_id"] == started.headers["x-amzn-requestid"]
    assert by_message["request refused"]["error"] == "UnknownOperationException"
    text = "\n".join(logged(caplog.records, TextLines()) + logged(caplog.records, JsonLines()))
    assert "secret" not in text


def test_a_record_tells_only_what_is_known_to_be_harmless():
    record = logging.makeLogRecord(
        {"msg": "two\nlines", "levelname": "INFO", "state": "A", "signal": "secret", "created": 0}
    )
    assert TextLines().format(record) == "1970-01-01T00:00:00.000+00:00 INFO    two\\nlines  state=A"
    assert "secret" not in JsonLines().format(record)


def test_a_traceback_is_written():
    try:
        raise KeyError("lost")
    except KeyError as error:
        told = {"msg": "failed", "exc_info": (KeyError, error, error.__traceback__)}
    record = logging.makeLogRecord(told)
    assert "KeyError: 'lost'" in TextLines().format(record)
    assert "KeyError: 'lost'" in json.loads(JsonLines().format(record))["traceback"]
