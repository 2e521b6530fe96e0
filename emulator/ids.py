"""Where names that must not repeat come from."""

from __future__ import annotations

import secrets
import uuid
from typing import Protocol


class Ids(Protocol):
    """Gives names; a test may give its own, to have the same ones each time."""

    def uuid(self) -> str:
        """A UUID that was never given before."""
        ...

    def seed(self) -> str:
        """What an execution's random draws come from."""
        ...


class RandomIds:
    """Names from the operating system's random source."""

    def uuid(self) -> str:
        """A random UUID of version 4."""
        return str(uuid.uuid4())

    def seed(self) -> str:
        """128 random bits, as text."""
        return secrets.token_hex(16)
