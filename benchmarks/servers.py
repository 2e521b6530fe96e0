"""The servers that take part: how each is started, found ready, and ended."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import ROOT
from benchmarks.wire import Address, Connection

READY_WITHIN = 60.0
KEYS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    # Peers must not find anybody's containers: one of them cleans up what it takes for its own.
    "DOCKER_HOST": "unix:///nowhere",
}


class Absent(Exception):
    """A server is not here; the text says why."""


@dataclass(frozen=True)
class Started:
    """A server that answers."""

    address: Address
    process: subprocess.Popen[str]
    folder: Path

    @property
    def threads(self) -> int:
        """How many threads it has."""
        return int(self._status("Threads"))

    @property
    def resident(self) -> int:
        """The memory it holds, in bytes."""
        return int(self._status("VmRSS")) * 1024

    @property
    def cpu(self) -> float:
        """The processor time it has used, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _status(self, name: str) -> str:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return line.split()[1]
        raise RuntimeError(f"the system does not tell {name} of a process")


@dataclass(frozen=True)
class Entrant:
    """A server that may take part, and how much of everything it gets.

    Attributes:
        system: What it is called in JSON.
        label: What it is called in a table.
        open: Starts it in a folder: the process, and how its address is found out.
        scale: The share of executions it gets, where it would take the whole evening.
        filters: Whether its ListExecutions heeds statusFilter.
    """

    system: str
    label: str
    open: Callable[[Path], tuple[subprocess.Popen[str], Callable[[], Address]]] = field(repr=False)
    scale: float = 1.0
    filters: bool = True


@contextmanager
def running(entrant: Entrant) -> Iterator[Started]:
    """A server of its own, started here and ended at the end.

    Raises:
        Absent: It does not start.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="asl-bench-")))
        process, found = entrant.open(folder)
        stack.callback(_end, process)
        try:
            address = found()
            _await_answer(process, address)
        except (OSError, ValueError, RuntimeError) as error:
            raise Absent(str(error)[:200] or type(error).__name__) from None
        yield Started(address, process, folder)


def entrants() -> list[Entrant]:
    """Everybody, whether here or not: asl's own first, then the bound, then the peers."""
    return [
        Entrant("asl", "asl serve, in memory", _asl()),
        Entrant("asl full", "asl serve --db, --durability full", _asl("full")),
        Entrant("asl process", "asl serve --db, --durability process", _asl("process")),
        Entrant("bare", "uvicorn that does nothing (the bound)", _bare),
        Entrant("moto", f"moto server {_version('moto')}", _moto, scale=0.1),
        Entrant("ministack", f"ministack {_version('ministack')}", _ministack, scale=0.1),
        Entrant("lws", f"local-web-services {_version('local-web-services')}", _lws, 0.1, filters=False),
    ]


def _asl(
    durability: str | None = None,
) -> Callable[[Path], tuple[subprocess.Popen[str], Callable[[], Address]]]:
    def opened(folder: Path) -> tuple[subprocess.Popen[str], Callable[[], Address]]:
        command = [
            sys.executable,
            "-c",
            "from cli.main import main; main()",
            "serve",
            "--port",
            "0",
            "--json",
        ]
        if durability is not None:
            command += ["--db", str(folder / "executions.db"), "--durability", durability]
        return _telling(command, folder)

    return opened


def _bare(folder: Path) -> tuple[subprocess.Popen[str], Callable[[], Address]]:
    return _telling([sys.executable, "-m", "benchmarks.bare_server"], folder)


def _telling(command: list[str], folder: Path) -> tuple[subprocess.Popen[str], Callable[[], Address]]:
    """A server of ours, which says on its first line where it listens."""
    process = _started(command, folder)

    def found() -> Address:
        while not (line := (folder / "out").read_text().partition("\n")[0]):
            _alive(process, folder)
            time.sleep(0.02)
        host, _, port = json.loads(line)["url"].rpartition("/")[2].partition(":")
        return host, int(port)

    return process, found


def _moto(folder: Path) -> tuple[subprocess.Popen[str], Callable[[], Address]]:
    port = _free_port()
    process = _started([_script("moto_server", "moto"), "-p", str(port)], folder)

    def found() -> Address:
        _await_answer(process, ("127.0.0.1", port))
        settings = json.dumps({"stepfunctions": {"execute_state_machine": True}}).encode()
        url = f"http://127.0.0.1:{port}/moto-api/config"
        with urllib.request.urlopen(urllib.request.Request(url, settings, method="POST"), timeout=10):
            return "127.0.0.1", port

    return process, found


def _ministack(folder: Path) -> tuple[subprocess.Popen[str], Callable[[], Address]]:
    port = _free_port()
    process = _started([_script("ministack", "ministack")], folder, GATEWAY_PORT=str(port))
    return process, lambda: ("127.0.0.1", port)


def _lws(folder: Path) -> tuple[subprocess.Popen[str], Callable[[], Address]]:
    script = _script("ldk", "local-web-services")
    command = [script, "dev", "--mode", "terraform", "--no-persist", "--log-level", "error"]
    process = _started([*command, "--port", str(_free_port(block=60))], folder)

    def found() -> Address:
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end:
            told = re.search(r"stepfunctions\s+http://localhost:(\d+)", (folder / "out").read_text())
            if told:
                return "127.0.0.1", int(told[1])
            _alive(process, folder)
            time.sleep(0.1)
        raise RuntimeError(f"it does not say within {READY_WITHIN:.0f} s where it listens")

    return process, found


# ------------------------------------------------------------------ processes


def _started(command: list[str], folder: Path, **more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, **KEYS, "PYTHONPATH": str(ROOT), "HOME": str(folder), **more}
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=err, text=True)


def _script(name: str, package: str) -> str:
    script = Path(sys.executable).with_name(name)
    if not script.exists():
        raise Absent(f"{package} is not installed (pip install -e '.[bench]')")
    return str(script)


def _alive(process: subprocess.Popen[str], folder: Path) -> None:
    if process.poll() is not None:
        said = (folder / "err").read_text().strip().splitlines() or [f"exit status {process.returncode}"]
        raise RuntimeError(said[-1])


def _await_answer(process: subprocess.Popen[str], address: Address) -> None:
    end = time.monotonic() + READY_WITHIN
    while True:
        try:
            Connection(address).call("ListStateMachines")
        except (OSError, RuntimeError) as error:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"it does not answer: {error}") from None
            time.sleep(0.1)
        else:
            return


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port(block: int = 1) -> int:
    """A port that is free, and as many after it."""
    while True:
        with ExitStack() as stack:
            first = stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
            try:
                for port in range(first + 1, first + block):
                    stack.enter_context(socket.create_server(("127.0.0.1", port)))
            except (OSError, OverflowError):
                continue
            return int(first)


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
