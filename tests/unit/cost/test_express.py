"""Time, memory and their product. P-numbers are the table in step-functions.md, section 4.3."""

import tracemalloc
from decimal import Decimal

import pytest

from asl.cost import billed_mb, billed_ms, express, gb_seconds, largest_payload, memory_mb
from asl.history import (
    ENTERED,
    EXECUTION_STARTED,
    EXECUTION_SUCCEEDED,
    EXITED,
    MAP_ITERATION_STARTED,
    NO_WAY,
    TASK_EVENTS,
    Scheduled,
)


def event(kind, payload, extra=None):
    return (kind, 0, 0, "", "S", 1, 0, NO_WAY, payload, extra)


@pytest.mark.parametrize(
    ("milliseconds", "billed"),
    [
        (0, 100),  # recorded billingDetails of a run of one Pass state: 100 ms
        (1, 100),
        (100, 100),  # AWS's pricing page: rounded up to the nearest 100 ms
        (101, 200),
        (123, 200),  # P10
        (801, 900),  # P8
        (11_300, 11_300),  # P7
    ],
)
def test_time_is_billed_in_steps_of_100_ms(milliseconds, billed):
    assert billed_ms(milliseconds) == billed


@pytest.mark.parametrize(
    ("memory", "billed"),
    [
        ("0", 64),  # P10: the smallest chunk
        ("50.000001", 64),
        ("62.85", 64),  # P1
        ("64", 64),  # AWS's pricing page: 64 MB chunks
        ("64.000001", 128),  # one byte more
        ("128", 128),
        ("512", 512),  # P9
        ("1200", 1216),  # P8
    ],
)
def test_memory_is_billed_in_chunks_of_64_mb(memory, billed):
    assert billed_mb(Decimal(memory)) == billed


def test_p1_the_pricing_page_s_own_example():
    # 50 KB definition, 400 map steps of 32 KB: 62.85 MB, billed as 64
    memory = memory_mb(50_000, 32_000, 400)
    assert memory == Decimal("62.85")
    assert billed_mb(memory) == 64


@pytest.mark.parametrize(("definition_bytes", "billed"), [(14_000_000, 64), (14_000_001, 128)])
def test_one_byte_above_64_mb_costs_another_chunk(definition_bytes, billed):
    # 50 MB + 14 MB = 64 MB exactly, in MB of 1,000,000 bytes as P1 has them
    assert billed_mb(memory_mb(definition_bytes, 0, 0)) == billed


def test_without_parallel_or_map_steps_data_takes_no_memory():
    # The formula as the pricing page has it: data x 0
    assert memory_mb(0, 262_144, 0) == 50


def test_p2_use():
    # 100M runs of 10 s at 64 MB: 62,500,000 GB-s = 17,361.11 GB-h on the page
    use = gb_seconds(10_000, 64, 100_000_000)
    assert use == 62_500_000
    assert round(use / 3600, 2) == Decimal("17361.11")


@pytest.mark.parametrize(
    ("ms", "mb", "runs", "gb_hours"),
    [
        (900, 1216, 100_000_000, "29687.5000"),  # P8
        (800, 512, 10_000_000, "1111.1111"),  # P9
        (200, 64, 100_000, "0.3472"),  # P10
        (30_000, 64, 1_000_000, "520.8333"),  # P13, unverified
    ],
)
def test_use_of_a_month_in_gb_hours(ms, mb, runs, gb_hours):
    assert round(gb_seconds(ms, mb, runs) / 3600, 4) == Decimal(gb_hours)


# --------------------------------------------------------------- the size of a run's data

TASK = TASK_EVENTS["task"]
LAMBDA = Scheduled("lambda", "invoke", "us-east-1", None, None, None)
TEN_BYTES = "x" * 8  # and two quotation marks


@pytest.mark.parametrize(
    ("kind", "extra"),
    [
        (EXECUTION_STARTED, (None, "role")),
        (EXECUTION_SUCCEEDED, None),
        (ENTERED["Pass"], None),
        (EXITED["Pass"], None),
        (TASK.scheduled, LAMBDA),
        (TASK.submitted, LAMBDA),
        (TASK.succeeded, LAMBDA),
        (TASK_EVENTS["lambda"].succeeded, None),
    ],
)
def test_data_is_found_wherever_a_run_carries_it(kind, extra):
    assert largest_payload([event(kind, TEN_BYTES, extra)]) == 10


def test_the_largest_payload_counts_in_bytes_of_compact_json():
    # {"a":["é",1]} is 13 characters and 14 bytes
    events = [event(ENTERED["Pass"], payload) for payload in ("x", {"a": ["é", 1]}, None)]
    assert largest_payload(events) == 14


def test_a_cause_is_no_data():
    events = [
        event(ENTERED["Task"], TEN_BYTES),
        event(TASK.failed, ("Boom", "c" * 32_000), LAMBDA),
        event(MAP_ITERATION_STARTED, 12_345_678_901),
    ]
    assert largest_payload(events) == 10


def test_no_events_carry_no_data():
    assert largest_payload([]) == 0


def test_a_payload_that_is_passed_on_is_measured_once(monkeypatch):
    measured = []
    monkeypatch.setattr(express, "size", lambda payload: measured.append(payload) or len(payload))
    shared = ["x"] * 1_024  # at 1,024 bytes a payload is large enough to be remembered
    events = [event(kind, shared) for kind in (ENTERED["Pass"], EXITED["Pass"]) * 50]
    assert largest_payload([*events, event(EXITED["Pass"], shared.copy())]) == 1_024
    assert len(measured) == 2  # two objects, though equal


def test_payloads_that_live_one_after_the_other_are_told_apart():
    # CPython gives an object the id of one that is gone; sizes around the 1,024 bytes of the above
    events = (event(EXITED["Pass"], "x" * length) for length in range(1_000, 2_000))
    assert largest_payload(events) == 2_001  # 1,999 and two quotation marks


def test_small_payloads_are_not_kept_count_of():
    # A set of 20,000 ids would take 1 MB and more
    events = (event(ENTERED["Pass"], {"item": number}) for number in range(20_000))
    tracemalloc.start()
    assert largest_payload(events) == len('{"item":19999}')
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000
