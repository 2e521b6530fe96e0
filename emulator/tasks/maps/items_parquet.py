"""Items out of Parquet files: one for each row, read one row group at a time."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from asl.jsontypes import JSON
from emulator.tasks.maps.items_s3 import Client, S3Object, failed, told

MOST_ROW_GROUP_BYTES = 256 * 1024 * 1024
"""Limit: so large a row group may be (developer guide, "ItemReader")."""
MOST_FOOTER_BYTES = 5 * 1024 * 1024
"""Limit: so large a footer may be (developer guide, "ItemReader")."""

_ROWS = 1_000
_BUFFER = 1024 * 1024
_TAIL = 8
"""A file ends with the footer's length in four bytes, and PAR1."""


def values(client: Client, place: S3Object) -> Iterator[dict[str, JSON]]:
    """The rows of a file as objects.

    Which JSON AWS makes of types that JSON has not is not known. Here times are texts of ISO 8601,
    decimals are numbers if they are whole and texts otherwise, bytes are texts where they are UTF-8 and
    else in base 64, and NaN and infinity are null.

    Raises:
        Failure: There is no such object, or it is not a Parquet file, or too large; or nothing that reads
            such files is installed.
    """
    if "VersionId" in place.more:
        raise failed("VersionId is not supported with the InputType PARQUET.")
    try:
        from pyarrow import ArrowException, PythonFile, parquet
    except ImportError:
        raise failed(
            f"{place.uri} is to be read as Parquet, and the package pyarrow is not installed: "
            "pip install 'asl-emulator[parquet]'"
        ) from None
    with told(f"{place.uri} could not be read"):
        size = client.head_object(Bucket=place.bucket, Key=place.key, **place.more)["ContentLength"]
    with closing(_Remote(client, place, size)) as remote:
        _hold_footer(remote, place)
        try:
            file = parquet.ParquetFile(PythonFile(remote, mode="r"), buffer_size=_BUFFER)
            for group in range(file.num_row_groups):
                _hold_group(file, group, place)
                for batch in file.iter_batches(_ROWS, row_groups=[group]):
                    for row in batch.to_pylist():
                        yield {name: _json(value) for name, value in row.items()}
        except (ArrowException, OSError, OverflowError, ValueError) as error:
            raise failed(f"{place.uri} could not be read as Parquet: {error}") from None


def _hold_footer(remote: _Remote, place: S3Object) -> None:
    if remote.size < _TAIL:
        raise failed(f"{place.uri} is no Parquet file: it has {remote.size} bytes.")
    remote.seek(-_TAIL, io.SEEK_END)
    tail = remote.read(_TAIL)
    if tail[4:] != b"PAR1":
        raise failed(f"{place.uri} is no Parquet file: it does not end with PAR1.")
    footer = int.from_bytes(tail[:4], "little")
    if footer > MOST_FOOTER_BYTES:
        raise failed(f"The footer of {place.uri} takes {footer} bytes, and may take {MOST_FOOTER_BYTES}.")
    remote.seek(0)


def _hold_group(file: Any, group: int, place: S3Object) -> None:
    size = file.metadata.row_group(group).total_byte_size
    if size > MOST_ROW_GROUP_BYTES:
        raise failed(
            f"Row group {group} of {place.uri} takes {size} bytes, and may take {MOST_ROW_GROUP_BYTES}."
        )


class _Remote(io.RawIOBase):
    """An object as a file: what is read of it is asked for."""

    def __init__(self, client: Client, place: S3Object, size: int) -> None:
        super().__init__()
        self.size = size
        self._client = client
        self._place = place
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Goes elsewhere."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        """As many bytes as asked for; fewer only at the end."""
        size = self.size - self._at if size < 0 else min(size, self.size - self._at)
        if size <= 0:
            return b""
        place = self._place
        with told(f"{place.uri} could not be read"):
            span = f"bytes={self._at}-{self._at + size - 1}"
            answer = self._client.get_object(Bucket=place.bucket, Key=place.key, Range=span, **place.more)
            with closing(answer["Body"]) as body:
                found: bytes = body.read()
        self._at += len(found)
        return found

    def readall(self) -> bytes:
        """The rest."""
        return self.read()

    def readinto(self, buffer: Any, /) -> int:
        """Reads into a buffer."""
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


def _json(value: Any) -> JSON:
    """A value of Arrow as JSON."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(name): _json(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return _text(value)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value.total_seconds() if isinstance(value, timedelta) else str(value)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()
