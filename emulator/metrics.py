"""What an emulator has done, counted, and written as Prometheus reads it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator

from asl.history import History
from emulator.records import ExecutionRecord

BOUNDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0, 300.0, 3600.0, 86_400.0)
"""Upper bounds of the durations that are counted together, in seconds of the emulator's clock."""
MOST_ERRORS = 200
"""So many error names are counted apart: users choose them, and each is a series of its own."""
OTHER_ERRORS = "(others)"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_ENTERED = "StateEntered"


class Metrics:
    """Counts executions that begin and end. Nothing of what they carry is kept."""

    def __init__(self) -> None:
        self._started: Counter[str] = Counter()
        self._ended: Counter[tuple[str, str]] = Counter()
        self._entered: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._durations: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def began(self, record: ExecutionRecord) -> None:
        """Counts an execution that was started."""
        self._started[record.type] += 1

    def closed(self, record: ExecutionRecord, history: History) -> None:
        """Counts an execution that ended; of one that was redriven, what it did since."""
        self._ended[record.type, record.status] += 1
        self._entered[record.type] += _entered(history, record.redrives > 0)
        if record.status in ("FAILED", "TIMED_OUT"):
            error = record.error or "States.Timeout"
            known = error in self._failures or len(self._failures) < MOST_ERRORS
            self._failures[error if known else OTHER_ERRORS] += 1
        began = record.started if record.redriven is None else record.redriven
        lasted = ((record.stopped or began) - began) / 1000
        counts = self._durations.setdefault(record.type, [0] * (len(BOUNDS) + 1))
        counts[bisect_left(BOUNDS, lasted)] += 1
        self._seconds[record.type] = self._seconds.get(record.type, 0.0) + lasted

    def text(self, running: int) -> str:
        """The metrics in Prometheus's text format.

        Args:
            running: How many executions run now.
        """
        return "\n".join([*self._lines(running), ""])

    def _lines(self, running: int) -> Iterator[str]:
        yield from _family("asl_executions_started_total", "counter", "Executions started.")
        for kind, count in sorted(self._started.items()):
            yield _sample("asl_executions_started_total", count, type=kind)
        yield from _family("asl_executions_ended_total", "counter", "Executions ended, by status.")
        for (kind, status), count in sorted(self._ended.items()):
            yield _sample("asl_executions_ended_total", count, type=kind, status=status)
        yield from _family("asl_executions_running", "gauge", "Executions that run now.")
        yield _sample("asl_executions_running", running)
        yield from _family(
            "asl_states_entered_total", "counter", "States entered by executions that have ended."
        )
        for kind, count in sorted(self._entered.items()):
            yield _sample("asl_states_entered_total", count, type=kind)
        yield from _family(
            "asl_execution_failures_total", "counter", "Executions failed or timed out, by error."
        )
        for error, count in sorted(self._failures.items()):
            yield _sample("asl_execution_failures_total", count, error=error)
        yield from self._histogram()

    def _histogram(self) -> Iterator[str]:
        name = "asl_execution_duration_seconds"
        yield from _family(name, "histogram", "How long executions took, on the emulator's clock.")
        for kind, counts in sorted(self._durations.items()):
            total = 0
            for bound, count in zip([*map(str, BOUNDS), "+Inf"], counts, strict=True):
                total += count
                yield _sample(f"{name}_bucket", total, type=kind, le=bound)
            yield _sample(f"{name}_sum", self._seconds[kind], type=kind)
            yield _sample(f"{name}_count", total, type=kind)


def _entered(history: History, redriven: bool) -> int:
    """How many states were entered, since the last redrive if there was one."""
    names: Iterable[str] = (event[0].name for event in history.events())
    if not redriven:
        return sum(each.endswith(_ENTERED) for each in names)
    entered = 0
    for each in names:
        entered = 0 if each == "ExecutionRedriven" else entered + each.endswith(_ENTERED)
    return entered


def _family(name: str, kind: str, about: str) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"


def _sample(name: str, value: float, **labels: str) -> str:
    told = ",".join(f'{label}="{_escaped(each)}"' for label, each in labels.items())
    return f"{name}{{{told}}} {value}" if told else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
