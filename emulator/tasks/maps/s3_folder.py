"""Buckets that are folders: as much of S3 as a Map Run needs, on files of this computer."""

from __future__ import annotations

import hashlib
import heapq
import mimetypes
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

PAGE = 1_000
"""Limit: so many objects a page of a listing holds, as in S3."""
UPLOADS = ".uploads"
"""The folder with what is being written; no bucket can have such a name."""

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_UPLOAD = re.compile(r"[0-9a-f]{32}")
_COPY = 256 * 1024


class S3Folder:
    """Answers calls of boto3's client for S3, of which it has those that are written out here.

    A bucket is a folder below the root, an object a file in it. There are no versions, owners or
    encryption: parameters that ask for them are passed over, but for VersionId, which finds nothing.

    Args:
        root: The folder with the buckets.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def get_object(self, Bucket: str, Key: str, Range: str | None = None, **more: Any) -> dict[str, Any]:  # noqa: N803
        """GetObject: all of it, or the bytes of a Range."""
        path = self._file(Bucket, Key, "GetObject", more)
        file = path.open("rb")
        try:
            size = os.fstat(file.fileno()).st_size
            start, end = _span(Range, size)
            file.seek(start)
            source: Any = file if end == size else _Part(file, end - start)
            return {**_described(path, end - start), "Body": StreamingBody(source, end - start)}
        except BaseException:
            file.close()
            raise

    def head_object(self, Bucket: str, Key: str, **more: Any) -> dict[str, Any]:  # noqa: N803
        """HeadObject."""
        path = self._file(Bucket, Key, "HeadObject", more)
        return _described(path, path.stat().st_size)

    def list_objects_v2(
        self,
        Bucket: str,  # noqa: N803
        Prefix: str = "",  # noqa: N803
        ContinuationToken: str | None = None,  # noqa: N803
        MaxKeys: int = PAGE,  # noqa: N803
        StartAfter: str = "",  # noqa: N803
        **more: Any,
    ) -> dict[str, Any]:
        """ListObjectsV2, in the order of the keys' bytes; a token is the key that a page ended with."""
        folder = self._bucket(Bucket, "ListObjectsV2")
        after = (StartAfter if ContinuationToken is None else ContinuationToken).encode()
        most = min(max(MaxKeys, 0), PAGE)
        found = heapq.nsmallest(most + 1, (each for each in _keys(folder, Prefix) if each[0] > after))
        shown = found[:most]
        page: dict[str, Any] = {
            "Contents": [_listed(key.decode(), path) for key, path in shown],
            "KeyCount": len(shown),
            "IsTruncated": bool(shown) and len(found) > most,
        }
        if page["IsTruncated"]:
            page["NextContinuationToken"] = shown[-1][0].decode()
        return page

    def put_object(self, Bucket: str, Key: str, Body: bytes | BinaryIO = b"", **more: Any) -> dict[str, Any]:  # noqa: N803
        """PutObject: the file is there in full or not at all."""
        path = self._path(Bucket, Key, "PutObject")

        def fill(file: BinaryIO) -> None:
            if isinstance(Body, bytes | bytearray):
                file.write(Body)
            else:
                shutil.copyfileobj(Body, file, _COPY)

        return {"ETag": self._write(path, fill)}

    # ------------------------------------------------------------------ in parts

    def create_multipart_upload(self, Bucket: str, Key: str, **more: Any) -> dict[str, Any]:  # noqa: N803
        """CreateMultipartUpload."""
        self._path(Bucket, Key, "CreateMultipartUpload")
        upload = uuid4().hex
        (self._root / UPLOADS / upload).mkdir(parents=True)
        return {"UploadId": upload}

    def upload_part(
        self,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        UploadId: str,  # noqa: N803
        PartNumber: int,  # noqa: N803
        Body: bytes,  # noqa: N803
        **more: Any,
    ) -> dict[str, Any]:
        """UploadPart."""
        folder = self._upload(UploadId, "UploadPart")
        (folder / f"{PartNumber:05}").write_bytes(Body)
        return {"ETag": f'"{hashlib.md5(Body, usedforsecurity=False).hexdigest()}"'}

    def complete_multipart_upload(
        self,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        UploadId: str,  # noqa: N803
        MultipartUpload: Mapping[str, Any],  # noqa: N803
        **more: Any,
    ) -> dict[str, Any]:
        """CompleteMultipartUpload."""
        operation = "CompleteMultipartUpload"
        folder = self._upload(UploadId, operation)
        path = self._path(Bucket, Key, operation)
        parts = [folder / f"{each['PartNumber']:05}" for each in MultipartUpload["Parts"]]
        if not all(each.is_file() for each in parts):
            raise _error("InvalidPart", "One or more of the specified parts could not be found.", operation)

        def fill(file: BinaryIO) -> None:
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, file, _COPY)

        tag = self._write(path, fill)
        shutil.rmtree(folder)
        return {"ETag": tag, "Bucket": Bucket, "Key": Key}

    def abort_multipart_upload(self, Bucket: str, Key: str, UploadId: str, **more: Any) -> dict[str, Any]:  # noqa: N803
        """AbortMultipartUpload."""
        shutil.rmtree(self._upload(UploadId, "AbortMultipartUpload"))
        return {}

    # ------------------------------------------------------------------ files

    def _bucket(self, bucket: str, operation: str) -> Path:
        folder = self._root / bucket
        if not _BUCKET.fullmatch(bucket) or ".." in bucket or not folder.is_dir():
            text = f"The specified bucket does not exist: there is no folder {bucket!r} in {self._root}"
            raise _error("NoSuchBucket", text, operation)
        return folder

    def _path(self, bucket: str, key: str, operation: str) -> Path:
        """Where an object's file is, inside its bucket's folder.

        Raises:
            ClientError: There is no such bucket, or the key would lead out of it.
        """
        folder = self._bucket(bucket, operation)
        parts = key.split("/")
        path = folder.joinpath(*parts)
        odd = not key or "\0" in key or os.sep in key.replace("/", "") or {"", ".", ".."} & set(parts)
        if odd or not path.resolve().is_relative_to(folder.resolve()):
            raise _error("InvalidArgument", f"The key {key!r} cannot be the name of a file", operation)
        return path

    def _file(self, bucket: str, key: str, operation: str, more: Mapping[str, Any]) -> Path:
        path = self._path(bucket, key, operation)
        if more.get("VersionId") not in (None, "null"):
            raise _error("NoSuchVersion", "The specified version does not exist.", operation)
        if not path.is_file():
            raise _error("NoSuchKey", "The specified key does not exist.", operation)
        return path

    def _upload(self, upload: str, operation: str) -> Path:
        folder = self._root / UPLOADS / upload
        if not _UPLOAD.fullmatch(upload) or not folder.is_dir():
            raise _error("NoSuchUpload", "The specified upload does not exist.", operation)
        return folder

    def _write(self, path: Path, fill: Callable[[BinaryIO], None]) -> str:
        """Writes a file beside and then moves it, so that nobody sees half of it. Gives its ETag."""
        path.parent.mkdir(parents=True, exist_ok=True)
        (self._root / UPLOADS).mkdir(exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._root / UPLOADS)
        try:
            with os.fdopen(descriptor, "wb") as file:
                fill(file)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        return _tag(path)


class _Part:
    """The next so many bytes of a file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size

    def read(self, size: int | None = None) -> bytes:
        asked = self._left if size is None or size < 0 else min(size, self._left)
        found = self._file.read(asked)
        self._left -= len(found)
        return found

    def close(self) -> None:
        self._file.close()


def _keys(folder: Path, prefix: str) -> Iterator[tuple[bytes, Path]]:
    """The objects whose keys begin so; folders in which none can be are not looked into."""
    begin = prefix.rpartition("/")[0]
    start = folder / begin if begin else folder
    if {".", ".."} & set(begin.split("/")) or not start.resolve().is_relative_to(folder.resolve()):
        return
    for parent, _, names in os.walk(start):
        for name in names:
            path = Path(parent, name)
            key = path.relative_to(folder).as_posix()
            with suppress(UnicodeEncodeError):
                if key.startswith(prefix):
                    yield key.encode(), path


def _span(asked: str | None, size: int) -> tuple[int, int]:
    match = _RANGE.fullmatch(asked or "")
    if match is None or not (match[1] or match[2]):
        return 0, size
    if not match[1]:
        return max(0, size - int(match[2])), size
    start, end = int(match[1]), min(size, int(match[2]) + 1) if match[2] else size
    if start >= size or end <= start:
        raise _error("InvalidRange", "The requested range is not satisfiable", "GetObject")
    return start, end


def _described(path: Path, size: int) -> dict[str, Any]:
    kind, encoding = mimetypes.guess_type(path.name)
    described = {
        "ContentLength": size,
        "ContentType": kind or "binary/octet-stream",
        "ETag": _tag(path),
        "LastModified": _modified(path),
    }
    return {**described, "ContentEncoding": "gzip"} if encoding == "gzip" else described


def _listed(key: str, path: Path) -> dict[str, Any]:
    return {
        "ETag": _tag(path),
        "Key": key,
        "LastModified": _modified(path),
        "Size": path.stat().st_size,
        "StorageClass": "STANDARD",
    }


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)


def _tag(path: Path) -> str:
    """An ETag that changes with the file; a digest of the content would have it read in full."""
    told = path.stat()
    text = f"{told.st_mtime_ns} {told.st_size} {path}"
    return f'"{hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()}"'


def _error(code: str, text: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": text}}, operation)
