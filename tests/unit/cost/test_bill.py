"""The cost of whole histories, built by hand."""

import json

import pytest

from asl.cost import UnknownRegion, cost, usage
from asl.history import (
    ENTERED,
    EXECUTION_STARTED,
    EXECUTION_SUCCEEDED,
    EXITED,
    NO_WAY,
    TASK_EVENTS,
    EventType,
    History,
)

START = 1_700_000_000_000
SMALL = {}


def event(kind, state="", at=0, visit=1, attempt=0, path="", payload=SMALL):
    return (kind, 0, START + at, path, state, visit, attempt, NO_WAY, payload, None)


def passing(milliseconds=12):
    """A run of one Pass state."""
    return History(
        [
            event(EXECUTION_STARTED),
            event(ENTERED["Pass"], "P", milliseconds // 2),
            event(EXITED["Pass"], "P", milliseconds),
            event(EXECUTION_SUCCEEDED, at=milliseconds),
        ]
    )


def fanned_out(items, payload=SMALL):
    """A Map state, and one Pass state entered in each of its iterations."""
    inner = [event(ENTERED["Pass"], "I", path=f"1.0/{item}/", payload=payload) for item in range(items)]
    return History([event(EXECUTION_STARTED), event(ENTERED["Map"], "M"), *inner])


def test_a_trivial_run_is_billed_as_recorded():
    # Recorded billingDetails, TestExpressSync_test_query_runtime_memory: 100 ms, 64 MB
    express = cost(passing(), definition_bytes=500).express
    assert (express.requests, express.billed_ms, express.billed_mb) == (1, 100, 64)


def test_both_amounts_of_a_trivial_run():
    # 1 transition at $0.025 for 1,000; $0.000001 + 0.1 s x 0.0625 GB x $0.00001667
    #
    cost_of_run = cost(passing(), definition_bytes=500)
    assert cost_of_run.standard.usd == 0.000025
    assert cost_of_run.express.usd == 0.0000011041875


@pytest.mark.parametrize(("milliseconds", "billed"), [(100, 100), (101, 200), (11_300, 11_300)])
def test_duration_is_from_the_first_event_to_the_last(milliseconds, billed):
    # 100 ms steps (pricing page); 11,300 ms is P7
    assert cost(passing(milliseconds), definition_bytes=500).express.billed_ms == billed


def test_retries_and_redrives_count():
    # 1 entry, 2 retries, 1 redrive, 1 entry
    failed = TASK_EVENTS["task"].failed
    history = History(
        [
            event(EXECUTION_STARTED),
            event(ENTERED["Task"], "T"),
            event(failed, "T", attempt=0, payload=("E", None)),
            event(failed, "T", attempt=1, payload=("E", None)),
            event(failed, "T", attempt=2, payload=("E", None)),
            event(EventType("ExecutionRedriven")),
            event(ENTERED["Task"], "T", visit=2),
        ]
    )
    cost_of_run = cost(history, definition_bytes=500)
    assert cost_of_run.standard.transitions == 5
    assert cost_of_run.by_state == {"T": 4}


@pytest.mark.parametrize(("count_start", "transitions"), [(False, 1), (True, 2)])
def test_the_start_counts_if_asked_for(count_start, transitions):
    # Both readings of the sources on the start: N and N + 1
    cost_of_run = cost(passing(), definition_bytes=500, count_start=count_start)
    assert cost_of_run.standard.transitions == transitions
    assert cost_of_run.by_state == {"P": 1}


@pytest.mark.parametrize(
    ("items", "billed"),
    [
        (400, 64),  # P1: 62.85 MB
        (435, 64),  # 50.05 + 13.92 = 63.97 MB
        (436, 128),  # 50.05 + 13.952 = 64.002 MB
    ],
)
def test_p1_as_a_history(items, billed):
    payload = "x" * 31_998  # 32 KB with its quotation marks
    history = fanned_out(items, payload)
    assert cost(history, definition_bytes=50_000).express.billed_mb == billed


def test_data_outside_map_and_parallel_takes_no_memory():
    # A payload of 262,144 bytes, AWS's quota, 1,000 times over would be 262 MB
    payload = "x" * 262_142
    history = passing()
    history.extend(event(ENTERED["Pass"], "P", payload=payload) for _ in range(1_000))
    assert cost(history, definition_bytes=50_000).express.billed_mb == 64


def test_data_is_not_measured_where_it_takes_no_memory(monkeypatch):
    monkeypatch.setattr(usage, "step_data", lambda events: pytest.fail("measured"))
    cost(passing(), definition_bytes=500)


def test_the_region_sets_the_standard_price():
    # sa-east-1: $0.0375 for 1,000
    cost_of_run = cost(passing(), definition_bytes=500, region="sa-east-1")
    assert (cost_of_run.region, cost_of_run.standard.usd) == ("sa-east-1", 0.0000375)


@pytest.mark.parametrize("region", ["mars-north-1", "", "cn-north-1"])
def test_a_region_without_dollar_prices_is_refused(region):
    with pytest.raises(UnknownRegion):
        cost(passing(), definition_bytes=500, region=region)


def test_as_plain_data():
    # 3 transitions at $0.025 for 1,000; Express as in the trivial run
    plain = cost(fanned_out(2), definition_bytes=500).to_dict()
    assert json.loads(json.dumps(plain)) == {
        "region": "us-east-1",
        "standard": {"transitions": 3, "usd": 0.000075},
        "express": {"requests": 1, "billed_ms": 100, "billed_mb": 64, "usd": 0.0000011041875},
        "by_state": {"M": 1, "I": 2},
    }
    assert list(plain) == ["region", "standard", "express", "by_state"]
