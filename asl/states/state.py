"""What every state has, whatever its type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from asl.elements.outcome import Finish, Frame
from asl.elements.retry import Catcher, Retrier
from asl.history import ENTERED, EXITED, EventType
from asl.jsontypes import JSON


class BaseState:
    """The common part of the state types: name, way on, Retry and Catch.

    Attributes:
        name: The state's name; set when its block is read.
        next: The state to go to, or None where the block ends.
        fields: The compiled fields that it was made of; those that the definition leaves out are absent.
    """

    __slots__ = ("catch", "fields", "name", "next", "retry")
    kind: ClassVar[str] = ""
    entered: ClassVar[EventType]
    exited: ClassVar[EventType | None]

    def __init_subclass__(cls) -> None:
        cls.entered = ENTERED[cls.kind]
        cls.exited = EXITED.get(cls.kind)

    def __init__(self, fields: dict[str, Any]) -> None:
        self.name = ""
        self.fields = fields
        self.next: str | None = fields.get("Next")
        self.retry: Sequence[Retrier] = fields.get("Retry", ())
        self.catch: Sequence[Catcher] = fields.get("Catch", ())

    def resume(self, frame: Frame, result: JSON) -> Finish:
        """Goes on with the result of what was awaited; states that await nothing are never asked."""
        raise AssertionError(f"{self.kind} states await nothing")

    def targets(self) -> list[tuple[str, tuple[str | int, ...]]]:
        """The states it can lead to, each with the path to the field that says so."""
        found: list[tuple[str, tuple[str | int, ...]]] = []
        if self.next is not None:
            found.append((self.next, ("Next",)))
        found += [(catcher.next, ("Catch", index, "Next")) for index, catcher in enumerate(self.catch)]
        return found
