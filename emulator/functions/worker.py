"""A process that runs one function's code, one event at a time."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

INIT_SECONDS = 10.0
"""Limit: how long a function's code may take to load."""
TAIL = 4096
"""Limit: so many bytes of the log are given back."""
_PART = 1 << 16
_PARTS = 16
"""So much is read at a time, more than a pipe holds: a flood must not keep time limits from being kept."""
_IN = select.POLLIN | select.POLLHUP | select.POLLERR


class Reply(NamedTuple):
    """What a process answered: a letter (see ``runtimes/python.py``) and a body."""

    letter: bytes
    body: bytes


class TimedOut(Exception):
    """The process did not answer in time."""


class Exited(Exception):
    """The process ended instead of answering; the text says how, as Lambda writes it."""


class Worker:
    """A process. One thread at a time may ask it.

    Args:
        command: What to run; the number of its channel's file descriptor is put behind it.
        environment: All its variables.
        folder: Where it runs.
        printed: Gets what it prints, as it comes.

    Attributes:
        idle_since: When it was last given back, by the monotonic clock.
        seconds: How long it took to answer last, or to fail to.

    Raises:
        OSError: It cannot be started.
    """

    def __init__(
        self,
        command: list[str],
        environment: Mapping[str, str],
        folder: str,
        printed: Callable[[bytes], None] = lambda part: None,
    ) -> None:
        self.idle_since = 0.0
        self.seconds = 0.0
        self._printed = printed
        self._ready = False
        self._tail = bytearray()
        self._received = bytearray()
        self._channel, theirs = socket.socketpair()
        self._logs, written = os.pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - a function's code is run on purpose
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                env=dict(environment),
                cwd=folder,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except BaseException:
            self._channel.close()
            os.close(self._logs)
            raise
        finally:
            theirs.close()
            os.close(written)
        self._channel.setblocking(False)
        os.set_blocking(self._logs, False)
        self._poll = select.poll()
        self._poll.register(self._channel, select.POLLIN)
        self._poll.register(self._logs, select.POLLIN)

    def ask(self, head: bytes, payload: bytes, seconds: float) -> Reply:
        """What the function makes of an event.

        Args:
            head: Who is called, as JSON.
            payload: The event, as JSON.
            seconds: How long it may take, once the code is loaded.

        Raises:
            TimedOut: It took longer. The process has to be killed.
            Exited: The process ended.
        """
        data = memoryview(struct.pack(">II", len(head), len(payload)) + head + payload)
        self._tail.clear()
        began = time.monotonic()
        try:
            return self._exchange(data, began + seconds)
        finally:
            self.seconds = time.monotonic() - began
            self._read_logs()

    def wait_until_ready(self) -> None:
        """Waits until the function's code is loaded.

        Raises:
            TimedOut: That takes longer than `INIT_SECONDS`. The process has to be killed.
            Exited: The process ended.
        """
        if not self._ready:
            self._exchange(memoryview(b""), time.monotonic() + INIT_SECONDS)
            self._ready = True

    def tail(self) -> bytes:
        """The end of what was written to the log since the process was last asked something."""
        return bytes(self._tail)

    def memory(self) -> int | None:
        """The most memory it ever had, in MB; None where the system does not tell."""
        try:
            with open(f"/proc/{self._process.pid}/status") as status:
                line = next(each for each in status if each.startswith("VmHWM:"))
        except (OSError, StopIteration):
            return None
        return -(-int(line.split()[1]) // 1024)

    def alive(self) -> bool:
        """Whether it still runs. What it left behind is ended."""
        if self._process.poll() is None:
            return True
        self._kill_group()
        return False

    def kill(self) -> None:
        """Ends it, with all that it started. Any thread may do that, also while another asks it."""
        if self._process.returncode is None:  # else its number may be another one's already
            self._kill_group()

    def _kill_group(self) -> None:
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Ends it and gives back what it held. Only whoever may ask it may do that."""
        self.kill()
        self._process.wait()
        self._channel.close()
        if self._logs >= 0:
            os.close(self._logs)
            self._logs = -1

    # -------------------------------------------------------------- talk

    def _exchange(self, rest: memoryview, deadline: float) -> Reply:
        """Sends what is left to be sent and takes the next answer, reading the log meanwhile."""
        try:
            while True:
                rest = self._sent(rest)
                reply = self._taken()
                if reply is not None:
                    return reply
                self._poll.modify(self._channel, select.POLLIN | (select.POLLOUT if rest else 0))
                left = deadline - time.monotonic()
                events = self._poll.poll(left * 1000) if left > 0 else []
                if not events:
                    raise TimedOut
                self._read(events)
        except OSError:
            raise Exited(self._ending()) from None

    def _sent(self, rest: memoryview) -> memoryview:
        if not rest:
            return rest
        try:
            return rest[self._channel.send(rest) :]
        except BlockingIOError:
            return rest

    def _taken(self) -> Reply | None:
        """An answer that is there as a whole."""
        received = self._received
        if len(received) < 5:
            return None
        letter, size = struct.unpack_from(">cI", received)
        if len(received) < 5 + size:
            return None
        reply = Reply(letter, bytes(memoryview(received)[5 : 5 + size]))
        del received[: 5 + size]
        return reply

    def _read(self, events: list[tuple[int, int]]) -> None:
        for descriptor, event in events:
            if not event & _IN:
                continue
            if descriptor == self._logs:
                self._read_logs()
                continue
            part = self._channel.recv(_PART)
            if not part:
                raise Exited(self._ending())
            self._received += part

    def _read_logs(self) -> None:
        """Takes what is in the log now; of much only the end is kept."""
        for _ in range(_PARTS):
            if self._logs < 0:
                return
            try:
                part = os.read(self._logs, _PART)
            except BlockingIOError:
                return
            if not part:
                self._poll.unregister(self._logs)
                os.close(self._logs)
                self._logs = -1
                return
            self._printed(part)
            self._tail += part
            del self._tail[:-TAIL]

    def _ending(self) -> str:
        """How the process ended, as Lambda writes it (from memory)."""
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:  # it only closed its channel
            return "Runtime exited without providing a reason"
        self._kill_group()
        self._read_logs()
        if code == 0:
            return "Runtime exited without providing a reason"
        if code > 0:
            return f"Runtime exited with error: exit status {code}"
        name = _SIGNALS.get(-code, f"signal {-code}")
        return f"Runtime exited with error: signal: {name}"


_SIGNALS: Mapping[int, str] = {
    signal.SIGABRT: "aborted (core dumped)",
    signal.SIGBUS: "bus error (core dumped)",
    signal.SIGFPE: "floating point exception (core dumped)",
    signal.SIGILL: "illegal instruction (core dumped)",
    signal.SIGKILL: "killed",
    signal.SIGSEGV: "segmentation fault (core dumped)",
    signal.SIGTERM: "terminated",
}
