"""Objects of S3 as streams of bytes: read in chunks, unpacked on the way, with errors that say what to do."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeAlias

import msgspec
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from asl.errors import ITEM_READER_FAILED, Failure
from asl.jsontypes import JSON

Client: TypeAlias = Any
"""What answers for S3: a boto3 client, or an `emulator.tasks.maps.s3_folder.S3Folder`."""

CHUNK = 256 * 1024
"""So many bytes are read at a time."""
LONGEST = 16 * 1024 * 1024
"""No line, and no value of a JSON file, may be longer, so that memory stays bounded. It is AWS's bound for
where ItemsPointer may lead to; an item is given no more than 256 KiB in any case."""

_GZIP = (".gz", ".gzip")
_ZSTD = (".zst", ".zstd")
_GZIP_WINDOW = 31
"""What tells zlib that a stream is gzip."""


class S3Object(msgspec.Struct, frozen=True):
    """Which object, and how it is asked for.

    Attributes:
        bucket: Its bucket.
        key: Its key.
        more: What else the request has: ``VersionId``, ``ExpectedBucketOwner``.
    """

    bucket: str
    key: str
    more: dict[str, JSON] = {}

    @property
    def uri(self) -> str:
        """Its URI as the context object has it: ``S3://bucket/key`` (developer guide)."""
        return f"S3://{self.bucket}/{self.key}"


def failed(cause: str) -> Failure:
    """A failure to read items; it can be retried and caught."""
    return Failure(ITEM_READER_FAILED, cause)


def named(parameters: dict[str, JSON], name: str) -> str:
    """A parameter that must be there.

    Raises:
        Failure: It is not.
    """
    value = parameters.get(name)
    if not isinstance(value, str) or not value:
        raise failed(f"ItemReader needs the parameter {name}, a string that is not empty.")
    return value


def object_of(parameters: dict[str, JSON]) -> S3Object:
    """The object that the parameters of ``s3:getObject`` name.

    Raises:
        Failure: They name none.
    """
    more = {name: value for name, value in parameters.items() if name not in ("Bucket", "Key")}
    return S3Object(named(parameters, "Bucket"), named(parameters, "Key"), more)


@contextmanager
def told(what: str, error: str = ITEM_READER_FAILED) -> Iterator[None]:
    """Turns what S3 complains of into a failure.

    Args:
        what: What could not be done, such as ``S3://bucket/key could not be read``.
        error: The failure's name.
    """
    try:
        yield
    except ClientError as refused:
        code, text = refused.response["Error"]["Code"], refused.response["Error"].get("Message", "")
        raise Failure(error, f"{what}: {code}: {text}") from None
    except (BotoCoreError, HTTPClientError, OSError) as trouble:
        raise Failure(error, f"{what}: {trouble}") from None


def chunks(client: Client, place: S3Object) -> Iterator[bytes]:
    """An object's bytes, unpacked if it is compressed: as its name ends, or as Content-Encoding says.

    Raises:
        Failure: There is no such object or bucket, or it is not compressed as it says.
    """
    with told(f"{place.uri} could not be read"):
        answer = client.get_object(Bucket=place.bucket, Key=place.key, **place.more)
    encoding = str(answer.get("ContentEncoding") or "").lower()
    with closing(answer["Body"]) as body:
        read = _pieces(body, place.uri)
        if place.key.endswith(_GZIP) or encoding == "gzip":
            read = _gunzip(read, place.uri)
        elif place.key.endswith(_ZSTD) or encoding == "zstd":
            read = _unzstd(read, place.uri)
        yield from read


def _pieces(body: Any, uri: str) -> Iterator[bytes]:
    while True:
        with told(f"{uri} could not be read to its end"):
            piece: bytes = body.read(CHUNK)
        if not piece:
            return
        yield piece


def _gunzip(packed: Iterable[bytes], uri: str) -> Iterator[bytes]:
    engine = zlib.decompressobj(_GZIP_WINDOW)
    for piece in packed:
        rest = piece
        while rest:
            if engine.eof:  # an archive may have several members, and zeros between them
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                engine = zlib.decompressobj(_GZIP_WINDOW)
            try:
                yield from _inflated(engine, rest)
            except zlib.error as error:
                raise failed(f"{uri} should be compressed with gzip but is not: {error}") from None
            rest = engine.unused_data
    if not engine.eof:
        raise failed(f"{uri} is compressed with gzip, and ends too early.")


def _inflated(engine: Any, packed: bytes) -> Iterator[bytes]:
    while True:
        plain: bytes = engine.decompress(packed, CHUNK)
        if plain:
            yield plain
        packed = engine.unconsumed_tail
        if engine.eof or (not packed and len(plain) < CHUNK):
            return


def _unzstd(packed: Iterator[bytes], uri: str) -> Iterator[bytes]:
    try:
        import zstandard
    except ImportError:
        raise failed(
            f"{uri} is compressed with Zstandard, and the package zstandard is not installed: "
            "pip install 'asl-emulator[zstd]'"
        ) from None
    decoder = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    source: Any = Stream(packed)  # it reads, which is all that is asked of it
    with decoder.stream_reader(source, read_across_frames=True) as reader:
        while True:
            try:
                plain: bytes = reader.read(CHUNK)
            except zstandard.ZstdError as error:
                raise failed(f"{uri} should be compressed with Zstandard but is not: {error}") from None
            if not plain:
                return
            yield plain


class Stream:
    """Chunks as something that can be read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes, no more than asked for; none at the end."""
        held = self._held or next(self._pieces, b"")
        size = len(held) if size < 0 else size
        self._held = held[size:]
        return held[:size]


def lines(pieces: Iterable[bytes], uri: str) -> Iterator[bytes]:
    r"""The lines of a text, without ``\n`` but with an ``\r`` before it; a byte order mark is left out.

    Raises:
        Failure: A line is longer than `LONGEST`.
    """
    rest = b""
    first = True
    for piece in pieces:
        parts = piece.split(b"\n")
        parts[0] = rest + parts[0]
        rest = parts.pop()
        if len(rest) > LONGEST:
            raise failed(f"{uri} has a line of more than {LONGEST} bytes.")
        if first and parts:
            parts[0] = parts[0].removeprefix(b"\xef\xbb\xbf")
            first = False
        yield from parts
    if first:
        rest = rest.removeprefix(b"\xef\xbb\xbf")
    if rest:
        yield rest
