"""The clocks an emulator can run by: the machine's own, a faster one, and one that jumps."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time and how long to wait, in milliseconds since the Unix epoch."""

    virtual: bool
    """Whether it stands still until `advance` moves it."""

    def now(self) -> int:
        """The time."""
        ...

    def seconds_until(self, at: int) -> float:
        """Real seconds until the clock shows a time; 0 if it has."""
        ...

    def advance(self, at: int) -> None:
        """Moves a clock that can be moved on to a time; never back."""
        ...


class RealClock:
    """The machine's clock, which may be set to run so many times as fast from now on."""

    virtual = False

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._epoch = time.time()
        self._began = time.monotonic()
        self._ahead = 0

    def now(self) -> int:
        """The time. It never goes back: it is counted from the start by a clock that nobody sets."""
        passed = (time.monotonic() - self._began) * self.speed
        return int((self._epoch + passed) * 1000) + self._ahead

    def seconds_until(self, at: int) -> float:
        """Real seconds until the clock shows a time."""
        return max(0.0, (at - self.now()) / 1000 / self.speed)

    def advance(self, at: int) -> None:
        """Puts the clock forward."""
        self._ahead += max(0, at - self.now())


class VirtualClock:
    """A clock that stands still, and jumps to what is due next when nothing else is to be done."""

    virtual = True

    def __init__(self, start: int | None = None) -> None:
        self._now = int(time.time() * 1000) if start is None else start

    def now(self) -> int:
        """The time."""
        return self._now

    def seconds_until(self, at: int) -> float:
        """Nothing: whoever waits jumps there."""
        return 0.0

    def advance(self, at: int) -> None:
        """Puts the clock forward."""
        self._now = max(self._now, at)


def clock_of(text: str) -> Clock:
    """The clock that a setting names: ``real``, ``virtual``, ``x60``.

    Raises:
        ValueError: It names none.
    """
    if text == "real":
        return RealClock()
    if text == "virtual":
        return VirtualClock()
    if text.startswith("x"):
        try:
            speed = float(text[1:])
        except ValueError:
            speed = 0.0
        if 0 < speed < float("inf"):
            return RealClock(speed)
    raise ValueError(f"a clock is real, virtual, or a speed such as x60, not {text!r}")
