"""Runs functions: gives an event to a warm process and tells what came of it, as Lambda does."""

from __future__ import annotations

import math
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from asl.handlers import MAX_ANSWER
from asl.jsontypes import encode
from emulator.functions import code, runtime
from emulator.functions.errors import ServiceException
from emulator.functions.names import Named
from emulator.functions.pool import IDLE_SECONDS, Pool
from emulator.functions.worker import TAIL, Exited, Reply, TimedOut, Worker
from emulator.records import FunctionVersion

UNHANDLED = "Unhandled"
"""What X-Amz-Function-Error says of any error of the function."""


class Invocation(msgspec.Struct, frozen=True):
    """What came of a call of a function.

    Attributes:
        payload: The result, or what Lambda says of the error, as JSON text.
        error: ``Unhandled`` where the function failed, else None.
        version: The version that was run.
        request_id: The id of the call.
        log: The end of what the function printed, between Lambda's own lines.
    """

    payload: bytes
    error: str | None
    version: str
    request_id: str
    log: bytes


class Runnable(NamedTuple):
    """A version of a function, and the archive with its code."""

    version: FunctionVersion
    archive: bytes


class Runs:
    """The processes of all functions.

    Args:
        endpoint: Gives the URL at which functions reach this emulator; None if it does not listen.
        printed: Gets what functions print, as it comes.
    """

    def __init__(self, endpoint: Callable[[], str | None], printed: Callable[[bytes], None]) -> None:
        self._printed = printed
        self._endpoint = endpoint
        self._pools: dict[tuple[str, str], tuple[str, Pool]] = {}
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._ended = threading.Event()

    def run(
        self,
        place: Named,
        number: str,
        what: Runnable,
        payload: bytes,
        *,
        request_id: str,
        client_context: Any = None,
        tail: bool = False,
    ) -> Invocation:
        """Gives a function an event and waits for what comes of it.

        Args:
            place: How the function was named.
            number: Its version.
            what: What is run.
            payload: The event, as JSON text.
            request_id: The id of the call.
            client_context: What the caller sent as ClientContext, decoded.
            tail: Whether the end of the log is wanted.

        Raises:
            InvalidParameterValueException: Nothing here runs its runtime.
            Retired: It was changed just now: look it up again.
            ServiceException: No process can be started.
            TooManyRequestsException: All its processes are busy for too long.
        """
        version = what.version
        pool, worker = self._taken(place, number, what)
        head = {
            "arn": f"{place.arn}:{place.qualifier}" if place.qualifier else place.arn,
            "request_id": request_id,
            "client_context": client_context,
        }
        usable = False
        try:
            reply, usable = _asked(worker, head, payload, version)
            log = _log(worker, request_id, number, version) if tail else b""
        finally:
            pool.give(worker, usable=usable)
        return Invocation(reply.body, None if reply.letter == b"S" else UNHANDLED, number, request_id, log)

    def retire(self, arn: str, number: str | None = None) -> None:
        """Ends the processes of a function or of one version of it, when they have answered."""
        with self._lock:
            keys = [each for each in self._pools if each[0] == arn and number in (None, each[1])]
            pools = [self._pools.pop(each)[1] for each in keys]
        for pool in pools:
            pool.retire()

    def processes(self) -> int:
        """How many processes there are."""
        with self._lock:
            return sum(len(pool) for _, pool in self._pools.values())

    def end_idle(self, before: float) -> None:
        """Ends the processes that nobody asked since a time of the monotonic clock."""
        with self._lock:
            pools = [pool for _, pool in self._pools.values()]
        for pool in pools:
            pool.end_idle(before)

    def close(self) -> None:
        """Ends all processes at once, and removes the functions' unpacked code."""
        self._ended.set()
        with self._lock:
            pools = [pool for _, pool in self._pools.values()]
            self._pools.clear()
            folder, self._folder = self._folder, None
        for pool in pools:
            pool.retire(kill=True)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    # -------------------------------------------------------------- processes

    def _taken(self, place: Named, number: str, what: Runnable) -> tuple[Pool, Worker]:
        pool = self._pool(place, number, what)
        try:
            return pool, pool.take()
        except (OSError, ValueError) as error:
            raise ServiceException(f"The function's process cannot be started: {error}") from None

    def _pool(self, place: Named, number: str, what: Runnable) -> Pool:
        key, version = (place.arn, number), what.version
        with self._lock:
            found = self._pools.get(key)
            if found is not None and found[0] == version.revision:
                return found[1]
        made = self._made(place, number, what)
        with self._lock:
            found = self._pools.get(key)
            mine = found is None or found[0] != version.revision
            if mine:
                self._pools[key] = (version.revision, made)
        if found is None:
            return made
        if not mine:  # another thread was quicker
            made.retire()
            return found[1]
        found[1].retire()
        return made

    def _made(self, place: Named, number: str, what: Runnable) -> Pool:
        """New processes for a version; its code is unpacked."""
        version = what.version
        program = runtime.command(str(version.config["Runtime"]))
        folder = Path(tempfile.mkdtemp(dir=self._root()))
        try:
            code.unpack(what.archive, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        there = msgspec.structs.replace(place, qualifier=number)

        def start(folder: Path) -> Worker:
            variables = runtime.environment(version, there, folder, self._endpoint())
            return Worker(program, variables, str(folder), self._printed)

        return Pool(start, folder)

    def _root(self) -> Path:
        """The folder of all unpacked code, which only this user may enter."""
        with self._lock:
            if self._ended.is_set():
                raise ServiceException("The emulator is closing")
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="asl-functions-")).resolve()
                threading.Thread(target=self._tidy, name="functions-idle", daemon=True).start()
            return self._folder

    def _tidy(self) -> None:
        """Ends idle processes from time to time, for as long as the emulator is there."""
        while not self._ended.wait(IDLE_SECONDS / 10):
            self.end_idle(time.monotonic() - IDLE_SECONDS)


# ------------------------------------------------------------------ what Lambda makes of it


def _asked(
    worker: Worker, head: dict[str, Any], payload: bytes, version: FunctionVersion
) -> tuple[Reply, bool]:
    """What comes of an event, and whether the process can be asked again."""
    seconds = float(version.config["Timeout"])
    request_id = head["request_id"]
    try:
        worker.wait_until_ready()
        deadline = int((time.time() + seconds) * 1000)
        reply = worker.ask(encode({**head, "deadline": deadline}), payload, seconds)
    except TimedOut:
        return _timed_out(str(version.config["Runtime"]), request_id, seconds), False
    except Exited as ending:
        return _failure("Runtime.ExitError", f"RequestId: {request_id} Error: {ending}"), False
    if len(reply.body) > MAX_ANSWER:
        text = f"Response payload size exceeded maximum allowed payload size ({MAX_ANSWER} bytes)."
        told = {"errorMessage": text, "errorType": "Function.ResponseSizeTooLarge"}
        return Reply(b"E", encode(told)), reply.letter != b"I"
    return reply, reply.letter != b"I"


def _failure(kind: str, message: str) -> Reply:
    return Reply(b"E", encode({"errorType": kind, "errorMessage": message}))


def _timed_out(name: str, request_id: str, seconds: float) -> Reply:
    text = f"Task timed out after {seconds:.2f} seconds"
    if runtime.says_sandbox(name):
        return _failure("Sandbox.Timedout", f"RequestId: {request_id} Error: {text}")
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Reply(b"E", encode({"errorMessage": f"{now} {request_id} {text}"}))


def _log(worker: Worker, request_id: str, number: str, version: FunctionVersion) -> bytes:
    """The end of what was printed, between Lambda's own lines; at most as much as Lambda gives back."""
    took = worker.seconds * 1000
    memory = worker.memory()
    report = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {took:.2f} ms",
        f"Billed Duration: {math.ceil(took)} ms",
        f"Memory Size: {version.config['MemorySize']} MB",
        *([] if memory is None else [f"Max Memory Used: {memory} MB"]),
    ]
    before = f"START RequestId: {request_id} Version: {number}\n".encode()
    after = f"END RequestId: {request_id}\n".encode() + "\t".join(report).encode() + b"\t\n"
    printed = worker.tail()
    if printed and not printed.endswith(b"\n"):
        printed += b"\n"
    return (before + printed + after)[-TAIL:]
