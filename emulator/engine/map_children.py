"""Executions of Map Runs that can be described: all that run, and the latest that have ended."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from emulator.engine.running import Running

KEPT = 10_000
"""So many executions of Map Runs, the latest of all, can be described after they have ended; or fewer:"""
KEPT_BYTES = 8 * 1024**2
"""So many bytes their inputs and outputs take together, at most."""


class MapChildren:
    """The executions of all Map Runs of an engine, by ARN."""

    def __init__(self) -> None:
        self._known: dict[str, Running] = {}
        self._ended: OrderedDict[str, int] = OrderedDict()  # a dict gets slow where its oldest goes
        self._bytes = 0

    def get(self, arn: str) -> Running | None:
        """An execution, if it is known."""
        return self._known.get(arn)

    def of(self, map_run_arn: str) -> Iterator[Running]:
        """Those of a Map Run."""
        for each in self._known.values():
            if each.record.seat is not None and each.record.seat.map_run_arn == map_run_arn:
                yield each

    def began(self, child: Running) -> None:
        """Takes one that runs, or runs again."""
        arn = child.record.arn
        self._bytes -= self._ended.pop(arn, 0)
        self._known.pop(arn, None)  # the newest stands last
        self._known[arn] = child

    def ended(self, child: Running) -> list[Running]:
        """Keeps one that has ended for a while; gives those that ended first and are given up for it."""
        record = child.record
        if self._known.setdefault(record.arn, child) is not child:  # another has begun in its place
            return []
        taken = len(record.input) + len(record.output or "")
        self._bytes -= self._ended.pop(record.arn, 0)
        self._ended[record.arn] = taken
        self._bytes += taken
        given_up = []
        while len(self._ended) > KEPT or self._bytes > KEPT_BYTES:
            oldest, bytes_of_it = self._ended.popitem(last=False)
            self._bytes -= bytes_of_it
            given_up.append(self._known.pop(oldest))
        return given_up

    def clear(self) -> None:
        """Forgets all of them."""
        self._known.clear()
        self._ended.clear()
        self._bytes = 0
