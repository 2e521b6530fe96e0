"""Coverage: which states of a machine were entered, and which of its transitions were taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asl import History, StateMachine
from asl.jsontypes import JSON

Edge = tuple[str, str]
"""A transition from one state to another, by whatever field."""


class Coverage:
    """What of a machine some runs visited.

    Attributes:
        states: All its states, and whether each was entered.
        edges: All its transitions, and whether each was taken. Two fields of a state that lead to the same
            target are one.
    """

    def __init__(self, machine: StateMachine) -> None:
        self.states = dict.fromkeys(machine.states, False)
        self.edges: dict[Edge, bool] = dict.fromkeys(_edges(machine.definition), False)

    def add(self, history: History) -> None:
        """Counts a run."""
        last: dict[str, str] = {}
        for mark in history.marks():
            if not mark.type.name.endswith("StateEntered"):
                continue
            self.states[mark.state] = True
            edge = (last.get(mark.path, ""), mark.state)
            if edge in self.edges:
                self.edges[edge] = True
            last[mark.path] = mark.state

    def to_dict(self) -> dict[str, Any]:
        """The figures, and what was not visited."""
        missed = [f"{source} -> {target}" for (source, target), taken in self.edges.items() if not taken]
        return {
            "states": _figures(
                self.states.values(), [name for name, seen in self.states.items() if not seen]
            ),
            "transitions": _figures(self.edges.values(), missed),
        }


def _figures(seen: Any, missed: list[str]) -> dict[str, Any]:
    flags = list(seen)
    return {"visited": sum(flags), "total": len(flags), "missed": missed}


def _edges(definition: JSON) -> Iterator[Edge]:
    """All transitions of a definition, those of branches and processors too."""
    pending: list[Any] = [definition]
    while pending:
        for name, state in pending.pop()["States"].items():
            leads = [state, *state.get("Choices", ()), *state.get("Catch", ())]
            yield from ((name, each["Next"]) for each in leads if "Next" in each)
            if "Default" in state:
                yield name, state["Default"]
            pending += state.get("Branches", ())
            pending += [state[each] for each in ("ItemProcessor", "Iterator") if each in state]
