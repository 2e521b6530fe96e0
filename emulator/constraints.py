"""What AWS's services say of values that break a constraint of their model. All of it is recorded."""

from __future__ import annotations

from collections.abc import Sequence


def absent(place: str) -> str:
    """A member that is required is not there.

    Args:
        place: Where it should be: ``tags.1.member.key``.
    """
    return f"Value null at '{place}' {_FAILED} Member must not be null"


def broken(shown: object, place: str, constraint: str) -> str:
    """A value breaks a constraint.

    Args:
        shown: The value, as it is shown.
        place: Where it stands.
        constraint: What it should be.
    """
    return f"Value '{shown}' at '{place}' {_FAILED} Member must {constraint}"


def detected(complaints: Sequence[str]) -> str:
    """Everything that is wrong with a request, in one text."""
    many = "s" if len(complaints) > 1 else ""
    return f"{len(complaints)} validation error{many} detected: {'; '.join(complaints)}"


_FAILED = "failed to satisfy constraint:"


# ------------------------------------------------------------------ constraints


def least(what: str, bound: float) -> str:
    """A ``length`` or ``value`` from a bound up."""
    return f"have {what} greater than or equal to {bound}"


def most(what: str, bound: float) -> str:
    """A ``length`` or ``value`` up to a bound."""
    return f"have {what} less than or equal to {bound}"


def one_of(values: Sequence[str]) -> str:
    """One of a few values."""
    return f"satisfy enum value set: [{', '.join(values)}]"


def like(pattern: str) -> str:
    """A text that a regular expression fits."""
    return f"satisfy regular expression pattern: {pattern}"
