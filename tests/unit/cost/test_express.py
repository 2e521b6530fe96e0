"""Time, memory and their product. P-numbers name published worked examples."""

import tracemalloc
from decimal import Decimal

import pytest

from asl.cost import billed_mb, billed_ms, express, gb_seconds, memory_mb, step_data
from asl.history import (
    ENTERED,
    EXITED,
    MAP_ITERATION_STARTED,
    NO_WAY,
    TASK_EVENTS,
)


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
    memory = memory_mb(50_000, 400 * 32_000)
    assert memory == Decimal("62.85")
    assert billed_mb(memory) == 64


@pytest.mark.parametrize(("definition_bytes", "billed"), [(14_000_000, 64), (14_000_001, 128)])
def test_one_byte_above_64_mb_costs_another_chunk(definition_bytes, billed):
    # 50 MB + 14 MB = 64 MB exactly, in MB of 1,000,000 bytes as P1 has them
    assert billed_mb(memory_mb(definition_bytes, 0)) == billed


def test_without_parallel_or_map_steps_data_takes_no_memory():
    # The formula as the pricing page has it
    assert memory_mb(0, 0) == 50


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


# --------------------------------------------------------------- the data of steps

TASK = TASK_EVENTS["task"]
TEN_BYTES = "x" * 8  # and two quotation marks


def inside(payload, kind=ENTERED["Pass"], path="1.0[0]/"):
    return (kind, 0, 0, path, "S", 1, 0, NO_WAY, payload, None)


def test_the_data_is_what_the_inner_states_were_given():
    assert step_data([inside(TEN_BYTES), inside(TEN_BYTES), inside(TEN_BYTES, ENTERED["Task"])]) == 30


def test_the_execution_s_own_states_carry_no_step_data():
    assert step_data([inside(TEN_BYTES, path="")]) == 0


@pytest.mark.parametrize("kind", [EXITED["Pass"], TASK.failed, MAP_ITERATION_STARTED])
def test_only_what_goes_into_a_state_counts(kind):
    assert step_data([inside(TEN_BYTES, kind)]) == 0


def test_data_is_measured_in_bytes_of_compact_json():
    # {"a":["é",1]} is 13 characters and 14 bytes
    assert step_data([inside({"a": ["é", 1]})]) == 14


def test_a_payload_that_is_passed_on_is_measured_once(monkeypatch):
    measured = []
    monkeypatch.setattr(express, "size", lambda payload: measured.append(payload) or len(payload))
    shared = ["x"] * 1_024  # at 1,024 bytes a payload is large enough to be remembered
    assert step_data([*[inside(shared)] * 50, inside(shared.copy())]) == 51 * 1_024
    assert len(measured) == 2  # two objects, though equal


def test_payloads_that_live_one_after_the_other_are_told_apart():
    # CPython gives an object the id of one that is gone; sizes around the 1,024 bytes of the above
    events = (inside("x" * length) for length in range(1_000, 1_100))
    assert step_data(events) == sum(range(1_002, 1_102))


def test_small_payloads_are_not_kept_count_of():
    # A set of 20,000 ids would take 1 MB and more
    events = (inside({"item": 7}) for _ in range(20_000))
    tracemalloc.start()
    assert step_data(events) == 20_000 * len('{"item":7}')
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000
