"""What one measurement is: a job handed to a fresh process, and the times that come back."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Job:
    """What a runner is asked for: a workload, its size and how often to run it."""

    workload: str
    size: int
    warmups: int = 1
    seconds: float = 1.0
    """Runs go on until this much time has gone into them, within the two bounds."""
    at_least: int = 3
    at_most: int = 50
    parses: int = 3
    way: str = ""
    """Which of its ways to do it, for a runner that has several."""
    folder: str = ""
    """Where files are that it reads or writes, for a runner that does."""
    quotas: bool = False
    read_history: bool = False


@dataclass
class Times:
    """What a runner measured, in seconds: the parsings, the runs, and the output to compare."""

    parses: list[float] = field(default_factory=list)
    runs: list[float] = field(default_factory=list)
    output: Any = None
    events: int | None = None
    idle_mib: float | None = None
    peak_mib: float | None = None
    kept: int | None = None
    """How many executions are still known after a restart, where that was looked at."""
    problem: str | None = None
    """Why there is no figure; None if there is one."""

    @property
    def best(self) -> float:
        """The shortest run."""
        return min(self.runs)

    @property
    def median(self) -> float:
        """The run in the middle."""
        return statistics.median(self.runs)

    @property
    def worst(self) -> float:
        """The longest run."""
        return max(self.runs)


def sample(job: Job, run: Callable[[], Any]) -> tuple[list[float], Any]:
    """The times of as many runs as the job asks for, and what the last one gave back."""
    for _ in range(job.warmups):
        run()
    times: list[float] = []
    while len(times) < job.at_least or (sum(times) < job.seconds and len(times) < job.at_most):
        # The last answer goes first, or a run would be measured with two histories in memory.
        answer = None
        start = time.perf_counter()
        answer = run()
        times.append(time.perf_counter() - start)
    return times, answer


def joined(measured: list[Times]) -> Times:
    """All runs of several processes as one."""
    if failed := [each for each in measured if each.problem]:
        return failed[0]
    return replace(
        measured[0],
        parses=[parse for each in measured for parse in each.parses],
        runs=[run for each in measured for run in each.runs],
        peak_mib=max(each.peak_mib or 0.0 for each in measured) or None,
    )


def peak_mib() -> float:
    """The most memory this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux hands ru_maxrss of the parent on to a child through exec, this figure not.
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def in_fresh_process(command: list[str], job: Any, timeout: float = 180) -> Times:
    """The times that a runner prints as the last line of its output, after reading the job from its input."""
    try:
        ended = subprocess.run(
            command,
            input=json.dumps(job),
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Times(problem=f"no end within {timeout:.0f} s")
    if ended.returncode != 0:
        said = ended.stderr.strip().splitlines() or [f"exit status {ended.returncode}"]
        return Times(problem=f"failed: {said[-1][:160]}")
    return Times(**json.loads(ended.stdout.splitlines()[-1]))


def python_runner(module: str, job: Job, timeout: float = 180) -> Times:
    """The times of a runner that is a module of this package."""
    return in_fresh_process([sys.executable, "-m", f"benchmarks.{module}"], asdict(job), timeout)


def serve(measure: Callable[[Job], Times]) -> None:
    """The other end of `python_runner`: reads the job, measures, prints the times."""
    times = measure(Job(**json.load(sys.stdin)))
    print(json.dumps(asdict(times)))
