"""What several operations share: names, times, pages."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any, TypeVar

from asl.jsontypes import JSON, InvalidJSON, dumps, loads
from asl.parser.jackson import jackson_complaint
from asl.spec.quotas import STANDARD
from emulator.errors import ApiError, InvalidExecutionInput, InvalidName, InvalidToken

Item = TypeVar("Item")

DEFAULT_PAGE = 100
TOKEN_LIFE = 24 * 3_600_000
"""For so many milliseconds a ``nextToken`` is good, as AWS says."""
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


def page(
    items: Sequence[Item], members: dict[str, Any], bound_to: str, now: int = 0
) -> tuple[Sequence[Item], dict[str, str]]:
    """The items that a request asks for, and the ``nextToken`` for the rest as a member, where there is one.

    Args:
        items: All of them, in order.
        members: The request, with ``maxResults`` and ``nextToken``.
        bound_to: What the token is good for: the list, and whatever it is filtered by.
        now: The time in milliseconds; without it, tokens do not expire.

    Raises:
        InvalidToken: The token is none of ours, belongs to another list or is too old. Text recorded.
    """
    size = members.get("maxResults") or DEFAULT_PAGE
    start = _place(members.get("nextToken"), bound_to, now)
    end = start + size
    if end >= len(items):
        return items[start:], {}
    return items[start:end], {"nextToken": _token(end, bound_to, now)}


def _token(place: int, bound_to: str, now: int) -> str:
    return urlsafe_b64encode(dumps([place, _digest(bound_to), now]).encode()).decode()


def _place(token: str | None, bound_to: str, now: int) -> int:
    if token is None:
        return 0
    try:
        place, bound, then = loads(urlsafe_b64decode(token.encode("ascii")))
        if bound != _digest(bound_to) or type(place) is not int or place < 0 or now - then > TOKEN_LIFE:
            raise InvalidToken("Invalid Token: 'Invalid token'")
    except (ValueError, InvalidJSON, TypeError):
        raise InvalidToken("Invalid Token: 'Invalid token'") from None
    return place


def _digest(bound_to: str) -> str:
    return blake2b(bound_to.encode(), digest_size=12).hexdigest()


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
