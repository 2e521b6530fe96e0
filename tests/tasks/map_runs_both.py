"""A Map Run over a folder with buckets, by each of the two that run it: `asl run` and an emulator."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from cli.main import main
from emulator import Settings
from tests.emulator.distributed import TASK, begun, described, distributed
from tests.emulator.shared import emulated

GET, LIST = "arn:aws:states:::s3:getObject", "arn:aws:states:::s3:listObjectsV2"
HANDLERS = "def f(event, context):\n    return 10 // event if isinstance(event, int) else event\n"
"""Fails for an item that is 0."""


class End(NamedTuple):
    """How a run ended; the output is that of the Map."""

    status: str
    output: Any
    error: str | None
    cause: str | None


Driver = Callable[..., End]


def by_command(root: Path, state: dict[str, Any], given: Any) -> End:
    """By `asl run`, which must end without a traceback."""
    machine, handlers = root.parent / "machine.json", root.parent / "h.py"
    machine.write_text(json.dumps({"StartAt": "M", "States": {"M": state}}))
    handlers.write_text(HANDLERS)
    command = ["run", str(machine), "-H", str(handlers), "--s3-root", str(root), "--json", "--input"]
    result = CliRunner().invoke(main, [*command, json.dumps(given)])
    told = json.loads(result.stdout)
    assert result.exit_code == (0 if told["status"] == "SUCCEEDED" else 1)
    assert "Traceback" not in result.stderr
    return End(told["status"], told.get("output"), told.get("error"), told.get("cause"))


def by_emulator(root: Path, state: dict[str, Any], given: Any) -> End:
    """By an emulator whose Map Runs read from folders."""
    functions: dict[str, Any] = {}
    exec(HANDLERS, functions)  # ours
    with emulated(settings=Settings(s3_root=str(root)), handlers={"f": functions["f"]}) as emulator:
        told = described(emulator, begun(emulator, state, given))
    output = json.loads(told["output"]) if "output" in told else None
    return End(told["status"], output, told.get("error"), told.get("cause"))


DRIVERS: dict[str, Driver] = {"asl run": by_command, "emulator": by_emulator}


def reading(config: dict[str, Any], resource: str = GET, **fields: Any) -> dict[str, Any]:
    """A Map state that reads; its bucket, and its key or prefix, are those of the input."""
    name = "Key" if resource == GET else "Prefix"
    reader = {
        "Resource": resource,
        "ReaderConfig": config,
        "Parameters": {"Bucket.$": "$.bucket", f"{name}.$": "$.key"},
    }
    return distributed(TASK, "EXPRESS", ItemReader=reader, **fields)
