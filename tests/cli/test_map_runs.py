"""Map Runs on the command line: what their lines tell, and how far they are on a terminal."""

import json

import pytest

from asl.interpreter.map_run import Counts
from cli import progress
from cli.map_runs import far
from cli.progress import Bars
from tests.cli.shared import machine, task

ONE_AT_A_TIME = "import time\ndef work(event, context):\n    time.sleep(0.02)\n    return event\n"
GET = "arn:aws:states:::s3:getObject"


def mapped(**fields):
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    processor = {**machine(Each=task("work"), start="Each"), "ProcessorConfig": config}
    return machine(First={"Type": "Map", "Label": "L", "ItemProcessor": processor, "End": True, **fields})


def read(**fields):
    reader = {
        "Resource": GET,
        "ReaderConfig": {"InputType": "JSONL"},
        "Parameters": {"Bucket": "box", "Key": "in"},
    }
    return mapped(ItemReader=reader, **fields)


# ------------------------------------------------------------------ lines


@pytest.fixture
def lines(asl, write):
    """The lines below the one that tells of the start, without times."""

    def run(definition, handlers, items, *options):
        write("m.json", definition)
        write("h.py", handlers)
        write("s3/box/in", "".join(f"{each}\n" for each in items))
        arguments = ["--input", json.dumps(items), "--task-seconds", "0.2", "--s3-root", "s3", *options]
        result = asl("run", "m.json", "-H", "h.py", *arguments)
        told = result.stderr.split("\n\n")[0].splitlines()[1:]
        return [" ".join(each.split()[1:]) for each in told]

    return run


def test_items_of_the_input(lines):
    found = lines(mapped(ItemBatcher={"MaxItemsPerBatch": 2}), "def work(e, c): return 1", [1, 2, 3])
    assert found == ["First 3 items", "First 3 items in 2 executions done in 200ms [1, 1]"]


def test_items_that_are_read(lines):
    found = lines(read(), "def work(e, c): return e", [5])
    assert found == ["First reads items from S3", "First 1 item in 1 execution done in 200ms [5]"]


def test_no_items(lines):
    found = lines(read(), "def work(e, c): return e", [])
    assert found[-1] == "First 0 items in 0 executions done in <1ms []"


def test_failed_items_are_told(lines):
    found = lines(read(ToleratedFailureCount=1), "def work(e, c): return 1 // e", [1, 0, 2])
    assert found[-1] == "First 3 items, 1 failed in 3 executions done in 200ms [1, 0]"


def test_too_many_failed_items_are_told(lines):
    found = lines(read(), "def work(e, c): return 1 // e", [0])
    why = "States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded"
    assert found[-1] == f"First fails after 200ms: {why}"


def test_a_map_run_that_is_retried_counts_anew(lines):
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    handlers = "seen = []\ndef work(e, c):\n    seen.append(e)\n    return 1 // (len(seen) - 1)"
    found = lines(read(Retry=retry), handlers, [7])
    assert found[-2:] == [
        "First retry 1 after 1s, reads items from S3",
        "First 1 item in 1 execution done in 1.4s [1]",
    ]


def test_a_map_run_in_an_inline_map(lines):
    each = mapped()["States"]["First"]
    outer = {"Type": "Map", "ItemProcessor": machine(Inner=each, start="Inner"), "End": True}
    found = lines(machine(Outer=outer, start="Outer"), "def work(e, c): return e", [[1, 2], [3]])
    assert "│ [0] Inner 2 items in 2 executions done in 200ms [1, 2]" in found
    assert "│ [1] Inner 1 item in 1 execution done in 200ms [3]" in found


def test_mocked_tasks_are_counted_too(lines, write):
    write(
        "mocks.json",
        {
            "StateMachines": {"m": {"TestCases": {"T": {"Each": "R"}}}},
            "MockedResponses": {"R": {"0": {"Return": "mocked"}}},
        },
    )
    found = lines(read(), "", [1, 2], "--mock-config", "mocks.json", "--test-case", "T")
    assert '2 items in 2 executions done in <1ms ["mocked", "mocked"]' in found[-1]


# ------------------------------------------------------------------ on a terminal


def test_how_far_it_is_where_the_total_is_known(terminal, write):
    write("m.json", mapped(MaxConcurrency=1))
    write("h.py", ONE_AT_A_TIME)
    shown = terminal("run", "m.json", "-H", "h.py", "--input", str(list(range(50))), "--no-color")
    assert " of 50 items, " in shown
    assert "/s, " in shown
    assert " left" in shown
    assert "50 items in 50 executions done" in shown
    assert "\x1b[?25h" in shown  # the cursor is back


def test_how_far_it_is_where_the_total_is_not_known(terminal, write):
    write("m.json", read(MaxConcurrency=1, ToleratedFailurePercentage=100))
    write("h.py", f"{ONE_AT_A_TIME}    raise ValueError\n".replace("    return event\n", ""))
    write("s3/box/in", "1\n" * 50)
    shown = terminal("run", "m.json", "-H", "h.py", "--s3-root", "s3", "--no-color")
    assert " items, " in shown
    assert " failed, " in shown
    assert " left" not in shown


def test_nothing_is_drawn_in_a_pipe(process, write):
    write("m.json", mapped(MaxConcurrency=1))
    write("h.py", ONE_AT_A_TIME)
    result = process("run", "m.json", "-H", "h.py", "--input", str(list(range(50))))
    assert "\x1b" not in result.stderr
    assert "/s" not in result.stderr
    assert result.stderr.count("\n") < 20


class Live:
    """A terminal, as far as bars look at it."""

    live = True
    coloured = False


class Drawn:
    """In the place of rich: keeps what it is to draw."""

    def __init__(self):
        self.far = []

    def start(self):
        pass

    def add_task(self, label, total, far):
        return label

    def update(self, bar, completed, total, far):
        self.far.append(far)


def test_bars_are_drawn_no_more_often_than_can_be_seen(monkeypatch):
    now = [0.0]
    drawn = Drawn()
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    monkeypatch.setattr(progress, "_drawn", lambda coloured: drawn)
    bars = Bars(Live())
    for number in range(2_000):
        now[0] = number / 1_000
        if bars.is_due(""):
            bars.show("", "Map", number, 2_000, str(number))
    assert drawn.far[0] == "300"
    assert 16 <= len(drawn.far) <= 18


# ------------------------------------------------------------------ in words


@pytest.mark.parametrize(
    ("counts", "seconds", "known", "text"),
    [
        ({}, 1, False, "0 items"),
        ({"succeeded": 1}, 2, False, "1 item, 0.5/s"),
        ({"succeeded": 1_200, "total": 3_000}, 3, True, "1,200 of 3,000 items, 400/s, 5s left"),
        ({"succeeded": 7, "failed": 1, "timed_out": 1, "aborted": 1, "total": 700}, 1, True,
         "10 of 700 items, 3 failed, 10/s, 1m 9s left"),
        ({"succeeded": 9, "total": 10}, 1, True, "9 of 10 items, 9.0/s, 1s left"),
        ({"succeeded": 10, "total": 10}, 1, True, "10 of 10 items, 10/s"),
        ({"total": 1}, 5, True, "0 of 1 item"),
    ],
)  # fmt: skip
def test_how_far_in_words(counts, seconds, known, text):
    assert far(Counts(**counts), seconds, known=known) == text
