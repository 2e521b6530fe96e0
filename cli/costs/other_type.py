"""The other choice: what forbids a machine to be of the other type, and what it would be like there."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import msgspec

from asl import validate
from asl.cost.assumptions import Assumptions
from asl.rules import table as rules
from asl.spec.quotas import EXPRESS_SECONDS
from cli.costs.samples import Kind, Samples
from cli.figures import duration

_FORBIDDEN = {
    rules.EXPRESS_TOKEN.code: ("callback", "Express has no callbacks (.waitForTaskToken)"),
    rules.EXPRESS_ACTIVITY.code: ("activity", "Express has no activities"),
    rules.EXPRESS_SYNC.code: ("sync", "Express does not wait for jobs (.sync)"),
    rules.EXPRESS_DISTRIBUTED.code: ("distributed-map", "Express has no Distributed Map"),
}
"""Rule of an Express machine -> what it forbids, for programs and for people."""

NOTES = (
    "Standard runs an execution exactly once and keeps its history for 90 days.",
    "Express runs one at least once (a synchronous one at most once), and keeps no history but in CloudWatch "
    "Logs, which cost extra.",
)  # fmt: skip
"""Source: developer guide, "Choosing workflow type"."""


class Forbidden(msgspec.Struct, frozen=True):
    """Why a machine cannot be of the other type.

    Attributes:
        type: The type that it cannot be.
        reason: ``callback``, ``activity``, ``sync``, ``distributed-map`` or ``duration``.
        message: The same for people.
        states: The states that it is about.
    """

    type: Kind
    reason: str
    message: str
    states: list[str]


def has_map_runs(found: list[Forbidden]) -> bool:
    """Whether it is Distributed Map that forbids Express: what its executions do could not be done there."""
    return any(each.reason == "distributed-map" for each in found)


def forbidden(samples: Samples, assumed: Assumptions) -> list[Forbidden]:
    """What forbids a Standard machine to be Express. Nothing forbids an Express machine to be Standard."""
    if samples.kind == "EXPRESS":
        return []
    return [*_by_definition(samples), *_by_duration(samples, assumed)]


def _by_definition(samples: Samples) -> Iterator[Forbidden]:
    states: dict[str, list[str]] = {}
    for each in validate(samples.definition, yaml=samples.yaml, type="EXPRESS"):
        if each.rule in _FORBIDDEN:
            states.setdefault(each.rule, []).append(_state(each.location))
    for rule, (reason, message) in _FORBIDDEN.items():
        if rule in states:
            yield Forbidden("EXPRESS", reason, message, states[rule])


def _state(location: str) -> str:
    """The innermost state that a JSON pointer leads into."""
    steps = location.split("/")
    at = max(place for place, step in enumerate(steps) if step == "States")
    return steps[at + 1].replace("~1", "/").replace("~0", "~")


def _by_duration(samples: Samples, assumed: Assumptions) -> Iterator[Forbidden]:
    longest = ceil(max(each.ms for each in samples.uses) * assumed.duration)
    if longest > EXPRESS_SECONDS * 1000:
        message = f"Express runs for five minutes at most, and an execution takes {duration(longest)}"
        yield Forbidden("EXPRESS", "duration", message, [])
