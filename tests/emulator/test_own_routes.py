"""The emulator's own routes: clock, reset, cost, history, settings, metrics."""

import pytest

from emulator import Settings
from emulator.api.server import Application
from emulator.metrics import MOST_ERRORS, Metrics
from emulator.records import ExecutionRecord, Revision
from tests.emulator.asked import ask
from tests.emulator.distributed import ASKED, begun, distributed
from tests.emulator.shared import ASK, START, WAIT, call, created, emulated, run, settled

FAIL = '{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"Broken\\"","Cause":"c"}}}'


@pytest.fixture
def emulator():
    with emulated(settings=Settings(region="eu-west-1"), handlers={"greet": print}) as emulator:
        yield emulator


@pytest.fixture
def own(emulator):
    application = Application(emulator)

    def own(method, path, body=None):
        return ask(application, method, f"/_emulator{path}", body)

    return own


def started(emulator, definition=WAIT, **members):
    arn = created(emulator, definition, **members)
    execution = call(emulator, "StartExecution", stateMachineArn=arn)["executionArn"]
    settled(emulator)
    return execution


def test_health(own):
    assert (own("GET", "/health").status, own("GET", "/health").json) == (200, {"status": "ok"})


def test_settings(own):
    told = own("GET", "/settings").json
    assert (told["region"], told["database"], told["handlers"]) == ("eu-west-1", None, ["greet"])


def test_the_page_and_its_description(own):
    assert own("GET", "/docs").status == 200
    paths = own("GET", "/openapi.json").json["paths"]
    assert {path.rpartition("/")[2] for path in paths} == {
        "clock", "cost", "health", "history", "map-runs", "metrics", "reset", "settings", "tasks",
    }  # fmt: skip


# ------------------------------------------------------------------ clock


def test_the_clock_is_read(own):
    told = {"now": "2026-01-01T00:00:00Z", "milliseconds": START, "mode": "virtual"}
    assert own("GET", "/clock").json == told


@pytest.mark.parametrize("move", [{"seconds": 90.5}, {"to": "2026-01-01T01:01:30.500+01:00"}])
def test_the_clock_is_put_on_and_what_is_due_happens(own, emulator, move):
    call(emulator, "CreateActivity", name="ask")
    started(emulator, ASK.replace("us-east-1", "eu-west-1"), name="pins")
    execution = started(emulator)
    assert call(emulator, "DescribeExecution", executionArn=execution)["status"] == "RUNNING"
    assert own("POST", "/clock", move).json["milliseconds"] == START + 90_500
    told = call(emulator, "DescribeExecution", executionArn=execution)
    assert (told["status"], told["stopDate"]) == ("SUCCEEDED", START / 1000 + 60)


@pytest.mark.parametrize(
    ("move", "status"),
    [
        ({}, 422),
        ({"seconds": -1}, 422),
        ({"seconds": 1, "to": "2027-01-01T00:00:00Z"}, 422),
        ({"to": "2027-01-01T00:00:00"}, 422),
        ({"minutes": 1}, 422),
        ({"to": "2025-12-31T00:00:00Z"}, 400),
        ({"to": "9500-01-01T00:00:00Z"}, 400),
        ({"seconds": 300_000_000_000}, 400),
    ],
)
def test_a_clock_cannot_be_put_there(own, move, status):
    assert own("POST", "/clock", move).status == status
    assert own("GET", "/clock").json["milliseconds"] == START


def test_a_real_clock_is_put_on_too():
    with emulated(clock=None, settings=Settings(clock="x60")) as emulator:
        application = Application(emulator)
        before = ask(application, "GET", "/_emulator/clock").json
        after = ask(application, "POST", "/_emulator/clock", {"seconds": 3600}).json
        assert after["mode"] == "x60"
        assert after["milliseconds"] - before["milliseconds"] >= 3_600_000


# ------------------------------------------------------------------ executions


def test_cost_of_an_execution(own, emulator):
    execution = started(emulator)
    told = own("GET", f"/executions/{execution}/cost").json
    assert told["region"] == "eu-west-1"
    assert told["by_state"] == {"W": 1}


def test_history_of_an_execution(own, emulator):
    execution = started(emulator)
    events = own("GET", f"/executions/{execution}/history").json["events"]
    assert [each["type"] for each in events][-1] == "ExecutionSucceeded"
    assert events[2]["timestamp"] == "2026-01-01T00:01:00.000+00:00"
    assert events[2]["frame"] == {"thread": "", "state": "W", "visit": 1, "attempt": 0}


@pytest.mark.parametrize("what", ["cost", "history"])
def test_executions_that_are_not_there(own, what):
    assert own("GET", f"/executions/nonsense/{what}").status == 400
    none = "arn:aws:states:us-east-1:123456789012:execution:m:none"
    assert own("GET", f"/executions/{none}/{what}").status == 404


def test_cost_where_no_price_is_known():
    with emulated(settings=Settings(region="xx-nowhere-1")) as emulator:
        execution = started(emulator)
        answer = ask(Application(emulator), "GET", f"/_emulator/executions/{execution}/cost")
        assert answer.status == 400


def test_how_far_map_runs_are():
    with emulated() as emulator:
        application = Application(emulator)

        def told(query=""):
            return ask(application, "GET", f"/_emulator/map-runs{query}").json["mapRuns"]

        call(emulator, "CreateActivity", name="ask")
        arn = begun(emulator, distributed(ASKED, ToleratedFailureCount=4, MaxConcurrency=3), [1, 2, 3, 4])
        for operation, more in (("SendTaskSuccess", {"output": "1"}), ("SendTaskFailure", {})):
            token = call(emulator, "GetActivityTask", activityArn=ASKED["Resource"])["taskToken"]
            call(emulator, operation, taskToken=token, **more)
        run(emulator, emulator.engine.advance_clock(START + 4_000))
        settled(emulator)
        [run_told] = told("?status=RUNNING")
        assert run_told["executionArn"] == arn
        assert run_told["items"] == {"done": 2, "failed": 1, "running": 2, "left": 2}
        assert (run_told["itemsPerSecond"], run_told["secondsLeft"]) == (0.5, 4.0)
        call(emulator, "StopExecution", executionArn=arn)
        settled(emulator)
        assert told("?status=RUNNING") == []
        [run_told] = told()
        assert run_told["items"] == {"done": 4, "failed": 3, "running": 0, "left": 0}
        assert (run_told["status"], run_told["itemsPerSecond"], run_told["secondsLeft"]) == (
            "ABORTED",
            None,
            None,
        )


def test_reset_forgets_everything(own, emulator):
    call(emulator, "CreateActivity", name="ask")
    started(emulator, ASK.replace("us-east-1", "eu-west-1"))
    assert own("POST", "/reset").status == 204
    assert not emulator.engine.live
    assert [emulator.machines, emulator.activities, emulator.executions] == [{}, {}, {}]
    assert started(emulator)  # of the same name


# ------------------------------------------------------------------ metrics


def test_metrics_count_what_was_done(own, emulator):
    started(emulator, name="waits")
    started(emulator, FAIL, name="fails")
    call(emulator, "CreateActivity", name="ask")
    started(emulator, ASK.replace("us-east-1", "eu-west-1"), name="runs")
    answer = own("GET", "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.body.decode().splitlines()
    assert {
        'asl_executions_started_total{type="STANDARD"} 3',
        'asl_executions_ended_total{type="STANDARD",status="SUCCEEDED"} 1',
        'asl_executions_ended_total{type="STANDARD",status="FAILED"} 1',
        "asl_executions_running 1",
        'asl_states_entered_total{type="STANDARD"} 2',
        'asl_execution_failures_total{error="Broken\\""} 1',
        'asl_execution_duration_seconds_bucket{type="STANDARD",le="0.01"} 1',
        'asl_execution_duration_seconds_bucket{type="STANDARD",le="10.0"} 1',
        'asl_execution_duration_seconds_bucket{type="STANDARD",le="60.0"} 2',
        'asl_execution_duration_seconds_bucket{type="STANDARD",le="+Inf"} 2',
        'asl_execution_duration_seconds_sum{type="STANDARD"} 60.0',
        'asl_execution_duration_seconds_count{type="STANDARD"} 2',
    } <= set(lines)
    families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(families) == len(set(families))


def test_a_redriven_execution_is_counted_from_its_redrive(own, emulator):
    execution = started(emulator, FAIL)
    call(emulator, "RedriveExecution", executionArn=execution)
    settled(emulator)
    text = own("GET", "/metrics").body.decode()
    assert 'asl_executions_started_total{type="STANDARD"} 1' in text
    assert 'asl_executions_ended_total{type="STANDARD",status="FAILED"} 2' in text


def test_error_names_do_not_grow_without_bound():
    metrics = Metrics()
    from asl import History

    for number in range(MOST_ERRORS + 5):
        record = ExecutionRecord("a", "n", "m", "STANDARD", Revision("", "", None, 0), "{}", 0)
        record.status, record.stopped, record.error = "FAILED", 1, f"E{number}"
        metrics.closed(record, History())
    lines = metrics.text(0).splitlines()
    assert sum(line.startswith("asl_execution_failures_total{") for line in lines) == MOST_ERRORS + 1
    assert 'asl_execution_failures_total{error="(others)"} 5' in lines
