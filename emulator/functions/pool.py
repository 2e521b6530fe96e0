"""The processes of one version of a function: started when they are needed, kept warm, bounded."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from emulator.functions.errors import TooManyRequestsException
from emulator.functions.worker import Worker

PER_FUNCTION = 32
"""So many events of one version are worked on at a time; others wait for their turn."""
IDLE_SECONDS = 300.0
"""A process that nobody asked for so long is ended."""
WAIT_SECONDS = 900.0
"""The longest that a function may run, so the longest that somebody waits for a process."""


class Retired(Exception):
    """The pool was retired: what it runs is not the function any more."""


class Pool:
    """Processes of one version of a function.

    Args:
        start: Starts one that runs in a folder.
        folder: Holds the function's code; removed with the last process.
        limit: How many there may be.
    """

    def __init__(self, start: Callable[[Path], Worker], folder: Path, limit: int = PER_FUNCTION) -> None:
        self._start = start
        self._folder = folder
        self._limit = limit
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._starting = 0
        self._closed = self._killed = False
        self._changed = threading.Condition()

    def __len__(self) -> int:
        """How many processes there are."""
        return len(self._idle) + len(self._busy) + self._starting

    def take(self) -> Worker:
        """A process that nobody else asks: the one that was used last, else a new one. Blocks at the limit.

        Raises:
            OSError: None can be started.
            Retired: The pool was retired.
            TooManyRequestsException: All are busy, for longer than any function may run.
        """
        with self._changed:
            while not self._closed:
                while self._idle:
                    worker = self._idle.pop()
                    if worker.alive():
                        self._busy.add(worker)
                        return worker
                    worker.close()
                if len(self) < self._limit:
                    self._starting += 1
                    break
                if not self._changed.wait(WAIT_SECONDS):
                    raise TooManyRequestsException("Rate Exceeded.")
            else:
                raise Retired
        return self._started()

    def _started(self) -> Worker:
        """A new process, for which there is room. It is started without keeping others waiting."""
        worker = None
        try:
            worker = self._start(self._folder)
        finally:
            with self._changed:
                self._starting -= 1
                if worker is not None:
                    self._busy.add(worker)
                    if self._killed:
                        worker.kill()
                else:
                    self._changed.notify()
        return worker

    def give(self, worker: Worker, *, usable: bool) -> None:
        """Takes a process back.

        Args:
            worker: The process.
            usable: Whether it can be asked again.
        """
        with self._changed:
            self._busy.discard(worker)
            if usable and not self._closed:
                worker.idle_since = time.monotonic()
                self._idle.append(worker)
            else:
                worker.close()
            self._changed.notify()
            self._tidy()

    def end_idle(self, before: float) -> None:
        """Ends the processes that nobody asked since a time of the monotonic clock."""
        with self._changed:
            ended = [each for each in self._idle if each.idle_since < before]
            self._idle = [each for each in self._idle if each.idle_since >= before]
        for each in ended:
            each.close()

    def retire(self, *, kill: bool = False) -> None:
        """Ends idle processes now and the others when they have answered, or with ``kill`` at once."""
        with self._changed:
            self._closed = True
            self._killed = self._killed or kill
            for each in self._idle:
                each.close()
            self._idle.clear()
            if kill:
                for each in self._busy:
                    each.kill()
            self._changed.notify_all()
            self._tidy()

    def _tidy(self) -> None:
        if self._closed and not len(self):
            shutil.rmtree(self._folder, ignore_errors=True)
