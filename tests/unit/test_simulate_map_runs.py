"""simulate with a distributed Map: its executions at the times they would run at."""

import gc

import pytest

import asl
from asl.errors import ITEM_READER_FAILED, RESULT_WRITER_FAILED, Failure
from asl.handlers import Handlers
from asl.history import History
from asl.interpreter.map_run import Item

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
REST = {"Type": "Wait", "SecondsPath": "$", "End": True}
TASK = {"Type": "Task", "Resource": FUNCTION, "End": True}
READER = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"},
          "ReaderConfig": {"InputType": "JSON"}}  # fmt: skip
WRITER = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}}


def mapped(state, kind="STANDARD", **fields):
    config = {"Mode": "DISTRIBUTED", "ExecutionType": kind}
    processor = {"ProcessorConfig": config, "StartAt": "S", "States": {"S": state}}
    return {
        "StartAt": "M",
        "States": {"M": {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}},
    }


def taking(definition, input, **options):
    """How a run ends, and how many seconds it takes."""
    result = asl.simulate(definition, input, **options)
    return result.status, result.history.span() / 1000


@pytest.mark.parametrize(
    ("most", "seconds"), [(1, 19), (2, 10), (3, 10), (0, 10)], ids=["one", "two", "three", "all"]
)
def test_so_many_at_a_time(most, seconds):
    assert taking(mapped(REST, MaxConcurrency=most), [10, 1, 5, 3]) == ("SUCCEEDED", seconds)


def test_outputs_are_in_the_order_of_the_items():
    result = asl.simulate(mapped(REST), [10, 1, 5, 3])
    assert result.output == [10, 1, 5, 3]


def test_the_first_failure_in_time_ends_the_run():
    failing = {"Type": "Task", "Resource": FUNCTION, "TimeoutSecondsPath": "$", "End": True}
    result = asl.simulate(mapped(failing), [10, 1, 5], handlers={"f": lambda e, c: e}, task_seconds=60)
    assert result.error == "States.ExceedToleratedFailureThreshold"
    assert result.history.span() == 1000


def test_what_may_fail_does():
    def odd(event, context):
        if event % 2:
            raise ValueError
        return event

    definition = mapped(TASK, ToleratedFailurePercentage=50)
    assert asl.simulate(definition, [1, 2, 3, 4], handlers={"f": odd}).output == [2, 4]
    assert asl.simulate(definition, [1, 2, 3], handlers={"f": odd}).status == "FAILED"


def test_an_express_execution_has_five_minutes():
    definition = mapped(REST, "EXPRESS", ToleratedFailureCount=1)
    assert taking(definition, [400, 1]) == ("SUCCEEDED", 300)
    assert taking(mapped(REST, "EXPRESS"), [400, 1]) == ("FAILED", 300)


def test_the_run_is_the_same_each_time():
    first, second = (asl.simulate(mapped(REST), [1, 2]) for _ in range(2))
    assert list(first.history) == list(second.history)


def test_an_execution_has_a_context_of_its_own():
    shown = {"Type": "Pass", "Parameters": {"id.$": "$$.Execution.Id", "machine.$": "$$.StateMachine.Id"},
             "End": True}  # fmt: skip
    result = asl.simulate(mapped(shown, Label="L"), [1])
    [told] = result.output
    assert told["machine"].endswith("/L")
    assert told["id"].startswith(told["machine"].replace(":stateMachine:", ":execution:") + ":")


def test_an_item_after_one_that_makes_no_input():
    result = asl.simulate(mapped(REST, ItemSelector={"a.$": "$.none"}), [1, 2])
    assert (result.status, result.error) == ("FAILED", "States.Runtime")


def test_results_over_the_quota():
    big = {"Type": "Pass", "Result": "x" * 200_000, "End": True}
    result = asl.simulate(mapped(big), [1, 2])
    assert result.error == "States.DataLimitExceeded"
    assert len(asl.simulate(mapped(big), [1, 2], quotas=False).output) == 2


def test_executions_that_have_ended_are_let_go():
    kept = []

    def count(event, context):
        if event % 100 == 0:
            gc.collect()
            kept.append(sum(isinstance(each, History) for each in gc.get_objects()))

    asl.simulate(mapped(TASK, MaxConcurrency=1), list(range(500)), handlers={"f": count})
    assert max(kept) <= min(kept) + 2


def test_a_run_that_is_cut_off_by_the_time_limit():
    assert taking({**mapped(REST), "TimeoutSeconds": 5}, [10]) == ("TIMED_OUT", 5)


# ------------------------------------------------------------------ reading and writing


class Written:
    """Takes results; gives how many there were."""

    def __init__(self):
        self.found = []

    def add(self, index, child):
        self.found.append((index, child.output))

    def close(self):
        return {"written": sorted(self.found)}

    def abort(self):
        self.found.clear()


class Services(Handlers):
    """Functions, and items from somewhere."""

    def __init__(self, items, functions=None):
        super().__init__(functions or {}, execution_arn="arn:e", region="us-east-1")
        self._items = items

    def items(self, command):
        assert command.reader is not None
        for number, each in enumerate(self._items):
            if isinstance(each, Failure):
                raise each
            yield Item(each, str(number), "S3://b/k")

    def results(self, command):
        assert command.writer is not None
        return Written()


def test_items_are_read_and_results_written():
    definition = mapped(REST, ItemReader=READER, ResultWriter=WRITER)
    result = asl.simulate(definition, None, handlers=Services([3, 1]))
    assert result.output == {"written": [(0, 3), (1, 1)]}
    assert result.history[2]["mapStateStartedEventDetails"] == {"length": 0}


def test_reading_that_fails():
    services = Services([1, Failure(ITEM_READER_FAILED, "gone")])
    result = asl.simulate(mapped(REST, ItemReader=READER), None, handlers=services)
    assert (result.error, result.cause) == (ITEM_READER_FAILED, "gone")
    assert [each["type"] for each in result.history][-4:] == [
        "MapRunStarted",
        "MapRunFailed",
        "MapStateFailed",
        "ExecutionFailed",
    ]


@pytest.mark.parametrize(
    ("fields", "error"),
    [({"ItemReader": READER}, ITEM_READER_FAILED), ({"ResultWriter": WRITER}, RESULT_WRITER_FAILED)],
)
def test_nobody_to_read_or_write(fields, error):
    assert asl.simulate(mapped(REST, **fields), [1]).error == error
