"""Folding: which parts of a long run are counted and no longer shown step by step."""

from __future__ import annotations

from collections import Counter

ITERATIONS = 20
"""Iterations of a Map that are shown; those of all its visits together."""

VISITS = 50
"""Visits of a state that are shown outside of folded iterations: a loop that polls has thousands."""


class Folding:
    """Decides by thread path; what is below a hidden thread is hidden too."""

    def __init__(self) -> None:
        self._iterations: Counter[str] = Counter()
        self._visits: Counter[str] = Counter()
        self._folded: set[str] = set()
        """Threads of iterations that are hidden to their end."""
        self._muted: set[str] = set()
        """Threads that are hidden until they enter another state."""

    def begins(self, state: str, child: str) -> bool:
        """Notes that a Map began an iteration in a thread; tells whether it is the first to be hidden."""
        self._iterations[state] += 1
        if self._iterations[state] > ITERATIONS:
            self._folded.add(child)
        return self._iterations[state] == ITERATIONS + 1

    def ends(self, child: str) -> None:
        """Notes that an iteration has ended."""
        self._folded.discard(child)
        self._muted.discard(child)

    def enters(self, state: str, path: str) -> bool:
        """Notes that a thread entered a state; tells whether it is the state's first visit to be hidden."""
        self._muted.discard(path)
        if self.hides(path):
            return False
        self._visits[state] += 1
        if self._visits[state] > VISITS:
            self._muted.add(path)
        return self._visits[state] == VISITS + 1

    def hides(self, path: str) -> bool:
        """Whether a thread is hidden, or one of those around it."""
        if not self._folded and not self._muted:
            return False
        while path not in self._folded and path not in self._muted:
            if not path:
                return False
            path = path[: path.rfind("/", 0, -1) + 1]
        return True
