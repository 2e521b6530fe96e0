"""A Map Run: what each execution is given, and how many items may fail."""

from itertools import pairwise

import pytest

import asl
from asl.errors import Failure
from asl.interpreter.map_run import MOST_CONCURRENT, Counts, Inputs, Item, breach, concurrency, items_of
from asl.jsontypes import dumps, size
from asl.signals import StartMapRun, Tolerance
from asl.spec import quotas
from tests.unit.interpreter.driving import Run, machine, within

CONFIG = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}


def distributed(**fields):
    processor = {**CONFIG, **machine(I={"Type": "Pass", "End": True})}
    state = {"Type": "Map", "ItemProcessor": processor, **fields}
    return state if "Next" in fields else {**state, "End": True}


def commanded(state, input, before=None, language="JSONPath"):
    """The Map Run that a state asks for, and its machine."""
    states = {**(before or {}), "M": state}
    run = Run({"QueryLanguage": language, **machine(**states)}, input)
    [command] = [each for each in run.commands if isinstance(each, StartMapRun)]
    return run.machine, command


def given(state, input, *, before=None, language="JSONPath", items=None, bounds=quotas.STANDARD):
    """What the executions of a Map Run are given, and how many items are in each."""
    compiled, command = commanded(state, input, before, language)
    inputs = Inputs(compiled, command, bounds)
    found = []
    for item in items or items_of(command.items):
        found += inputs.put(item)
    return [tuple(each) for each in [*found, *inputs.rest()]]


# ------------------------------------------------------------------ items and ItemSelector


def test_each_item_of_an_array():
    assert given(distributed(), [1, None, {"a": 2}]) == [(1, 1), (None, 1), ({"a": 2}, 1)]


def test_an_object_is_keys_and_values():
    found = given(distributed(ItemsPath="$.all"), {"all": {"a": 1, "b": [2]}})
    assert found == [({"Key": "a", "Value": 1}, 1), ({"Key": "b", "Value": [2]}, 1)]


def test_a_selector_sees_the_item_the_input_and_the_variables():
    selector = {
        "index.$": "$$.Map.Item.Index",
        "value.$": "$$.Map.Item.Value",
        "source.$": "$$.Map.Item.Source",
        "more.$": "$.more",
        "told.$": "$told",
        "state.$": "$$.State.Name",
    }
    state = distributed(ItemsPath="$.all", ItemSelector=selector)
    before = {"A": {"Type": "Pass", "Assign": {"told": "v"}, "Next": "M"}}
    found = given(state, {"all": ["x", "y"], "more": 7}, before=before)
    assert found[1] == (
        {"index": 1, "value": "y", "source": "STATE_DATA", "more": 7, "told": "v", "state": "M"},
        1,
    )


def test_a_selector_sees_the_key_of_an_objects_item():
    state = distributed(ItemSelector={"key.$": "$$.Map.Item.Key", "value.$": "$$.Map.Item.Value"})
    assert given(state, {"a": 1}) == [({"key": "a", "value": {"Key": "a", "Value": 1}}, 1)]


def test_a_selector_in_jsonata():
    pytest.importorskip("jlens")
    selector = (
        "{% {'at': $states.context.Map.Item.Index, 'is': $states.context.Map.Item.Value, 'of': $told} %}"
    )
    state = distributed(Items="{% $states.input.all %}", ItemSelector=selector)
    before = {"A": {"Type": "Pass", "Assign": {"told": "v"}, "Next": "M"}}
    found = given(state, {"all": ["x", "y"]}, before=before, language="JSONata")
    assert found == [({"at": 0, "is": "x", "of": "v"}, 1), ({"at": 1, "is": "y", "of": "v"}, 1)]


def test_where_a_read_item_is_from():
    state = distributed(ItemSelector={"from.$": "$$.Map.Item.Source"})
    assert given(state, [], items=[Item(1, None, "S3://b/k")]) == [({"from": "S3://b/k"}, 1)]


def test_a_selector_that_fails():
    with pytest.raises(Failure) as failure:
        given(distributed(ItemSelector={"a.$": "$.none"}), [1])
    assert failure.value.error == "States.Runtime"


# ------------------------------------------------------------------ batches


def test_batches_of_so_many_items():
    found = given(distributed(ItemBatcher={"MaxItemsPerBatch": 2}), [1, 2, 3, 4, 5])
    assert found == [({"Items": [1, 2]}, 2), ({"Items": [3, 4]}, 2), ({"Items": [5]}, 1)]


def test_batches_have_more_input():
    batcher = {"MaxItemsPerBatch": 2, "BatchInput": {"of.$": "$.name"}}
    [(value, _)] = given(distributed(ItemsPath="$.all", ItemBatcher=batcher), {"all": [1, 2], "name": "n"})
    assert dumps(value) == '{"BatchInput":{"of":"n"},"Items":[1,2]}'


@pytest.mark.parametrize("more", [{}, {"BatchInput": {"of": "é"}}])
@pytest.mark.parametrize("bound", range(44, 90))
def test_batches_of_so_many_bytes_are_as_full_as_may_be(bound, more):
    items = ["one", "two", "three", "é", {"a": 1}, "seven"] * 3
    batcher = {"MaxInputBytesPerBatch": bound, **more}
    found = [value for value, _ in given(distributed(ItemBatcher=batcher), items)]
    assert [item for value in found for item in value["Items"]] == items
    assert all(size(value) <= bound for value in found)
    for value, after in pairwise(found):
        assert size({**value, "Items": [*value["Items"], after["Items"][0]]}) > bound


def test_an_item_past_the_bytes_of_a_batch_is_one_alone():
    batcher = {"MaxInputBytesPerBatch": 20}
    assert [items for _, items in given(distributed(ItemBatcher=batcher), [1, "x" * 30, 2])] == [1, 1, 1]


def test_whichever_bound_comes_first():
    batcher = {"MaxItemsPerBatch": 3, "MaxInputBytesPerBatch": 30}
    found = given(distributed(ItemBatcher=batcher), [1, 2, 3, 4, "x" * 12, "y" * 12])
    assert [items for _, items in found] == [3, 2, 1]


def test_the_selector_comes_before_the_batches():
    state = distributed(ItemSelector={"i.$": "$$.Map.Item.Index"}, ItemBatcher={"MaxItemsPerBatch": 2})
    assert given(state, ["a", "b", "c"])[1] == ({"Items": [{"i": 2}]}, 1)


@pytest.mark.parametrize(
    ("batcher", "length", "fits"),
    [
        (None, 98, True),
        (None, 99, False),
        ({"MaxItemsPerBatch": 1}, 86, True),
        ({"MaxItemsPerBatch": 1}, 87, False),
    ],
)
def test_an_item_over_the_quota(batcher, length, fits):
    fields = {} if batcher is None else {"ItemBatcher": batcher}
    items = ["ok", "x" * length]
    if fits:
        assert given(distributed(**fields), items, bounds=within(payload_bytes=100))
        return
    with pytest.raises(Failure) as failure:
        given(distributed(**fields), items, bounds=within(payload_bytes=100))
    assert failure.value.error == "States.DataLimitExceeded"
    assert "index 1" in (failure.value.cause or "")


# ------------------------------------------------------------------ how many may fail


def failed(tolerance, failures, total, known=True):
    return breach(Tolerance(**tolerance), Counts(failed=failures, total=total), known=known) is not None


@pytest.mark.parametrize(
    ("tolerance", "failures", "expected"),
    [
        ({}, 0, False),
        ({}, 1, True),
        ({"count": 0}, 0, False),
        ({"count": 0}, 1, True),
        ({"count": 3}, 3, False),
        ({"count": 3}, 4, True),
        ({"percentage": 0.0}, 0, False),
        ({"percentage": 0.0}, 1, True),
        ({"percentage": 30.0}, 3, False),
        ({"percentage": 30.0}, 4, True),
        ({"percentage": 39.9}, 3, False),
        ({"percentage": 39.9}, 4, True),
        ({"percentage": 100.0}, 10, False),
        ({"count": 5, "percentage": 30.0}, 4, True),
        ({"count": 2, "percentage": 100.0}, 3, True),
        ({"count": 3, "percentage": 30.0}, 3, False),
    ],
)
def test_one_past_a_bound_is_too_many(tolerance, failures, expected):
    assert failed(tolerance, failures, 10) is expected


def test_a_share_of_what_is_not_known_is_not_told():
    assert not failed({"percentage": 10.0}, 5, 5, known=False)
    assert failed({"count": 1, "percentage": 10.0}, 5, 5, known=False)


def test_all_that_do_not_succeed_count():
    counts = Counts(failed=1, timed_out=1, aborted=1, total=10)
    assert breach(Tolerance(count=2), counts, known=True) is not None
    assert breach(Tolerance(count=3), counts, known=True) is None


@pytest.mark.parametrize(("asked", "most"), [(0, MOST_CONCURRENT), (1, 1), (20_000, MOST_CONCURRENT)])
def test_concurrency(asked, most):
    assert concurrency(asked) == most


# ------------------------------------------------------------------ the command


def test_the_same_label_in_each_run_and_another_for_each_state():
    state = distributed()
    labels = {commanded(state, [1])[1].label for _ in range(2)}
    assert len(labels) == 1
    assert commanded(distributed(MaxConcurrency=2), [1])[1].label not in labels


def test_bounds_are_computed():
    state = distributed(
        ItemsPath="$.all",
        MaxConcurrencyPath="$.most",
        ToleratedFailureCountPath="$.count",
        ToleratedFailurePercentagePath="$.share",
    )
    _, command = commanded(state, {"all": [], "most": 3, "count": 2, "share": 12.5})
    assert (command.concurrency, command.tolerance) == (3, Tolerance(2, 12.5))


def test_a_saved_execution_still_has_its_run():
    run = Run(machine(M=distributed()), [1])
    before = list(run.execution.pending())
    run.save_and_restore()
    assert list(run.execution.pending()) == before
    assert asl.Execution is type(run.execution)
