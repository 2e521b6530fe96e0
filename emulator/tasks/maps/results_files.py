"""Files of results: collected on disk, then sent to S3 in parts."""

from __future__ import annotations

import tempfile
import threading
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from asl.errors import RESULT_WRITER_FAILED, Failure
from asl.jsontypes import JSON
from emulator.tasks.maps.items_s3 import told

FILE_BYTES = 5 * 1024**3
PART_BYTES = 8 * 1024**2
_IN_MEMORY = 256 * 1024
"""So many bytes a spool takes before it becomes a file."""
_NO_DISK = "The results of the Map Run could not be kept on disk"


class Spool:
    """Texts without line breaks, of many executions, kept on disk until they are read in order.

    In memory there is no more of an execution than where its texts are, which takes 17 bytes.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # close() does
        self._turn = threading.Lock()  # what is redriven may give results while a writer still reads
        self._trouble: OSError | None = None
        self._end = 0
        self._starts = array("Q")
        self._lengths = array("Q")
        self._groups = array("B")

    def put(self, number: int, group: int, texts: list[bytes]) -> None:
        """Keeps the texts of an execution, in place of those it had before.

        That there is no room for them is told when they are read.

        Args:
            number: Where the execution stands among all.
            group: With which others its texts are read.
            texts: They.
        """
        missing = number + 1 - len(self._groups)
        if missing > 0:
            for column in (self._starts, self._lengths, self._groups):
                column.frombytes(bytes(missing * column.itemsize))
        found = b"".join(text + b"\n" for text in texts)
        self._starts[number], self._lengths[number], self._groups[number] = self._end, len(found), group
        self._end += len(found)
        if self._trouble is None:
            try:
                with self._turn:
                    self._file.seek(self._starts[number])  # reading may have left it elsewhere
                    self._file.write(found)
            except OSError as error:
                self._trouble = error

    def entries(self, group: int) -> Iterator[bytes]:
        """The texts of a group, in the order of the executions.

        Raises:
            Failure: They could not all be kept.
        """
        if self._trouble is not None:
            raise Failure(RESULT_WRITER_FAILED, f"{_NO_DISK}: {self._trouble}")
        for number, of in enumerate(self._groups):
            if of == group and self._lengths[number]:
                with told(_NO_DISK, RESULT_WRITER_FAILED), self._turn:
                    self._file.seek(self._starts[number])
                    found = self._file.read(self._lengths[number])
                yield from found[:-1].split(b"\n")

    def close(self) -> None:
        """Forgets them."""
        with suppress(OSError):
            self._file.close()


class Destination:
    """A folder of a bucket.

    Attributes:
        bucket: The bucket.
    """

    def __init__(
        self, s3: Any, bucket: str, folder: str, more: dict[str, JSON], file_bytes: int, part_bytes: int
    ) -> None:
        self.bucket = bucket
        self._s3 = s3
        self._folder = folder
        self._more = more
        self._file_bytes = file_bytes
        self._part_bytes = part_bytes

    def write(self, group: str, entries: Iterator[bytes], *, lines: bool) -> list[JSON]:
        """Writes texts to as many files as they need; gives them as the manifest names them.

        Args:
            group: What the files' names begin with.
            entries: The texts.
            lines: Whether each has a line of its own; else they are an array.

        Raises:
            Failure: It was refused.
        """
        written: list[JSON] = []
        held = next(entries, None)
        while held is not None:
            key = f"{self._folder}/{group}_{len(written)}.{'jsonl' if lines else 'json'}"
            upload = _Upload(self._s3, {"Bucket": self.bucket, "Key": key, **self._more}, self._part_bytes)
            with upload.open():
                held = self._fill(upload, held, entries, lines=lines)
            written.append({"Key": key, "Size": upload.size})
        return written

    def _fill(self, upload: _Upload, first: bytes, entries: Iterator[bytes], *, lines: bool) -> bytes | None:
        """Fills a file; gives the text that it has no room for, if one is left."""
        upload.put(first if lines else b"[" + first)
        left = None
        for entry in entries:
            if upload.size + len(entry) + 2 > self._file_bytes:
                left = entry
                break
            upload.put((b"\n" if lines else b",") + entry)
        upload.put(b"\n" if lines else b"]")
        return left

    def manifest(self, text: bytes) -> str:
        """Writes the manifest, and gives its key.

        Raises:
            Failure: It was refused.
        """
        key = f"{self._folder}/manifest.json"
        upload = _Upload(self._s3, {"Bucket": self.bucket, "Key": key, **self._more}, self._part_bytes)
        with upload.open():
            upload.put(text)
        return key


class _Upload:
    """An object that is being written: at once if it is small, else in parts.

    Attributes:
        size: How many bytes it has.
    """

    def __init__(self, s3: Any, place: dict[str, Any], part_bytes: int) -> None:
        self.size = 0
        self._s3 = s3
        self._place = place
        self._part_bytes = part_bytes
        self._held = bytearray()
        self._id: str | None = None
        self._parts: list[dict[str, Any]] = []

    @contextmanager
    def open(self) -> Iterator[None]:
        """Completes it at the end; gives it up if something goes wrong.

        Raises:
            Failure: S3 refused it.
        """
        place = self._place
        with told(f"S3://{place['Bucket']}/{place['Key']} could not be written", RESULT_WRITER_FAILED):
            try:
                yield
                self._complete()
            except BaseException:
                self._give_up()
                raise

    def put(self, text: bytes) -> None:
        """Adds to it."""
        self._held += text
        self.size += len(text)
        while len(self._held) >= self._part_bytes:
            self._send(bytes(self._held[: self._part_bytes]))
            del self._held[: self._part_bytes]

    def _send(self, part: bytes) -> None:
        if self._id is None:
            begun = self._s3.create_multipart_upload(ContentType="application/json", **self._place)
            self._id = begun["UploadId"]
        number = len(self._parts) + 1
        sent = self._s3.upload_part(UploadId=self._id, PartNumber=number, Body=part, **self._place)
        self._parts.append({"ETag": sent["ETag"], "PartNumber": number})

    def _complete(self) -> None:
        rest = bytes(self._held)
        if self._id is None:
            self._s3.put_object(Body=rest, ContentType="application/json", **self._place)
            return
        if rest:
            self._send(rest)
        parts = {"Parts": self._parts}
        self._s3.complete_multipart_upload(UploadId=self._id, MultipartUpload=parts, **self._place)

    def _give_up(self) -> None:
        if self._id is not None:
            with suppress(Exception):  # what went wrong first is told
                self._s3.abort_multipart_upload(UploadId=self._id, **self._place)
