"""The code of a function: a zip archive, held to Lambda's limits and unpacked into a folder."""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from emulator.functions.errors import InvalidParameterValueException

MAX_ZIPPED = 50 * 1_048_576
"""Limit: bytes of an archive that is uploaded."""
MAX_UNZIPPED = 250 * 1_048_576
"""Limit: bytes of all its files together."""
MAX_FILES = 100_000
"""More than any real function has; keeps an archive of empty files from filling the disk's index."""
_PART = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What Python's zip reader raises of an archive that is broken, encrypted or of an unknown method."""


def sha256(archive: bytes) -> str:
    """What Lambda calls CodeSha256: the digest of the archive, in Base64."""
    return base64.b64encode(hashlib.sha256(archive).digest()).decode()


def check(archive: bytes) -> None:
    """Looks at an archive's directory, before anything is written.

    Raises:
        InvalidParameterValueException: It is no zip archive, is too large, or has a file outside itself.
    """
    if len(archive) > MAX_ZIPPED:
        raise InvalidParameterValueException(
            f"The zip archive has {len(archive)} bytes; at most {MAX_ZIPPED} are allowed"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
            members = zipped.infolist()
    except _BROKEN:
        raise InvalidParameterValueException(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from None
    if not members:
        raise InvalidParameterValueException("Uploaded file must be a non-empty zip")
    if len(members) > MAX_FILES or sum(each.file_size for each in members) > MAX_UNZIPPED:
        raise InvalidParameterValueException(f"Unzipped size must be smaller than {MAX_UNZIPPED} bytes")
    for each in members:
        _inside(each)


def unpack(archive: bytes, folder: Path) -> None:
    """Writes an archive's files into a folder; links in it are left out.

    Raises:
        InvalidParameterValueException: A file is broken, or larger than the directory says.
    """
    left = MAX_UNZIPPED
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
            for each in zipped.infolist():
                left = _write(zipped, each, folder, left)
    except _BROKEN as error:
        raise InvalidParameterValueException(f"The zip archive cannot be unpacked: {error}") from None


def _write(zipped: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, left: int) -> int:
    """Writes one file; how many bytes may still follow it."""
    target = folder / _inside(member)
    mode = member.external_attr >> 16
    if stat.S_ISLNK(mode):
        return left
    if member.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return left
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipped.open(member) as source, target.open("wb") as copy:
        while part := source.read(_PART):
            left -= len(part)
            if left < 0:
                raise InvalidParameterValueException(
                    f"Unzipped size must be smaller than {MAX_UNZIPPED} bytes"
                )
            copy.write(part)
    target.chmod(0o755 if mode & 0o111 else 0o644)
    return left


def _inside(member: zipfile.ZipInfo) -> PurePosixPath:
    """A file's path in the folder that it is unpacked into.

    Raises:
        InvalidParameterValueException: It leads out of it.
    """
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in member.filename.partition("/")[0]:
        raise InvalidParameterValueException(
            f"The zip archive has a file outside itself: {member.filename[:200]}"
        )
    return path
