"""How far each execution of a Map Run is: one byte each, for there may be a million."""

from __future__ import annotations

NEW = 0
"""It has yet to begin."""
BEGUN = 1
"""It runs."""
SUCCEEDED = 2
LOST = 3
"""It has ended otherwise than well."""
AGAIN = 4
"""It has yet to be run again."""


class Roll:
    """The executions of a Map Run by their numbers, in the order of the items.

    The items are read again where a Map Run goes on: after a redrive, or after a restart. So nothing has
    to be kept of those that are done, and those that failed, but how far they came.

    Attributes:
        known: How many are counted: no number from here on was seen before.
    """

    def __init__(self) -> None:
        self.known = 0
        self._states = bytearray()

    def __getitem__(self, number: int) -> int:
        """How far one is."""
        return self._states[number] if number < len(self._states) else NEW

    def __setitem__(self, number: int, state: int) -> None:
        missing = number + 1 - len(self._states)
        if missing > 0:
            self._states.extend(bytes(missing))
        self._states[number] = state

    def lost_to_again(self) -> None:
        """Has all run again that ended otherwise than well."""
        self._states = self._states.replace(bytes([LOST]), bytes([AGAIN]))
