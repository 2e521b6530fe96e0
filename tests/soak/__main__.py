"""`make soak`: fuzzes all properties for a bounded time and stops at the first that does not hold.

python -m tests.soak [--seconds N] [--jobs N]
python -m tests.soak NAME FILE   replays what was found
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from math import ceil
from pathlib import Path

from tests.properties import test_anything

NAMES = [name for name in vars(test_anything) if name.startswith("test_")]
ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "soak"
SECONDS_FOR_ONE = 30
"""What takes longer counts as a failure: nothing may run away."""
MEGABYTES = 4_096
PROGRESS = re.compile(rb"^#(\d+)\s.*?cov: (\d+)", re.MULTILINE)


class Run:
    """One property being fuzzed.

    Attributes:
        name: The test's.
        executions: How often it has run.
        coverage: How many places in the code that reached, and when it began.
    """

    def __init__(self, name: str, seconds: int) -> None:
        self.name = name
        self.executions = 0
        self.coverage = self.first_coverage = 0
        corpus = FOLDER / name
        corpus.mkdir(parents=True, exist_ok=True)
        self.log = (FOLDER / f"{name}.log").open("w+b")
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "tests.soak.target", name, str(corpus), f"-max_total_time={seconds}",
                f"-timeout={SECONDS_FOR_ONE}", f"-rss_limit_mb={MEGABYTES}", "-max_len=8192", "-verbosity=1",
                f"-artifact_prefix={FOLDER / name}.",
            ],
            cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def text(self) -> bytes:
        """What the process has written."""
        return Path(self.log.name).read_bytes()

    def update(self) -> bool:
        """Reads the progress; whether it still runs."""
        running = self.process.poll() is None
        for executions, coverage in PROGRESS.findall(self.text()):
            self.executions, self.coverage = int(executions), int(coverage)
            self.first_coverage = self.first_coverage or self.coverage
        return running

    def __str__(self) -> str:
        new = self.coverage - self.first_coverage
        return f"{self.name:36} {self.executions:>9,} runs  {self.coverage:>6,} places (+{new:,})"


def fuzz(seconds: int, jobs: int) -> int:
    """Fuzzes every property for its part of the time; gives the exit code."""
    started = time.monotonic()
    each = max(1, seconds // ceil(len(NAMES) / jobs))
    waiting, running, done = list(NAMES), [], []
    print(
        f"{len(NAMES)} properties, {each} s each, {jobs} at a time; the corpus is kept in {FOLDER}",
        flush=True,
    )
    while waiting or running:
        while waiting and len(running) < jobs:
            running.append(Run(waiting.pop(0), each))
        time.sleep(1)
        for run in list(running):
            if run.update():
                continue
            running.remove(run)
            done.append(run)
            print(f"{run}  done", flush=True)
            if run.process.returncode:
                for other in running:
                    other.process.terminate()
                return failed(run)
        passed = int(time.monotonic() - started)
        if passed % 10 == 0:
            left = max(0, seconds - passed)
            for run in running:
                print(f"{run}  {left} s left", flush=True)
    print(f"{sum(run.executions for run in done):,} runs, nothing but diagnostics and failures")
    return 0


def failed(run: Run) -> int:
    """Shows what was found and where it is kept."""
    text = run.text().decode("utf-8", "replace")
    print("\n".join(line for line in text.splitlines() if not line.startswith(("#", "INFO:")))[-8_000:])
    for file in found_files(run.name):
        print(f"\nAgain: {sys.executable} -m tests.soak {run.name} {file}")
    return 1


def found_files(name: str) -> Iterator[Path]:
    """What the fuzzer has kept of a property that did not hold, newest first."""
    kept = [file for file in FOLDER.glob(f"{name}.*-*") if file.is_file()]
    yield from sorted(kept, key=lambda file: -file.stat().st_mtime)[:1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("SOAK_SECONDS", "600")))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("replay", nargs="*", metavar="NAME FILE", help="what was found, to run it again")
    options = parser.parse_args()
    if options.replay:
        name, file = options.replay
        command = [sys.executable, "-m", "tests.soak.target", name, file]
        return int(subprocess.run(command, cwd=ROOT).returncode != 0)
    return fuzz(options.seconds, options.jobs)


if __name__ == "__main__":
    sys.exit(main())
