"""The telling of events: for each type of history event, the line that a person reads of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.history import DEFAULT_WAY, NO_WAY, TASK_EVENTS, EventType
from asl.jsontypes import JSON
from cli.failure_text import short
from cli.figures import count, duration
from cli.folding import ITERATIONS, VISITS
from cli.json_text import printable
from cli.map_runs import MapRunProgress

if TYPE_CHECKING:
    from cli.steps import Steps


class Seen(NamedTuple):
    """An event as `asl.history.Event` has it, its members named."""

    type: EventType
    previous: int
    time: int
    path: str
    state: str
    visit: int
    attempt: int
    way: int
    payload: Any
    extra: Any

    def child(self, index: int) -> str:
        """The path of the branch or iteration that this state's thread began."""
        return f"{self.path}{self.visit}.{self.attempt}[{index}]/"


class Trouble(NamedTuple):
    """A failure that was told, for the lines that follow from it."""

    time: int
    text: str


# ------------------------------------------------------------------ states


def _started(steps: Steps, seen: Seen) -> None:
    steps.start = seen.time
    steps.line(seen, "starts", seen.payload, fg="cyan")


def _entered(steps: Steps, seen: Seen) -> None:
    if steps.folding.enters(seen.state, seen.path):
        steps.note(f"{seen.state} was visited {VISITS} times; its further visits are counted, not shown")
    steps.entered[seen.path] = seen.time
    if seen.type.name == "FailStateEntered":
        steps.line(seen, "fails", fg="red")


def _exited(steps: Steps, seen: Seen) -> None:
    """A Choice tells where it leads, a catcher what it caught; others what they pass on."""
    kind = seen.type.name.removesuffix("StateExited")
    if kind == "Choice":
        rules = steps.states[seen.state].rules
        chosen, rule = (steps.states[seen.state].default, "default")
        if seen.way != DEFAULT_WAY:
            chosen, rule = rules[seen.way].next, f"rule {seen.way + 1} of {len(rules)}"
        steps.line(seen, f"→ {printable(chosen)} ({rule})", fg="cyan")
    elif seen.way != NO_WAY:
        trouble = steps.troubles.pop(seen.path, None)
        catcher = steps.states[seen.state].catch[seen.way]
        what = f" {trouble.text.split(':')[0]}" if trouble else ""
        steps.line(seen, f"caught{what} → {printable(catcher.next)}", fg="yellow")
    elif kind == "Wait":
        steps.line(seen, f"waited {steps.since(steps.entered, seen)}", fg="blue")
    elif kind in ("Map", "Parallel"):
        what = f"{_iterations(steps, seen)} " if kind == "Map" else ""
        steps.line(seen, f"{what}done in {steps.since(steps.entered, seen)}", seen.payload, fg="green")
    elif kind != "Task":
        steps.line(seen, "passes on" if kind == "Pass" else "ends with", seen.payload)


def _iterations(steps: Steps, seen: Seen) -> str:
    """What a Map has done."""
    run = steps.map_runs.pop(seen.path, None)
    return count(steps.items.get(seen.path, 0), "iteration") if run is None else run.total


def _aborted(steps: Steps, seen: Seen) -> None:
    steps.line(seen, "aborted", fg="yellow")


# ------------------------------------------------------------------ tasks


def _scheduled(steps: Steps, seen: Seen) -> None:
    steps.called[seen.path] = seen.time
    name, data = _called(steps, seen)
    colour = "yellow" if seen.attempt else None
    steps.line(seen, f"{_again(steps, seen)}calls {printable(name)}", data, fg=colour)


def _called(steps: Steps, seen: Seen) -> tuple[str, JSON]:
    """What a task calls and with what; of Lambda's invoke the function and its payload."""
    resource, payload = steps.states[seen.state].resource, seen.payload
    if resource.family == "task" and resource.service == "lambda" and isinstance(payload, dict):
        function = str(payload.get("FunctionName", resource.action))
        return function.split(":function:")[-1], payload.get("Payload", {})
    return f"{resource.service}:{resource.action}" if resource.family == "task" else resource.action, payload


def _again(steps: Steps, seen: Seen) -> str:
    """That it is a retry, and how long it waited for it."""
    if not seen.attempt:
        return ""
    trouble = steps.troubles.get(seen.path)
    after = f" after {duration(seen.time - trouble.time)}" if trouble else ""
    return f"retry {seen.attempt}{after}, "


def _submitted(steps: Steps, seen: Seen) -> None:
    steps.line(seen, "submitted", seen.payload)


def _succeeded(steps: Steps, seen: Seen) -> None:
    resource, data = steps.states[seen.state].resource, seen.payload
    if resource.service == "lambda" and isinstance(data, dict) and "SdkHttpMetadata" in data:
        data = data.get("Payload")
    steps.line(seen, f"returns in {steps.since(steps.called, seen)}", data, fg="green")


def _task_failed(steps: Steps, seen: Seen) -> None:
    text = short(*seen.payload)
    steps.troubles[seen.path] = Trouble(seen.time, text)
    how = "times out" if seen.type.name.endswith("TimedOut") else "fails"
    steps.line(seen, f"{how} after {steps.since(steps.called, seen)}: {text}", fg="red")


def _evaluation_failed(steps: Steps, seen: Seen) -> None:
    error, cause, location = seen.payload
    text = short(error, cause)
    steps.troubles[seen.path] = Trouble(seen.time, text)
    steps.line(seen, f"fails at {location}: {text}", fg="red")


# ------------------------------------------------------------------ Parallel and Map


def _parallel_started(steps: Steps, seen: Seen) -> None:
    branches = len(steps.states[seen.state].branches)
    steps.line(seen, _again(steps, seen) + count(branches, "branch", "branches"), fg="cyan")


def _map_started(steps: Steps, seen: Seen) -> None:
    steps.items[seen.path], steps.done[seen.path] = seen.payload, 0
    reads = getattr(steps.states[seen.state], "reader", None)
    what = "reads items from S3" if reads else count(seen.payload, "item")
    steps.line(seen, _again(steps, seen) + what, fg="cyan")


def _map_run_started(steps: Steps, seen: Seen) -> None:
    steps.map_runs[seen.path] = MapRunProgress()


def _map_run_failed(steps: Steps, seen: Seen) -> None:
    steps.troubles[seen.path] = Trouble(seen.time, short(seen.payload, seen.extra))


def _iteration_started(steps: Steps, seen: Seen) -> None:
    hidden = steps.folding.hides(seen.path)
    if not hidden and steps.folding.begins(seen.state, seen.child(seen.payload)):
        steps.note(f"{seen.state} has begun {ITERATIONS} iterations; the others are counted, not shown")


def _iteration_succeeded(steps: Steps, seen: Seen) -> None:
    child = seen.child(seen.payload)
    steps.done[seen.path] += 1
    if steps.folding.hides(child):
        if steps.bars.is_due(seen.path) and not steps.folding.hides(seen.path):
            done, items = steps.done[seen.path], steps.items[seen.path]
            steps.bars.show(seen.path, printable(seen.state), done, items, f"{done:,}/{items:,}")
    else:
        steps.line(seen, f"{_iteration(steps, seen)} done", fg="green")
    _forget(steps, child)


def _iteration_failed(steps: Steps, seen: Seen) -> None:
    trouble = steps.troubles.get(seen.child(seen.payload))
    why = f": {trouble.text}" if trouble else ""
    if trouble:
        steps.troubles[seen.path] = Trouble(seen.time, trouble.text)
    steps.line(seen, f"{_iteration(steps, seen)} failed{why}", fg="red")
    _forget(steps, seen.child(seen.payload))


def _iteration_aborted(steps: Steps, seen: Seen) -> None:
    child = seen.child(seen.payload)
    if not steps.folding.hides(child):
        steps.line(seen, f"{_iteration(steps, seen)} aborted", fg="yellow")
    _forget(steps, child)


def _iteration(steps: Steps, seen: Seen) -> str:
    return f"iteration {seen.payload + 1:,} of {steps.items[seen.path]:,}"


def _fork_ended(steps: Steps, seen: Seen) -> None:
    steps.bars.remove(seen.path)


def _fork_failed(steps: Steps, seen: Seen) -> None:
    """A Map's iteration has told why; of a Parallel it is the branch that failed last."""
    steps.bars.remove(seen.path)
    steps.map_runs.pop(seen.path, None)
    prefix = f"{seen.path}{seen.visit}.{seen.attempt}["
    below = [each for path, each in steps.troubles.items() if path.startswith(prefix)]
    if below:
        steps.troubles[seen.path] = Trouble(seen.time, max(below).text)
    trouble = steps.troubles.get(seen.path)
    why = f": {trouble.text}" if trouble else ""
    steps.line(seen, f"fails after {steps.since(steps.entered, seen)}{why}", fg="red")


def _forget(steps: Steps, child: str) -> None:
    """Lets go of an iteration that has ended: there may be very many."""
    steps.folding.ends(child)
    for notes in (steps.entered, steps.called, steps.troubles):
        notes.pop(child, None)


# ------------------------------------------------------------------ the table

_KINDS = ("Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait")

TELLERS: dict[str, Callable[[Steps, Seen], None]] = {
    "ExecutionStarted": _started,
    "EvaluationFailed": _evaluation_failed,
    **{f"{kind}StateEntered": _entered for kind in _KINDS},
    **{f"{kind}StateExited": _exited for kind in _KINDS},
    **{f"{kind}StateAborted": _aborted for kind in _KINDS},
    **{events.scheduled.name: _scheduled for events in TASK_EVENTS.values()},
    **{events.submitted.name: _submitted for events in TASK_EVENTS.values() if events.submitted},
    **{events.succeeded.name: _succeeded for events in TASK_EVENTS.values()},
    **{events.failed.name: _task_failed for events in TASK_EVENTS.values()},
    **{events.timed_out.name: _task_failed for events in TASK_EVENTS.values()},
    "ParallelStateStarted": _parallel_started,
    "ParallelStateFailed": _fork_failed,
    "MapStateStarted": _map_started,
    "MapRunStarted": _map_run_started,
    "MapRunFailed": _map_run_failed,
    "MapIterationStarted": _iteration_started,
    "MapIterationSucceeded": _iteration_succeeded,
    "MapIterationFailed": _iteration_failed,
    "MapIterationAborted": _iteration_aborted,
    "MapStateSucceeded": _fork_ended,
    "MapStateFailed": _fork_failed,
}
"""What tells which events. Those that are not here follow from others: a started task was scheduled."""
