"""What several operations share: names, times, payloads."""

from __future__ import annotations

import re
from collections.abc import Callable

from asl.jsontypes import JSON, InvalidJSON, loads
from asl.parser.jackson import jackson_complaint
from asl.spec.quotas import STANDARD
from emulator.errors import ApiError, InvalidExecutionInput, InvalidName

_NOT_IN_NAME = re.compile(
    r"""[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff\U0010ffff]"""
)


def seconds(milliseconds: int) -> float:
    """A time as the wire has it: seconds since the epoch, with a fraction."""
    return milliseconds / 1000


def checked_name(name: str) -> str:
    """A name that AWS takes.

    Raises:
        InvalidName: It has a character that may not stand in an ARN. Text recorded.
    """
    if _NOT_IN_NAME.search(name):
        raise InvalidName(f"Invalid Name: '{name}'")
    return name


def execution_input(text: str) -> JSON:
    """What an execution's input says.

    Raises:
        InvalidExecutionInput: It is no JSON (texts recorded), or over the payload quota, for which
            AWS's text is not known.
    """
    return payload(
        text,
        lambda told: InvalidExecutionInput(f"Invalid State Machine Execution Input: '{told}'"),
        "Invalid execution input.",
    )


def payload(text: str, refusal: Callable[[str], ApiError], too_large: str) -> JSON:
    """What a payload says that a caller sends as JSON text.

    The service's model counts characters, the quota bytes of UTF-8.

    Args:
        text: The payload.
        refusal: Makes the error of what is wrong.
        too_large: What is wrong with one over the quota.
    """
    if len(text.encode(errors="surrogatepass")) > (STANDARD.payload_bytes or 0):
        raise refusal(too_large)
    try:
        return loads(text)
    except InvalidJSON as error:
        message, _ = jackson_complaint(text, error.offset, error.message)
        raise refusal(message.partition("\n")[0]) from None
