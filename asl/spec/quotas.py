"""AWS's quotas that the interpreter keeps, in one place."""

from __future__ import annotations

import msgspec


class Quotas(msgspec.Struct, frozen=True):
    """The bounds of one run; None lifts a bound.

    Attributes:
        payload_bytes: Input, output and task result, as compact JSON in UTF-8.
        history_events: Events of one execution, the closing one included.
        seconds: How long an execution may stay open.
        variable_bytes: All variables of an execution together, as compact JSON.
    """

    payload_bytes: int | None
    history_events: int | None
    seconds: int | None
    variable_bytes: int | None


# Limit: developer guide, "Step Functions service quotas".
STANDARD = Quotas(
    payload_bytes=262_144, history_events=25_000, seconds=365 * 86_400, variable_bytes=10 * 1_048_576
)
EXPRESS_SECONDS = 300
EXPRESS = Quotas(
    payload_bytes=262_144,
    history_events=None,
    seconds=EXPRESS_SECONDS,
    variable_bytes=10 * 1_048_576,
)
NONE = Quotas(payload_bytes=None, history_events=None, seconds=None, variable_bytes=None)


def of(type: str) -> Quotas:
    """The bounds of an execution that is ``STANDARD`` or ``EXPRESS``."""
    return STANDARD if type == "STANDARD" else EXPRESS


DEFINITION_BYTES = 1_048_576
STATE_NAME_LENGTH = 80
VARIABLE_NAME_LENGTH = 80
INLINE_MAP_CONCURRENCY = 40
SECONDS_MAX = 99_999_999
"""The largest value of every field in seconds, and the TimeoutSeconds of a task that names none."""
