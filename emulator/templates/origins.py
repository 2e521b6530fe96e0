"""From a place in a machine's definition back to the file in which it was written."""

from __future__ import annotations

from typing import Protocol

import msgspec

from asl.diagnostics import Diagnostic
from asl.parser.positions import offset_position
from emulator.templates.problems import Place
from emulator.templates.source import Members, Spot, spot_in
from emulator.templates.traced import Traced


class Origin(Protocol):
    """Where the parts of a definition stand."""

    @property
    def file(self) -> str:
        """The file in which it stands."""

    @property
    def text(self) -> str:
        """What that file holds."""

    def of(self, diagnostic: Diagnostic) -> Place:
        """The place that a diagnostic of the definition speaks of."""


class ObjectOrigin(msgspec.Struct, frozen=True):
    """A definition that is an object of the template itself.

    Attributes:
        value: The object, its functions resolved.
    """

    value: Members

    @property
    def file(self) -> str:
        """The file in which it stands."""
        return str(self.value.spot.source.path)

    @property
    def text(self) -> str:
        """What that file holds."""
        return self.value.spot.source.text

    def of(self, diagnostic: Diagnostic) -> Place:
        """The place that a diagnostic of the definition speaks of."""
        location = diagnostic.location if diagnostic.location.startswith("/") else "/"
        parts = location.split("/")[1:] if location != "/" else []
        steps = tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)
        place = spot_in(self.value, steps, self.value.spot).place
        return place if place.file == self.file else self.value.spot.place


class TextOrigin(msgspec.Struct, frozen=True):
    """A definition that is a text: in a file of its own, or a string of the template.

    Attributes:
        traced: The text, which knows where its characters stood.
        spot: The string in the template, or the whole of the file.
    """

    traced: Traced
    spot: Spot

    @property
    def file(self) -> str:
        """The file in which it stands."""
        return str(self.spot.source.path)

    @property
    def text(self) -> str:
        """What that file holds."""
        return self.spot.source.text

    def of(self, diagnostic: Diagnostic) -> Place:
        """The place that a diagnostic of the definition speaks of."""
        if diagnostic.line is None:
            return self.at(0)
        lines = self.traced.text.split("\n")[: diagnostic.line - 1]
        return self.at(sum(len(line) + 1 for line in lines) + (diagnostic.column or 1) - 1)

    def at(self, offset: int) -> Place:
        """The place of a character of the text."""
        source = self.spot.source
        before = self.traced.origin(min(offset, len(self.traced.text)))
        position = (
            source.text_position(self.spot.steps, before)
            if self.spot.steps
            else offset_position(source.text, min(before, len(source.text)))
        )
        return self.spot.place if position is None else Place(self.file, *position)
