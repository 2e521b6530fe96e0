import json
import logging
import threading

import pytest

from emulator.notices import events
from emulator.notices.worker import Worker
from tests.emulator.noticing import FAIL, Bus, execution, listening, logging_to, started
from tests.emulator.shared import START, call, emulated, settled
from tests.tasks.http_server import Clients, Service, fault


def test_a_standard_execution_s_start_and_end_are_told():
    bus = Bus()
    with emulated() as emulator:
        notices = listening(emulator, Clients(events=bus))
        arn = started(emulator)
        notices.close()
    first, last = bus.entries
    assert first["Source"] == "aws.states"
    assert first["DetailType"] == "Step Functions Execution Status Change"
    assert first["Resources"] == [arn]
    assert first["Time"].timestamp() * 1000 == START
    machine, _, name = arn.replace(":execution:", ":stateMachine:").rpartition(":")
    assert json.loads(first["Detail"]) == {
        "executionArn": arn,
        "stateMachineArn": machine,
        "name": name,
        "status": "RUNNING",
        "startDate": START,
        "stopDate": None,
        "input": '{"a":1}',
        "output": None,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": None,
        "inputDetails": {"included": True},
        "outputDetails": None,
        "error": None,
        "cause": None,
    }
    detail = json.loads(last["Detail"])
    assert (detail["status"], detail["output"], detail["stopDate"]) == ("SUCCEEDED", '{"a":1}', START)
    assert detail["outputDetails"] == {"included": True}


def test_a_failure_tells_its_error():
    bus = Bus()
    with emulated() as emulator:
        notices = listening(emulator, Clients(events=bus))
        started(emulator, FAIL)
        notices.close()
    detail = bus.details[-1]
    assert (detail["status"], detail["error"], detail["cause"], detail["output"]) == (
        "FAILED",
        "E",
        "C",
        None,
    )


def test_a_redrive_is_told():
    bus = Bus()
    with emulated() as emulator:
        notices = listening(emulator, Clients(events=bus))
        arn = started(emulator, FAIL)
        call(emulator, "RedriveExecution", executionArn=arn)
        settled(emulator)
        notices.close()
    told = [(each["status"], each["redriveCount"]) for each in bus.details]
    assert told == [("RUNNING", 0), ("FAILED", 0), ("RUNNING", 1), ("FAILED", 1)]


def test_express_executions_have_no_status_events():
    bus = Bus()
    with emulated() as emulator:
        notices = listening(emulator, Clients(events=bus))
        started(emulator, type="EXPRESS")
        notices.close()
    assert bus.entries == []


def test_nothing_is_begun_where_nobody_can_listen():
    backends = Clients(events=Bus(), logs=None)
    with emulated() as emulator:
        notices = listening(emulator, backends, in_use=False)
        started(emulator, loggingConfiguration=logging_to("g"))
        notices.close()
    assert backends.asked == []
    assert notices.exists(logging_to("g"))


def test_an_endpoint_is_somebody():
    bus = Bus()
    with emulated() as emulator:
        notices = listening(emulator, Clients({"events": "http://localhost:1"}, events=bus), in_use=False)
        started(emulator)
        notices.close()
    assert len(bus.entries) == 2


@pytest.mark.parametrize(
    ("given", "output", "kept"),
    [
        (1, 1, (True, True)),
        (200_000, 50_000, (True, True)),
        (200_000, 60_000, (False, True)),
        (10, 260_000, (False, False)),
        (260_000, 10, (False, True)),
    ],
)
def test_what_is_too_long_is_left_out(given, output, kept):
    record = execution(input="x" * given, output="y" * output)
    detail = json.loads(events.entry(record, {}, START)["Detail"])
    assert (detail["input"] is not None, detail["output"] is not None) == kept
    assert (detail["inputDetails"]["included"], detail["outputDetails"]["included"]) == kept


def test_a_bus_that_takes_nothing_ends_no_execution(caplog):
    class Broken:
        def put_events(self, Entries):
            raise fault("AccessDeniedException", "no", "PutEvents")

    class Refusing:
        def put_events(self, Entries):
            return {"Entries": [{"ErrorCode": "NotAuthorizedForSource", "ErrorMessage": "aws."}]}

    for bus in (Broken(), Refusing()):
        with emulated() as emulator:
            notices = listening(emulator, Clients(events=bus))
            arn = started(emulator)
            assert call(emulator, "DescribeExecution", executionArn=arn)["status"] == "SUCCEEDED"
            notices.close()
    assert "AccessDeniedException" in caplog.text
    assert "NotAuthorizedForSource" in caplog.text
    assert caplog.text.count("NotAuthorizedForSource") == 1


# ------------------------------------------------------------------ the worker


def test_a_full_queue_drops_instead_of_waiting(caplog):
    gate = threading.Event()
    held = threading.Event()
    worker = Worker(1)
    done = []

    def hold():
        held.set()
        gate.wait(10)

    worker.put(hold)
    assert held.wait(10)
    for each in range(3):
        worker.put(lambda each=each: done.append(each))
    gate.set()
    worker.flush()
    worker.close()
    worker.put(lambda: done.append("late"))
    assert (done, worker.dropped) == ([0], 2)
    assert "dropped" in caplog.text


def test_a_worker_that_was_never_asked_has_no_thread():
    worker = Worker()
    worker.flush()
    worker.close()
    assert "notices" not in [each.name for each in threading.enumerate()]


def test_what_is_written_is_not_the_log_of_the_emulator(caplog):
    caplog.set_level(logging.INFO)
    bus = Bus()
    with emulated() as emulator:
        notices = listening(emulator, Clients(events=bus))
        started(emulator)
        notices.close()
    assert '{"a":1}' not in caplog.text


def test_a_service_that_cannot_be_reached(caplog):
    with emulated() as emulator:
        notices = listening(emulator, Clients(events=Service()))
        started(emulator)
        notices.close()
    assert "was not taken" in caplog.text
