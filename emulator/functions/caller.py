"""Whose request it is."""

from __future__ import annotations

from typing import NamedTuple

from emulator.functions.names import Named, named


class Caller(NamedTuple):
    """On whose account a request is made, in which region, and which id it has."""

    account: str
    region: str
    request_id: str

    def named(self, text: str, qualifier: str | None = None) -> Named:
        """What a FunctionName and a Qualifier of this caller name.

        Raises:
            InvalidParameterValueException: It is no name of a function.
        """
        return named(text, self.account, self.region, qualifier)
