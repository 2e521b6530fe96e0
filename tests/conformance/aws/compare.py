"""Compares an answer with a recorded one, in full: the same members, the same kinds, the same texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tests.conformance.aws.normalise import Parsed

ABSENT = "<absent>"
"""Stands in a difference for the member that one side lacks."""

_OWN_NAME = frozenset({"date", "time", "requestid", "x-amzn-requestid", "x-amzn-trace-id", "x-amz-crc32"})
"""Words that blank whatever a member of the same name held."""

_INSTANTS = frozenset(
    {"start-time", "entered-time", "<start-time>", "<entered-time>", "start-date", "stop-date"}
)
"""Words that some tests put in the place of an instant."""

_RANDOM_NUMBER = "RandomNumberGenerated"
"""The word that the tests of ``States.MathRandom`` put in the place of its result."""

_NUMBERED = r"<[A-Za-z][\w-]*:\d+>"


class Difference(NamedTuple):
    """A place where an answer is not what AWS answered."""

    path: str
    expected: Any
    got: Any

    def __str__(self) -> str:
        return f"{self.path}\n    expected {self.expected!r}\n    got      {self.got!r}"


class Comparison:
    """Compares the answers of one case; what a token stands for holds for all of them.

    Attributes:
        bound: What each token met so far stands for.
    """

    def __init__(self, tokens: Iterable[str] = ()) -> None:
        """``tokens`` are the words that stand for any text, beside those like ``<uuid:1>``."""
        longest_first = sorted(tokens, key=len, reverse=True)
        self._token = re.compile("|".join([*map(re.escape, longest_first), _NUMBERED]))
        self.bound: dict[str, str] = {}

    def differences(self, expected: Any, got: Any, path: str = "") -> Iterator[Difference]:
        """Each place in which two normalised answers differ, in the order of the recorded one."""
        if isinstance(expected, dict) and isinstance(got, dict):
            for key in [*expected, *(key for key in got if key not in expected)]:
                yield from self._member(key, expected, got, path)
        elif isinstance(expected, list) and isinstance(got, list):
            for place in range(max(len(expected), len(got))):
                yield from self._item(place, expected, got, path)
        elif not self._same(expected, got):
            yield Difference(path, expected, got)

    def _member(
        self, key: str, expected: dict[str, Any], got: dict[str, Any], path: str
    ) -> Iterator[Difference]:
        path = f"{path}.{key}"
        if key not in expected or key not in got:
            yield Difference(path, expected.get(key, ABSENT), got.get(key, ABSENT))
        elif not _blanks(key, expected[key]):
            yield from self.differences(expected[key], got[key], path)

    def _item(self, place: int, expected: list[Any], got: list[Any], path: str) -> Iterator[Difference]:
        path = f"{path}[{place}]"
        if place < len(expected) and place < len(got):
            yield from self.differences(expected[place], got[place], path)
        else:
            sides = [side[place] if place < len(side) else ABSENT for side in (expected, got)]
            yield Difference(path, *sides)

    def _same(self, expected: Any, got: Any) -> bool:
        if type(expected) is type(got) and expected == got:
            return True
        if expected == _RANDOM_NUMBER:
            return type(got) is int
        if not isinstance(expected, str) or not isinstance(got, str):
            return False
        if expected in _INSTANTS:
            return got == "date"
        return self._matches(expected, got)

    def _matches(self, template: str, text: str) -> bool:
        """Whether a text is what a recorded one with tokens says, and binds the tokens if so."""
        pattern, end, new = "", 0, dict[str, str]()
        for match in self._token.finditer(template):
            pattern += re.escape(template[end : match.start()])
            end = match.end()
            token = match[0]
            if token in self.bound:
                pattern += re.escape(self.bound[token])
            elif token in new:
                pattern += f"(?P={new[token]})"
            else:
                new[token] = f"token{len(new)}"
                pattern += f"(?P<{new[token]}>.+?)"
        if not end:
            return False
        found = re.fullmatch(pattern + re.escape(template[end:]), text, re.DOTALL)
        if found is None:
            return False
        meanings = {token: found[group] for token, group in new.items()}
        # Two tokens never stand for the same text: a request id is a new one each time.
        together = [*self.bound.values(), *meanings.values()]
        if len(set(together)) < len(together):
            return False
        self.bound |= meanings
        return True


def _blanks(key: str, expected: Any) -> bool:
    return isinstance(expected, str) and expected.lower() == key.lower() and key.lower() in _OWN_NAME


def orders(expected: Any, got: Any, path: str = "", *, text: bool = False) -> Iterator[Difference]:
    """Each object in a JSON text whose keys AWS wrote in another order.

    `Comparison` looks away from order, which says nothing outside of texts; keys that one side
    lacks are its business.
    """
    if isinstance(expected, dict) and isinstance(got, dict):
        text = text or isinstance(got, Parsed)
        both = [key for key in expected if key in got], [key for key in got if key in expected]
        if text and both[0] != both[1]:
            yield Difference(path, *both)
        for key in both[0]:
            yield from orders(expected[key], got[key], f"{path}.{key}", text=text)
    elif isinstance(expected, list) and isinstance(got, list):
        for place, (left, right) in enumerate(zip(expected, got, strict=False)):
            yield from orders(left, right, f"{path}[{place}]", text=text)
