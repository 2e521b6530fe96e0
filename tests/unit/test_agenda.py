"""The agenda: what is due when, and in which order."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asl.agenda import Agenda
from asl.signals import Elapsed


def due_at(agenda):
    return agenda.next(), list(agenda.due().due)


def test_an_empty_agenda_has_nothing_next_and_nothing_due():
    agenda = Agenda()
    assert agenda.next() is None
    assert agenda.due() == Elapsed(())
    assert len(agenda) == 0


def test_deadlines_come_in_the_order_of_time():
    agenda = Agenda()
    for command, at in (("1.0", 30), ("2.0", 10), ("3.0", 20)):
        agenda.set(command, "timer", at)
    assert [due_at(agenda) for _ in range(3)] == [
        (10, [("2.0", "timer")]),
        (20, [("3.0", "timer")]),
        (30, [("1.0", "timer")]),
    ]
    assert agenda.next() is None


@pytest.mark.parametrize(
    "ordered",
    [
        ["0", "1.0", "2.0", "10.0"],
        ["1.0", "1.1~", "1.2", "1.10~", "2.0"],
        ["3.0[2]/1.0", "3.0[10]/1.0", "3.0[10]/2.0", "3.1[0]/1.0"],
        ["0", "1.0[0]/1.0", "1.0[0]/1.0[0]/1.0", "1.0[0]/1.0[1]/9.0", "1.0[0]/2.0", "1.0[1]/1.0"],
    ],
)
def test_ties_fall_due_together_in_the_order_of_the_numbers(ordered):
    agenda = Agenda()
    for command in reversed(ordered):
        agenda.set(command, "timer", 5)
    agenda.set("0", "heartbeat", 6)
    assert due_at(agenda) == (5, [(command, "timer") for command in ordered])
    assert due_at(agenda) == (6, [("0", "heartbeat")])


def test_each_clock_of_a_command_runs_on_its_own():
    agenda = Agenda()
    agenda.set("1.0", "timeout", 9)
    agenda.set("1.0", "heartbeat", 4)
    assert len(agenda) == 2
    assert due_at(agenda) == (4, [("1.0", "heartbeat")])
    agenda.set("1.0", "heartbeat", 9)
    assert due_at(agenda) == (9, [("1.0", "heartbeat"), ("1.0", "timeout")])


@pytest.mark.parametrize("moved", [3, 5, 8])
def test_a_deadline_can_be_moved_either_way(moved):
    agenda = Agenda()
    agenda.set("1.0", "heartbeat", 5)
    agenda.set("1.0", "heartbeat", moved)
    assert len(agenda) == 1
    assert due_at(agenda) == (moved, [("1.0", "heartbeat")])
    assert agenda.next() is None


def test_a_deadline_moved_away_and_back_is_due_once():
    agenda = Agenda()
    for at in (5, 7, 5):
        agenda.set("1.0", "timer", at)
    assert due_at(agenda) == (5, [("1.0", "timer")])
    assert agenda.next() is None


def test_forgetting_a_command_forgets_all_its_clocks_and_no_other():
    agenda = Agenda()
    for kind in ("timer", "timeout", "heartbeat"):
        agenda.set("1.0", kind, 1)
    agenda.set("1.1", "timer", 2)
    agenda.forget("1.0")
    agenda.forget("7.0")
    assert len(agenda) == 1
    assert due_at(agenda) == (2, [("1.1", "timer")])


def test_a_forgotten_command_can_be_set_again_at_the_same_time():
    agenda = Agenda()
    agenda.set("1.0", "timer", 5)
    agenda.forget("1.0")
    agenda.set("1.0", "timer", 5)
    assert due_at(agenda) == (5, [("1.0", "timer")])
    assert agenda.next() is None


def test_looking_at_what_is_next_takes_nothing_out():
    agenda = Agenda()
    agenda.set("1.0", "timer", 5)
    assert [agenda.next(), agenda.next(), len(agenda)] == [5, 5, 1]


class Naive:
    """The same by looking through everything each time."""

    def __init__(self):
        self.deadlines = {}

    def set(self, command, kind, at):
        self.deadlines[command, kind] = at

    def forget(self, command):
        self.deadlines = {key: at for key, at in self.deadlines.items() if key[0] != command}

    def next(self):
        return min(self.deadlines.values(), default=None)

    def due(self):
        now = self.next()
        found = [key for key, at in self.deadlines.items() if at == now]
        found.sort(key=lambda key: ([int(number) for number in re.findall(r"\d+", key[0])], *key))
        for key in found:
            del self.deadlines[key]
        return Elapsed(tuple(found))


commands = st.builds("{}.{}".format, st.integers(1, 12), st.integers(0, 11))
kinds = st.sampled_from(["timer", "timeout", "heartbeat"])
actions = st.lists(
    st.tuples(st.just("set"), commands, kinds, st.integers(0, 6))
    | st.tuples(st.just("forget"), commands)
    | st.tuples(st.sampled_from(["next", "due"])),
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(actions)
def test_it_does_what_a_plain_list_does(steps):
    compare(steps)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=200, max_size=300), actions)
def test_cleaning_up_changes_nothing(times, steps):
    """So many are set and forgotten that the heap is rebuilt on the way."""
    filling = [("set", f"{n}.0", "timer", at) for n, at in enumerate(times)]
    emptying = [("forget", f"{n}.0") for n in range(len(times)) if n % 7]
    compare([*filling, *steps, *emptying, *steps, *[("due",)] * 40])


def compare(steps):
    agenda, naive = Agenda(), Naive()
    for name, *arguments in steps:
        assert getattr(agenda, name)(*arguments) == getattr(naive, name)(*arguments), (name, *arguments)
    assert len(agenda) == len(naive.deadlines)
    while naive.deadlines:
        assert agenda.next() == naive.next()
        assert agenda.due() == naive.due()
    assert agenda.next() is None


def test_what_was_forgotten_takes_no_room():
    agenda = Agenda()
    for number in range(5_000):
        agenda.set(f"{number}.0", "timer", number)
    for number in range(1, 5_000):
        agenda.forget(f"{number}.0")
    assert len(agenda._heap) < 200
