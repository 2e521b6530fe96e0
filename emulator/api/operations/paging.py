"""Pages of lists, and the tokens between them.

A token says behind which item a page ended, not how many came before: what is added or deleted between two
pages moves no other item, so none is shown twice and none is left out. It says nothing that is kept
here, so it outlives a restart.

A token is good for the list that it was given for, with the same filters and the same order, and for a day.
How many items a page has may change (recorded: ten, then three).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple, TypeVar

import msgspec

from emulator.errors import InvalidToken

Item = TypeVar("Item")

DEFAULT_PAGE = 100
TOKEN_LIFE = 24 * 3_600_000
"""For so many milliseconds a ``nextToken`` is good, as AWS says."""
_CHECK_BYTES = 16


class Stand(NamedTuple):
    """Where an item stands in its list.

    Attributes:
        order: Numbers that only grow along the list.
        name: What tells items apart that have the same numbers.
    """

    order: tuple[int, ...]
    name: str = ""


class _Anchor(NamedTuple):
    """What a token holds: the last item that was shown, and when.

    Attributes:
        order: Its numbers.
        name: A digest of its name.
        rank: Which one it was, from 1, of the items with the same numbers.
        since: When the first page was asked for, in milliseconds since the epoch.
        given: When the token was.
    """

    order: tuple[int, ...]
    name: str
    rank: int
    since: int
    given: int


_anchors = msgspec.json.Decoder(_Anchor)


class Paging:
    """What one request asks of a list.

    Args:
        members: The request, with ``maxResults`` and ``nextToken``.
        bound_to: What a token is good for: the list, and whatever it is filtered and ordered by.
        now: The time, in milliseconds since the epoch.

    Attributes:
        since: When the first page was asked for. A list whose items move is shown in the order of then.

    Raises:
        InvalidToken: The token is none of ours, or was changed, belongs to another list, or is too
            old. Text recorded.
    """

    def __init__(self, members: dict[str, Any], bound_to: str, now: int) -> None:
        self._size: int = members.get("maxResults") or DEFAULT_PAGE
        self._key = blake2b(bound_to.encode(errors="surrogatepass"), digest_size=32).digest()
        self._now = now
        token = members.get("nextToken")
        self._anchor = None if token is None else self._read(token)
        self.since = now if self._anchor is None else self._anchor.since

    def page(
        self, items: Sequence[Item], stand: Callable[[Item], Stand]
    ) -> tuple[Sequence[Item], dict[str, str]]:
        """The items that are asked for, and the ``nextToken`` for the rest as a member, where there is one.

        Args:
            items: All of them, in order.
            stand: Where each stands.
        """
        start = self._start(items, stand)
        end = start + self._size
        if end >= len(items):
            return items[start:], {}
        last = stand(items[end - 1])
        rank = end - bisect_left(items, last.order, key=lambda each: stand(each).order)
        anchor = _Anchor(last.order, _digest(last.name), rank, self.since, self._now)
        return items[start:end], {"nextToken": self._token(anchor)}

    def _start(self, items: Sequence[Item], stand: Callable[[Item], Stand]) -> int:
        """The place of the first item behind the anchor, which need not be there any more."""
        anchor = self._anchor
        if anchor is None:
            return 0
        low = bisect_left(items, anchor.order, key=lambda each: stand(each).order)
        high = bisect_right(items, anchor.order, lo=low, key=lambda each: stand(each).order)
        for place in range(low, high):
            if _digest(stand(items[place]).name) == anchor.name:
                return place + 1
        return min(low + max(anchor.rank - 1, 0), high)

    def _token(self, anchor: _Anchor) -> str:
        data = msgspec.json.encode(anchor)
        return urlsafe_b64encode(self._check(data) + data).decode()

    def _check(self, data: bytes) -> bytes:
        return blake2b(data, key=self._key, digest_size=_CHECK_BYTES).digest()

    def _read(self, token: str) -> _Anchor:
        try:
            packed = urlsafe_b64decode(token.encode("ascii"))
            check, data = packed[:_CHECK_BYTES], packed[_CHECK_BYTES:]
            anchor = _anchors.decode(data)
        except (ValueError, msgspec.MsgspecError):
            raise _invalid() from None
        if (
            check != self._check(data)
            or self._token(anchor) != token
            or self._now - anchor.given > TOKEN_LIFE
        ):
            raise _invalid()
        return anchor


def _invalid() -> InvalidToken:
    return InvalidToken("Invalid Token: 'Invalid token'")


def _digest(name: str) -> str:
    return blake2b(name.encode(errors="surrogatepass"), digest_size=8).hexdigest()
