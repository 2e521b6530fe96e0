"""The functions that encode, decode and digest strings."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from asl.jsontypes import JSON
from asl.query.intrinsics.arguments import string, unexpected

# Limit: characters that Base64Encode, Base64Decode and Hash take.
MAX_CHARACTERS = 10_000

_ALGORITHMS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}
_FOREIGN = re.compile(r"[^A-Za-z0-9+/=]")


def encoded(text: JSON) -> str:
    """States.Base64Encode.

    The guide speaks of the MIME scheme, whose lines end after 76 characters; no recording is
    long enough to show whether AWS breaks lines, and this does not.
    """
    return base64.b64encode(_bytes(string(text, 1, MAX_CHARACTERS))).decode()


def decoded(text: JSON) -> str:
    """States.Base64Decode.

    As the MIME scheme has it, characters that are not of the alphabet are passed over; as in
    Java, padding may be missing, and bytes that are no UTF-8 become U+FFFD.
    """
    digits = _FOREIGN.sub("", string(text, 1, MAX_CHARACTERS))
    body = digits.rstrip("=")
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True).decode("utf-8", "replace")
    except binascii.Error:
        raise unexpected(text, 1, "a Base64 string") from None


def digest(text: JSON, algorithm: JSON) -> str:
    """States.Hash."""
    data = _bytes(string(text, 1, MAX_CHARACTERS))
    name = _ALGORITHMS.get(string(algorithm, 2))
    if name is None:
        raise unexpected(algorithm, 2, f"one of {', '.join(_ALGORITHMS)}")
    return hashlib.new(name, data, usedforsecurity=False).hexdigest()


def _bytes(text: str) -> bytes:
    """UTF-8, where a lone surrogate becomes a question mark, as in Java."""
    return text.encode("utf-8", "replace")
