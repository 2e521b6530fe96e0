"""The function that the hello machine calls."""

from __future__ import annotations

from typing import Any


def greet(event: dict[str, Any], context: Any) -> dict[str, str]:
    """A greeting for whoever the input names."""
    return {"greeting": f"Hello, {event['name']}!"}
