"""The grammar of an intrinsic call: its text becomes a tree of calls, literals and paths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from asl.jsontypes import JSON, InvalidJSON, loads
from asl.query.intrinsics.table import INTRINSICS, Intrinsic

# Limit: calls in one field. The guide counts all of them, not the depth: its example of "nine
# nested intrinsic functions" is five deep.
MAX_CALLS = 10

_LONGEST_NAME = 64
_BLANK = re.compile(r"[ \t\r\n]*")
_NAME = re.compile(r"States\.\w+")
_SCALAR = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|(?:true|false|null)\b")
_STRING = re.compile(r"'((?:[^'\\]|\\['{}\\])*)'")
_STRING_START = re.compile(r"'(?:[^'\\]|\\['{}\\])*")
_ESCAPE = re.compile(r"\\(.)")
_OPAQUE = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|=~\s*/(?:[^/\\]|\\.)*/""", re.DOTALL)


class IntrinsicSyntaxError(ValueError):
    """Text that is no valid call of an intrinsic function.

    Attributes:
        message: What is wrong, in one sentence.
        offset: Where, in characters from the start of the text.
    """

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant argument; ``raw`` is the text between the quotes, None if it is not a string."""

    value: JSON
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """A path argument, such as ``$.a`` or ``$$.Execution.Id``."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call, with its text as written."""

    intrinsic: Intrinsic
    arguments: tuple[Argument, ...]
    text: str


Argument: TypeAlias = Literal | Path | Call


def parse(text: str) -> Call:
    """The tree of a call.

    Raises:
        IntrinsicSyntaxError: The text is not one call of known functions, each with as many
            arguments as it takes.
    """
    reader = _Reader(text)
    call = reader.call()
    reader.skip_blanks()
    if reader.position < len(text):
        raise reader.error("expected the end of the text after the call")
    return call


class _Reader:
    """A place in the text, from which each method reads one thing and moves on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.calls = 0

    def call(self) -> Call:
        self.skip_blanks()
        start = self.position
        intrinsic = self.intrinsic()
        if not self.take("("):
            raise self.error(f"expected '(' after {intrinsic.name}")
        arguments = self.arguments()
        _check_count(intrinsic, len(arguments), start)
        return Call(intrinsic, arguments, self.text[start : self.position])

    def intrinsic(self) -> Intrinsic:
        start = self.position
        name = self.match(_NAME)
        if name is None:
            raise self.error(
                "expected the call of an intrinsic function, such as States.Format('{}', $.name)"
            )
        if name[0] not in INTRINSICS:
            near = get_close_matches(name[0][:_LONGEST_NAME], INTRINSICS, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise IntrinsicSyntaxError(
                f"there is no intrinsic function {name[0][:_LONGEST_NAME]}{hint}", start
            )
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise IntrinsicSyntaxError(f"more than {MAX_CALLS} intrinsic functions in one field", start)
        return INTRINSICS[name[0]]

    def arguments(self) -> tuple[Argument, ...]:
        if self.take(")"):
            return ()
        arguments = [self.argument()]
        while not self.take(")"):
            if not self.take(","):
                raise self.error("expected ',' or ')' after an argument")
            arguments.append(self.argument())
        return tuple(arguments)

    def argument(self) -> Argument:
        self.skip_blanks()
        if self.text.startswith("$", self.position):
            return self.path()
        if self.text.startswith("'", self.position):
            return self.string()
        if scalar := self.match(_SCALAR):
            return self.scalar(scalar[0], scalar.start())
        if self.text.startswith("States.", self.position):
            return self.call()
        raise self.error(
            "expected an argument: a string in single quotes, a number, true, false, null, a path or a call"
        )

    def string(self) -> Literal:
        found = self.match(_STRING)
        if found is not None:
            return Literal(_ESCAPE.sub(r"\1", found[1]), found[1])
        start = self.position
        self.match(_STRING_START)
        if self.text.startswith("\\", self.position):
            # AWS: \" is refused when the machine is created (recorded), though the guide
            # speaks of a runtime error.
            raise self.error(r"expected one of the escapes \' \{ \} \\ in a string")
        raise IntrinsicSyntaxError("expected a single quote that ends this string", start)

    def scalar(self, token: str, start: int) -> Literal:
        try:
            return Literal(loads(token))
        except InvalidJSON as invalid:
            raise IntrinsicSyntaxError(f"{token[:40]} is no number: {invalid.message}", start) from None

    def path(self) -> Path:
        start = self.position
        self.position = self.path_end()
        return Path(self.text[start : self.position].rstrip(), start)

    def path_end(self) -> int:
        """Where a comma or parenthesis ends the path: none in brackets, filters or quotes does."""
        depth, place = 0, self.position
        unclosed: set[str] = (
            set()
        )  # a quote that nothing closes is looked at once, or long texts take forever
        while place < len(self.text):
            character = self.text[place]
            if depth and character in "'\"=" and character not in unclosed:
                opaque = _OPAQUE.match(self.text, place)
                if opaque is not None:
                    place = opaque.end()
                    continue
                if character != "=":
                    unclosed.add(character)
            if depth == 0 and character in ",)]":
                return place
            depth += (character in "[(") - (character in "])")
            place += 1
        return place

    def skip_blanks(self) -> None:
        self.match(_BLANK)

    def take(self, character: str) -> bool:
        self.skip_blanks()
        found = self.text.startswith(character, self.position)
        self.position += found
        return found

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.position)
        if found is not None:
            self.position = found.end()
        return found

    def error(self, message: str) -> IntrinsicSyntaxError:
        rest = self.text[self.position :]
        found = f"{rest[:20]!r}" if rest else "the end of the text"
        return IntrinsicSyntaxError(f"{message}, but found {found}", self.position)


def _check_count(intrinsic: Intrinsic, count: int, offset: int) -> None:
    least, most = intrinsic.minimum, intrinsic.maximum
    if count >= least and (most is None or count <= most):
        return
    bounds = "or more" if most is None else f"to {most}"
    expected = f"{least}" if least == most else f"{least} {bounds}"
    raise IntrinsicSyntaxError(f"{intrinsic.name} takes {expected} arguments, but got {count}", offset)
