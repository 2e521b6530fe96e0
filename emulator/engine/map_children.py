"""Executions of Map Runs that can be described: all that run, and the latest that have ended."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from emulator.engine.running import Running

KEPT = 10_000
"""So many executions of Map Runs, the latest of all, can be described after they have ended."""


class MapChildren:
    """The executions of all Map Runs of an engine, by ARN."""

    def __init__(self) -> None:
        self._known: dict[str, Running] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()  # a dict gets slow where its oldest goes

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
        self._ended.pop(arn, None)
        self._known.pop(arn, None)  # the newest stands last
        self._known[arn] = child

    def ended(self, child: Running) -> Running | None:
        """Keeps one that has ended for a while; gives the one that ended first if it is given up for it."""
        arn = child.record.arn
        self._known.setdefault(arn, child)
        self._ended[arn] = None
        if len(self._ended) <= KEPT:
            return None
        oldest, _ = self._ended.popitem(last=False)
        return self._known.pop(oldest)

    def clear(self) -> None:
        """Forgets all of them."""
        self._known.clear()
        self._ended.clear()
