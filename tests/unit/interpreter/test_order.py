"""Independent signals: whatever order they come in, the output and each thread's history are the same."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from asl.history import as_dict
from asl.signals import Elapsed, TaskFailed, TaskStarted, TaskSubmitted, TaskSucceeded
from tests.unit.interpreter.driving import (
    Run,
    activity,
    lambda_task,
    machine,
    map_of,
    parallel,
    token_task,
    wait,
)

RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "JitterStrategy": "FULL"}]
UUID = {"Type": "Pass", "Parameters": {"id.$": "States.UUID()", "in.$": "$"}, "End": True}


def histories(run):
    """The events of every thread by its path, without what tells their place among the others'."""
    found = defaultdict(list)
    for event in run.events:
        details = as_dict(0, event)
        del details["id"], details["previousEventId"]
        found[event[3]].append((event[4:8], details))
    return found


def told(definition, input, sequences, chosen):
    """A run in which each sequence of signals keeps its own order, and ``chosen`` says who is next."""
    run = Run(definition, input)
    left = [list(reversed(each)) for each in sequences]
    for draw in chosen:
        waiting = [each for each in left if each]
        if not waiting:
            break
        run.tell(waiting[draw % len(waiting)].pop())
    for each in left:
        run.tell(*reversed(each))
    return run


orders = st.lists(st.integers(0, 59), max_size=40)
few = settings(max_examples=60, deadline=None)

TOKENS = machine(
    A=parallel(*[machine(**{f"T{i}": token_task(Next=f"U{i}"), f"U{i}": UUID}) for i in range(5)])
)


@few
@given(orders)
def test_token_tasks_of_a_parallel(chosen):
    sequences = [
        [TaskSubmitted(f"1.0[{i}]/1.0", {"call": i}), TaskSucceeded(f"1.0[{i}]/1.0", {"callback": i})]
        for i in range(5)
    ]
    plain, other = (told(TOKENS, {}, sequences, order) for order in ([], chosen))
    assert [each["in"] for each in plain.execution.output] == [{"callback": i} for i in range(5)]
    assert other.execution.output == plain.execution.output
    assert histories(other) == histories(plain)


@few
@given(orders)
def test_callbacks_and_submissions_in_any_order(chosen):
    """A callback may even come before the submission: what is written is the same."""
    singles = [[kind(f"1.0[{i}]/1.0", i)] for i in range(5) for kind in (TaskSubmitted, TaskSucceeded)]
    plain, other = (told(TOKENS, {}, singles, order) for order in ([], chosen))
    assert plain.execution.status == "SUCCEEDED"
    assert histories(other) == histories(plain)


MIXED = machine(
    A=parallel(
        machine(W=wait(5, Next="U"), U=UUID),
        machine(T=lambda_task(Retry=RETRY, Parameters={"id.$": "States.UUID()"})),
        machine(V=activity()),
        machine(M=map_of(machine(N=lambda_task("g", Next="O"), O=UUID))),
        Next="End",
    ),
    End={"Type": "Pass", "Parameters": {"all.$": "$", "last.$": "States.UUID()"}, "End": True},
)


@few
@given(orders)
def test_waits_retries_activities_and_items(chosen):
    sequences = [
        [Elapsed((("1.0[0]/1.0", "timer"),))],
        [
            TaskFailed("1.0[1]/1.0", "E"),
            Elapsed((("1.0[1]/1.1~", "timer"),)),
            TaskFailed("1.0[1]/1.1", "E"),
            Elapsed((("1.0[1]/1.2~", "timer"),)),
            TaskSucceeded("1.0[1]/1.2", "at last"),
        ],
        [TaskStarted("1.0[2]/1.0", "worker"), TaskSucceeded("1.0[2]/1.0", 2)],
        *[[TaskSucceeded(f"1.0[3]/1.0[{i}]/1.0", i)] for i in range(3)],
    ]
    plain, other = (told(MIXED, list("abc"), sequences, order) for order in ([], chosen))
    assert plain.execution.status == "SUCCEEDED"
    assert other.execution.output == plain.execution.output
    ours, theirs = histories(plain), histories(other)
    # The Map's own events tell which item ended when, so only their number is the same.
    assert len(ours.pop("1.0[3]/")) == len(theirs.pop("1.0[3]/"))
    assert theirs == ours
