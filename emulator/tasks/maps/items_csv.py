"""Items out of text whose fields are delimited: one for each row, by the names of the columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from asl.jsontypes import JSON
from emulator.tasks.maps.items_s3 import LONGEST, failed, lines

DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
MOST_HEADER_BYTES = 10 * 1024
"""Limit: so many bytes the names of the columns may take (developer guide, "ItemReader")."""

_QUOTED = re.compile(r'((?:[^"\\]++|""|\\.)*+)("?)', re.DOTALL)
"""What is between two quotation marks, as far as it goes."""
_ESCAPED = re.compile(r'""|\\(.?)', re.DOTALL)


class Csv(NamedTuple):
    """How such a text is to be read.

    Attributes:
        delimiter: What is between two fields.
        headers: The names of the columns; None if they are the first row.
    """

    delimiter: str
    headers: list[str] | None


def form(config: dict[str, JSON]) -> Csv:
    """What ReaderConfig says of the form.

    Raises:
        Failure: It contradicts itself.
    """
    name = config.get("CSVDelimiter") or "COMMA"
    delimiter = DELIMITERS.get(name) if isinstance(name, str) else None
    if delimiter is None:
        raise failed(f"CSVDelimiter must be one of {', '.join(DELIMITERS)}.")
    location = config.get("CSVHeaderLocation")
    if location == "FIRST_ROW":
        return Csv(delimiter, None)
    headers = config.get("CSVHeaders")
    if location != "GIVEN" or not isinstance(headers, list) or not headers:
        raise failed("A CSV file needs CSVHeaderLocation: FIRST_ROW, or GIVEN with CSVHeaders.")
    return Csv(delimiter, _checked([str(each) for each in headers], "CSVHeaders"))


def values(pieces: Iterable[bytes], csv: Csv, uri: str) -> Iterator[dict[str, str]]:
    """The rows of a text as objects: missing fields are empty, further ones left out (recorded).

    A row without a single character is passed over (inferred); one of blanks is not (recorded).

    Args:
        pieces: The text in UTF-8.
        csv: Its form.
        uri: Where it is from, for messages.

    Raises:
        Failure: It is malformed; the cause names the line.
    """
    rows = _Rows(lines(pieces, uri), csv.delimiter, uri)
    headers = csv.headers
    if headers is None:
        first = next(rows, None)
        if first is None:
            return
        headers = _checked(first, f"The first row of {uri}")
    count = len(headers)
    for row in rows:
        if len(row) < count:
            row += [""] * (count - len(row))
        yield dict(zip(headers, row, strict=False))


def _checked(headers: list[str], what: str) -> list[str]:
    if len(set(headers)) < len(headers):
        raise failed("CSV headers cannot contain duplicates.")  # recorded
    taken = sum(len(each.encode()) + 1 for each in headers) - 1
    if taken > MOST_HEADER_BYTES:
        raise failed(f"{what}: the headers take {taken} bytes, and may take {MOST_HEADER_BYTES}.")
    return headers


class _Rows(Iterator[list[str]]):
    r"""Rows, split into fields as the developer guide says ("How Step Functions parses input CSV files").

    Quoted fields may hold delimiters and line breaks. Two quotation marks stand for one, in fields
    without quotes too. A backslash is left out, and what follows it stands for itself.
    """

    def __init__(self, text: Iterator[bytes], delimiter: str, uri: str) -> None:
        self._text = text
        self._delimiter = delimiter
        self._plain = re.compile(rf"(?:[^\\{re.escape(delimiter)}]++|\\.)*+\\?", re.DOTALL)
        self._uri = uri
        self._number = 0
        self._break = "\n"

    def __next__(self) -> list[str]:
        while True:
            line = self._line()
            if '"' in line or "\\" in line:
                return self._fields(line)
            if line:
                return line.split(self._delimiter)

    def _line(self) -> str:
        self._number += 1
        line = next(self._text)
        self._break = "\n"
        if line.endswith(b"\r"):
            line, self._break = line[:-1], "\r\n"
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            raise self._failed(f"is not UTF-8: {error.reason}") from None

    def _fields(self, line: str) -> list[str]:
        fields: list[str] = []
        at = 0
        while True:
            if line.startswith('"', at):
                field, line, at = self._quoted(line, at + 1)
            else:
                end = self._plain.match(line, at).end()  # type: ignore[union-attr]  # it matches nothing too
                field, at = line[at:end], end
            fields.append(_ESCAPED.sub(_meant, field) if '"' in field or "\\" in field else field)
            if at == len(line):
                return fields
            if not line.startswith(self._delimiter, at):
                raise self._failed(f"has text after a closing quotation mark: {line[at : at + 20]!r}")
            at += 1

    def _quoted(self, line: str, at: int) -> tuple[str, str, int]:
        """A quoted field, the line in which it ends, and where."""
        began = self._number
        parts: list[str] = []
        taken = 0
        while True:
            match = _QUOTED.match(line, at)
            assert match is not None  # it matches the empty text too
            parts.append(match[1])
            if match[2]:
                return "".join(parts), line, match.end()
            parts.append(line[match.end() :] + self._break)  # at most a backslash, before the line's end
            taken += len(line)
            try:
                line, at = self._line(), 0
            except StopIteration:
                line = ""
                taken = LONGEST + 1
            if taken > LONGEST:
                self._number = began
                raise self._failed("opens a quotation mark that is never closed.")

    def _failed(self, what: str) -> Exception:
        return failed(f"Line {self._number} of {self._uri} {what}")


def _meant(match: re.Match[str]) -> str:
    return '"' if match[1] is None else match[1]
