"""Tasks that hang or fail for reasons that pass: no time limit, no retry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asl import errors
from asl.advice.facts import Facts
from asl.advice.finding import Finding, diagnostic
from asl.advice.words import count
from asl.rules import advised
from asl.spec.quotas import STANDARD

TRANSIENT = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
)
"""What Lambda fails with for reasons of its own (developer guide, "Handle transient Lambda service
exceptions", which has Lambda.ClientExecutionTimeoutException for older ones too)."""

_ANY = (errors.ALL, errors.TASK_FAILED)
_LIMITS = ("TimeoutSeconds", "TimeoutSecondsPath")


def jobs_without_limit(facts: Facts) -> Iterator[Finding]:
    """A job that ``.sync`` waits for and that hangs holds the execution for a year.

    Callbacks and activities without a limit are told by ASL801. A function ends after its own limit, of 15
    minutes at most, and a call of a service when the SDK gives up; these are not spoken of.
    """
    if "TimeoutSeconds" in facts.definition:
        return
    days = (STANDARD.seconds or 0) // 86_400
    for node in facts.all("Task"):
        called = node.calls
        if called is None or called.pattern != "sync" or any(name in node.state for name in _LIMITS):
            continue
        message = (
            f"'{node.name}' waits for a job without a time limit: for {days} days, if it hangs; that costs "
            "no transition, and nobody is told"
        )
        hint = "set TimeoutSeconds to what the job takes at most, and catch States.Timeout"
        yield Finding(
            node.name,
            diagnostic(advised.JOB_WITHOUT_LIMIT, (*node.place, "Resource"), message, hint),
            {"longest_wait_days": days},
            serious=True,
        )


def transient_errors(facts: Facts) -> Iterator[Finding]:
    """A function that is called once fails an execution for what had passed a second later."""
    for node in facts.all("Task"):
        called = node.calls
        if called is None or called.service != "lambda":
            continue
        if any(_answers(each.state) for each in node.levels):
            continue
        message = f"Nothing answers a transient error of Lambda at '{node.name}': the execution fails"
        figures: dict[str, int | float] = {}
        lost = facts.evidence.of(node.name).reached_after
        if lost and facts.is_billed_by_transition(node):
            figures["transitions_again"] = lost
            message += f", and a new one makes {count(lost, 'transition')} again to come here"
        yield Finding(
            node.name,
            diagnostic(advised.TRANSIENT_ERRORS, node.place, message),
            figures,
            serious=True,
        )


def _answers(state: dict[str, Any]) -> bool:
    """Whether Retry or Catch of a state names one of the transient errors, or all."""
    entries = [
        *(each for each in state.get("Retry", ()) if each.get("MaxAttempts") != 0),
        *state.get("Catch", ()),
    ]
    return any(name in _ANY or name in TRANSIENT for each in entries for name in each["ErrorEquals"])
