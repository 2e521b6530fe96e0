"""Threads for what may block: so many at most, and none that keeps the process from ending."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Job: TypeAlias = tuple[Future[Any], Callable[[], Any]]


class Pool(Executor):
    """Runs what it is given in daemon threads, in the order in which it was asked.

    The standard library's executor joins its threads when the interpreter ends, so that a function which
    never returns would keep the process for ever.

    Attributes:
        size: The most threads.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._asked: deque[float] = deque()
        self._lock = threading.Lock()
        self._threads = self._load = 0
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many jobs wait for a thread."""
        return len(self._asked)

    @property
    def waiting_since(self) -> float | None:
        """Since when the oldest of them waits, by the monotonic clock; None where none does."""
        try:
            return self._asked[0]
        except IndexError:
            return None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Has something done.

        Raises:
            RuntimeError: The pool takes nothing more.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool takes nothing more")
            self._load += 1
            self._asked.append(time.monotonic())
            self._jobs.put((future, lambda: fn(*args, **kwargs)))
            begins = self._load > self._threads and self._threads < self.size
            self._threads += begins
        if begins:
            name = f"task_{self._threads}"
            threading.Thread(target=self._work, name=name, daemon=True).start()
        return future

    def shutdown(self, wait: bool = False, *, cancel_futures: bool = True) -> None:
        """Takes nothing more; what waits is cancelled, what runs is left to itself, whatever is asked."""
        with self._lock:
            self._closed = True
            while not self._jobs.empty():
                job = self._jobs.get()
                if job is not None:
                    job[0].cancel()
            self._asked.clear()
            for _ in range(self._threads):
                self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._asked:
                self._asked.popleft()
            future, work = job
            if not future.set_running_or_notify_cancel():
                self._ended()
                continue
            try:
                result = work()
            except BaseException as error:
                self._ended()
                future.set_exception(error)
                del error
            else:
                self._ended()
                future.set_result(result)
                del result
            del job, future, work

    def _ended(self) -> None:
        with self._lock:
            self._load -= 1
