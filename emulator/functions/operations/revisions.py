"""RevisionId: by it a request says what it means to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.functions.errors import PreconditionFailedException


def check_revision(members: Mapping[str, Any], newest: str) -> None:
    """Holds a request to the revision that it names, if it names one.

    Args:
        members: The request.
        newest: The revision of what it changes.

    Raises:
        PreconditionFailedException: That has been changed since.
    """
    if members.get("RevisionId") not in (None, newest):
        raise PreconditionFailedException(
            "The Revision Id provided does not match the latest Revision Id. "
            "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
        )
