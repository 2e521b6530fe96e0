"""Items out of JSON: an array that is read as it comes, or a value in each line."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from asl.jsontypes import JSON, InvalidJSON, loads
from emulator.tasks.maps.items_s3 import CHUNK, LONGEST, failed, lines

NOT_ITERABLE = "Attempting to map over non-iterable node."
"""What AWS says of a file that holds no array (recorded)."""
_BLANKS = re.compile(r"[ \t\n\r]*")
_scan = json.JSONDecoder().raw_decode


class Found(NamedTuple):
    """An item, with its key where it is from an object."""

    value: JSON
    key: str | None = None


def values_of_lines(pieces: Iterable[bytes], uri: str) -> Iterator[Found]:
    """The values of a text with one in each line; empty lines are passed over.

    Raises:
        Failure: A line is not JSON; the cause names it.
    """
    for number, line in enumerate(lines(pieces, uri), 1):
        try:
            yield Found(loads(line))
        except InvalidJSON as error:
            if not line.strip():
                continue
            raise failed(f"Line {number} of {uri} is not JSON: {error.message}") from None


def tokens_of(pointer: JSON) -> list[str]:
    """The parts of a JSON pointer (RFC 6901).

    Raises:
        Failure: It is none.
    """
    if pointer is None or pointer == "":
        return []
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        raise failed(f"ItemsPointer must be a JSON pointer, which begins with '/', and is {pointer!r}.")
    return [each.replace("~1", "/").replace("~0", "~") for each in pointer[1:].split("/")]


def values(pieces: Iterable[bytes], tokens: list[str], uri: str) -> Iterator[Found]:
    """The items of a JSON file, one after the other; only one of them is in memory at a time.

    The file holds an array (recorded: an object is refused). ItemsPointer may lead to an object too,
    whose members are the items then (developer guide); what follows them is not read.

    Args:
        pieces: The text in UTF-8.
        tokens: The way to the items.
        uri: Where it is from, for messages.

    Raises:
        Failure: It is not JSON, or holds no items there.
    """
    text = _Text(pieces, uri)
    for token in tokens:
        _descend(text, token, tokens)
    begins = text.peek()
    if begins == "[":
        yield from text.members(False)
    elif begins == "{" and tokens:
        yield from text.members(True)
    else:
        if begins != "{":
            text.value()
        raise failed(NOT_ITERABLE)
    if not tokens and text.peek():
        raise text.failed("something follows the array")


def _descend(text: _Text, token: str, tokens: list[str]) -> None:
    """Goes on to just before a member's value."""
    begins = text.peek()
    found = False
    if begins == "{":
        found = any(key == token for key in text.keys_of_object())
    elif begins == "[" and token.isdecimal():
        found = any(index == int(token) for index, _ in enumerate(text.places()))
    if not found:
        way = "/".join(tokens)
        raise failed(f"ItemsPointer '/{way}' leads to nothing in {text.uri}: there is no '{token}'.")


class _Text:
    """A text of which only a part is held, with a place in it."""

    def __init__(self, pieces: Iterable[bytes], uri: str) -> None:
        self.uri = uri
        self._pieces = iter(pieces)
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._held = ""
        self._at = 0
        self._before = 0
        self._ended = False
        self._unread = False

    def peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            self._at = _BLANKS.match(self._held, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def members(self, of_object: bool) -> Iterator[Found]:
        """The members of the array or object that is next."""
        if of_object:
            for key in self.keys_of_object():
                yield Found({"Key": key, "Value": self.value()}, key)
        else:
            for _ in self.places():
                yield Found(self.value())

    def keys_of_object(self) -> Iterator[str]:
        """The keys of the object that is next; the value of each may be read, or is passed over."""
        for _ in self.places("{}"):
            if self.peek() != '"':
                raise self.failed("a key is expected")
            key = self.value()
            self._take(":")
            self._unread = True
            yield key

    def places(self, brackets: str = "[]") -> Iterator[None]:
        """Stops before each member of what is next; its value may be read, or is passed over."""
        self._take(brackets[0])
        if self.peek() == brackets[1]:
            self._at += 1
            return
        while True:
            self._unread = True
            yield
            if self._unread:
                self._at = self._extent()[1]
            if self.peek() == brackets[1]:
                self._at += 1
                return
            if self.peek() != ",":
                raise self.failed(f"',' or '{brackets[1]}' is expected")
            self._at += 1

    def value(self) -> JSON:
        """The value that is next.

        Raises:
            Failure: It is not JSON, or longer than is held.
        """
        start, end = self._extent()
        try:
            found = loads(self._held[start:end])
        except InvalidJSON as error:
            raise self.failed(error.message) from None
        self._at, self._unread = end, False
        return found

    def failed(self, what: str) -> Exception:
        """The failure that the text is not JSON."""
        return failed(f"{self.uri} is not JSON: {what}, at character {self._before + self._at}.")

    def _extent(self) -> tuple[int, int]:
        """From where to where the next value is; more is read until something follows it."""
        if not self.peek():
            raise self.failed("it ends too early")
        while True:
            trouble = None
            try:
                _, end = _scan(self._held, self._at)
            except json.JSONDecodeError as error:
                trouble = error.msg
            except (RecursionError, ValueError) as error:
                raise self.failed(str(error)) from None
            else:
                if self._ended or self._is_whole(end):
                    return self._at, end
            if len(self._held) - self._at > LONGEST:
                trouble = trouble or "it goes on"
                raise self.failed(f"{trouble}, in a value of more than {LONGEST} characters")
            if not self._more() and trouble is not None:
                raise self.failed(trouble)

    def _is_whole(self, end: int) -> bool:
        """Whether a value goes on no more; a number's next digits may not have been read yet."""
        after = _BLANKS.match(self._held, end).end()  # type: ignore[union-attr]  # it matches nothing too
        rest = self._held[after : after + 4]
        return bool(rest) and (len(rest) == 4 or rest[0] not in ".eE+-")

    def _take(self, character: str) -> None:
        if self.peek() != character:
            raise self.failed(f"'{character}' is expected")
        self._at += 1

    def _more(self) -> bool:
        """Reads on, by as much again as is held, so that no text is looked at often."""
        held = self._held[self._at :]
        self._before += self._at
        self._at = 0
        parts = [held]
        wanted = max(CHUNK, min(len(held), LONGEST + 1 - len(held)))
        while wanted > 0 and not self._ended:
            piece = next(self._pieces, b"")
            self._ended = not piece
            try:
                parts.append(self._decode.decode(piece, final=self._ended))
            except UnicodeDecodeError as error:
                raise self.failed(f"it is not UTF-8 ({error.reason})") from None
            wanted -= len(parts[-1])
        self._held = "".join(parts)
        return len(self._held) > len(held)
