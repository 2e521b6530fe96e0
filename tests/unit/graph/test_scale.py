"""Scale: the work of drawing grows with the machine and hardly faster."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import pytest

import asl
from asl import graph
from asl.graph import draw
from tests.unit.graph.shared import END, block, catch, chain, choice, machine, map_of, parallel, passing, task

ROOM = str(Path(graph.__file__).parent)


def steps(drawn: asl.StateMachine) -> int:
    """How many lines of the drawing's own code run."""
    count = 0

    def within(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return within

    def entered(frame: FrameType, event: str, argument: Any) -> Any:
        return within if frame.f_code.co_filename.startswith(ROOM) else None

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        draw(drawn)
    finally:
        sys.settrace(before)
    return count


def caught(count: int) -> asl.StateMachine:
    """Every state leads to the same one when it fails."""
    states = {f"s{n}": task(Next=f"s{n + 1}", Catch=catch("E", following="last")) for n in range(count)}
    return machine(**states, **{f"s{count}": END}, last=END)


def everywhere(count: int) -> asl.StateMachine:
    """A state leads to every state of a chain: lines through all layers, their number times their length."""
    states = {f"t{n}": passing(f"t{n + 1}" if n < count - 1 else None) for n in range(count)}
    return machine(first=choice(*states), **states)


def wide(count: int) -> asl.StateMachine:
    """All states of a layer lead to the same one."""
    return machine(
        first=choice(*(f"t{n}" for n in range(count))), **{f"t{n}": passing("z") for n in range(count)}, z=END
    )


def tangled(count: int) -> asl.StateMachine:
    """Every state leads to the next and to some other, up or down."""
    random = Random(1)
    states = {f"s{n}": choice(f"s{n + 1}", default=f"s{random.randrange(count)}") for n in range(count)}
    return machine(**states, **{f"s{count}": END})


def forked(count: int) -> asl.StateMachine:
    """Branches, each with a Map."""
    return machine(A=parallel(*(block(**{f"m{n}": map_of(block(**{f"p{n}": END}))}) for n in range(count))))


@pytest.mark.parametrize("sized", [chain, caught, everywhere, wide, tangled, forked])
def test_twice_the_machine_is_about_twice_the_work(sized):
    small, large = (steps(sized(count)) for count in (250, 500))
    assert 1.7 < large / small < 2.4
