"""How long the command line takes for the smallest sample machine, beside a Python that does nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import ROOT

SAMPLE = "sample_machines/hello"
REPEATS = 10


@dataclass
class Startup:
    """The wall times of the two commands in seconds, or why there are none."""

    command: str = ""
    asl: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    problem: str | None = None


def measure() -> Startup:
    """Both commands by turns, so that a busy moment of the machine falls on both."""
    if not (ROOT / SAMPLE).exists() or not (ROOT / "cli" / "main.py").exists():
        return Startup(problem=f"skipped: there is no command line yet, or no {SAMPLE}")
    script = Path(sys.executable).with_name("asl")
    inline = [sys.executable, "-c", "from cli.main import main; main()"]
    command = [str(script)] if script.exists() else inline
    command += ["run", SAMPLE]
    first = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if first.returncode != 0:
        said = (first.stderr or first.stdout).strip().splitlines() or ["no reason given"]
        return Startup(problem=f"failed: {said[-1][:160]}")
    measured = Startup(command="asl" if script.exists() else "python -c 'from cli.main import main; main()'")
    for _ in range(REPEATS):
        measured.asl.append(_wall_time(command))
        measured.bare.append(_wall_time([sys.executable, "-c", "pass"]))
    return measured


def _wall_time(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - start
