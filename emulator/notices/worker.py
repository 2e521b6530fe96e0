"""One thread that does what must never hold up an execution, in the order in which it came."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from emulator.log import log

Job: TypeAlias = Callable[[], None]

LENGTH = 10_000
"""So many jobs may wait; more are dropped, because an execution never waits for its notices."""
CLOSED_WITHIN = 5.0
"""So many seconds the jobs that are left have when the emulator closes."""


class Worker:
    """Does jobs one after another on a thread that begins with the first of them.

    Attributes:
        dropped: How many jobs there was no room for.
    """

    def __init__(self, length: int = LENGTH) -> None:
        self.dropped = 0
        self._queue: queue.Queue[Job | None] = queue.Queue(length)
        self._thread: threading.Thread | None = None
        self._told: set[str] = set()
        self._closed = False

    def put(self, job: Job) -> None:
        """Takes a job; never blocks."""
        if self._closed:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="notices", daemon=True)
            self._thread.start()
        try:
            self._queue.put_nowait(job)
        except queue.Full:
            self.dropped += 1
            self._warn("notices of executions are dropped: whoever takes them is too slow")

    @property
    def begun(self) -> bool:
        """Whether it was ever given anything to do."""
        return self._thread is not None

    def flush(self) -> None:
        """Waits until everything that was taken is done. Blocks."""
        if self._thread is not None:
            done = threading.Event()
            self._queue.put(done.set)
            done.wait()

    def close(self) -> None:
        """Ends the thread when the jobs that are left are done, or have had their time. Blocks."""
        self._closed = True
        if self._thread is not None:
            with suppress(queue.Full):  # then the service has hung for long, and the thread dies with us
                self._queue.put(None, timeout=CLOSED_WITHIN)
                self._thread.join(CLOSED_WITHIN)

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            try:
                job()
            except Exception as error:  # whatever the service says: the execution does not depend on it
                self._warn(f"a notice of an execution was not taken: {type(error).__name__}: {error}")

    def _warn(self, text: str) -> None:
        """Says the same thing once only."""
        if text not in self._told and len(self._told) < 100:
            self._told.add(text)
            log.warning("%s", text)
