"""The cost of every sample machine and the advice on it: made by the commands themselves."""

from __future__ import annotations

import json
import shlex
import shutil
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from click.testing import CliRunner

from cli.json_text import pretty
from cli.main import main
from emulator.api.server import Application
from tests.emulator.asked import asking
from tests.golden.samples import ROOT
from tests.samples.shared import prepared, read, start
from tests.samples.test_nested import MACHINES

NESTED = "nested"
"""Has several machines that start each other: its cost is that of an endpoint."""
NAMES = sorted(path.parent.name for path in (ROOT / "sample_machines").glob("*/README.md"))
FIXED = "--task-seconds 0.25 --per-month 100000"


def golden(name: str) -> Path:
    """Where a sample's report is kept."""
    return ROOT / "sample_machines" / name / "cost.txt"


def report(name: str) -> str:
    """A sample's report: the command, and what it prints; with all inputs that the sample has."""
    if name == NESTED:
        return f"$ curl http://127.0.0.1:8083/_emulator/cost\n{_of_endpoint()}\n"
    return shown(f"cost {sampled(name)}")


def sampled(name: str) -> str:
    """A sample and the options that run it with all its inputs, the same each time."""
    folder = f"sample_machines/{name}"
    others = sorted((ROOT / folder / "inputs").glob("*.json"))
    inputs = [f"--input @{folder}/input.json", *(f"--input @{each.relative_to(ROOT)}" for each in others)]
    buckets = [f"--s3-root {folder}/s3"] if (ROOT / folder / "s3").exists() else []
    return " ".join([folder, *(inputs if others else ()), *buckets, FIXED])


def shown(command: str, code: int = 0) -> str:
    """A command of asl and what it prints, called beside the samples by somebody without prices of their own.

    On a copy of the samples: one of them writes results beside what it reads.
    """
    with TemporaryDirectory() as folder, patch.dict("os.environ", {"XDG_CONFIG_HOME": folder}):
        copy = Path(folder) / "sample_machines"
        shutil.copytree(ROOT / copy.name, copy, ignore=shutil.ignore_patterns("__pycache__"))
        with chdir(folder):
            result = CliRunner().invoke(main, shlex.split(command), catch_exceptions=False)
    assert result.exit_code in (0, code), result.output
    return f"$ asl {command}\n{result.output if code else result.stdout}"


def advice_file(name: str) -> Path:
    """Where what is advised on a sample is kept."""
    return ROOT / "sample_machines" / name / "advice.txt"


def advice(name: str) -> str:
    """What is advised on a sample: the command, and what it prints; of several machines, on each alone."""
    if name == NESTED:
        files = sorted(path.name for path in (ROOT / "sample_machines" / name).glob("*.asl.json"))
        return "\n".join(shown(f"lint sample_machines/{name}/{file}", 1) for file in files)
    return shown(f"lint --cost {sampled(name)}", 1)


def _of_endpoint() -> str:
    with prepared(NESTED, *MACHINES) as inside:
        inside.wait(start(inside, "parent", read(NESTED, "input.json")))
        answer = inside.run(asking(Application(inside.emulator), "GET", "/_emulator/cost"))
    told: str = pretty(json.loads(answer.body))
    return told
