"""The sample machines with all their inputs, and how the tests run them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import asl

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(
    path.parent
    for path in (ROOT / "sample_machines").glob("*/machine.asl.json")
    if "SETUP" not in (path.parent / "handlers.py").read_text(encoding="utf-8")
    and not (path.parent / "s3").exists()
)
"""The samples that reach no services and no buckets; tests/samples has those that do."""
TASK_SECONDS = 0.25
SEED = "golden"

Handlers = dict[str, Callable[[Any, Any], Any]]


@dataclass(frozen=True)
class Sample:
    """A sample machine with one of its inputs."""

    folder: Path
    input: Path
    expected: Path

    @property
    def name(self) -> str:
        """The machine's name, and after a point the input's unless it is the main one."""
        return self.folder.name if self.is_main else f"{self.folder.name}.{self.input.stem}"

    @property
    def is_main(self) -> bool:
        """Whether the input is input.json, which every sample has."""
        return self.input.parent == self.folder

    @property
    def definition(self) -> str:
        """The machine's definition."""
        return (self.folder / "machine.asl.json").read_text(encoding="utf-8")

    @property
    def golden(self) -> Path:
        """Where the history of its run is kept."""
        return Path(__file__).with_name(f"{self.name}.history.json")

    def run(self, handlers: Handlers | None = None) -> asl.Result:
        """Runs it as every test does: each task takes the same time, and draws come from one seed."""
        return asl.simulate(
            self.definition,
            json.loads(self.input.read_text(encoding="utf-8")),
            handlers=handlers or load_handlers(self.folder),
            task_seconds=TASK_SECONDS,
            seed=SEED,
            machine_name=self.folder.name,
        )

    def expectation(self) -> dict[str, Any]:
        """How the run ends: status and output, or status, error and cause."""
        expected = json.loads(self.expected.read_text(encoding="utf-8"))
        return {"status": "SUCCEEDED", "output": expected} if self.is_main else expected


def load_handlers(folder: Path) -> Handlers:
    """The functions of a sample's handlers.py, from a fresh copy of the module."""
    module = module_of(folder / "handlers.py")
    return {
        name: member
        for name, member in vars(module).items()
        if inspect.isfunction(member) and member.__module__ == module.__name__ and not name.startswith("_")
    }


def module_of(path: Path) -> Any:
    """A fresh copy of a sample's module."""
    spec = spec_from_file_location(f"sample_{path.parent.name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _samples(folder: Path) -> list[Sample]:
    main = Sample(folder, folder / "input.json", folder / "expected.json")
    others = sorted((folder / "inputs").glob("*.json"))
    return [main, *(Sample(folder, path, folder / "expected" / path.name) for path in others)]


SAMPLES = [sample for folder in FOLDERS for sample in _samples(folder)]
