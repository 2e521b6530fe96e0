"""Randomness drawn from an execution's own seed, so that the same signals give the same bytes."""

from __future__ import annotations

from hashlib import blake2b

MAX_BITS = 512


def draw(seed: bytes, key: str, bits: int) -> int:
    """A random integer of so many bits (at most 512) for a key that is used once."""
    digest = blake2b(key.encode(), key=seed[:64], digest_size=64).digest()
    return int.from_bytes(digest, "big") >> (MAX_BITS - bits)


def seed_of(text: str) -> bytes:
    """The seed that a text stands for."""
    return blake2b(text.encode(), digest_size=32).digest()


def task_token(seed: bytes, command: str) -> str:
    """The task token of a command, by its number in the run: 256 bits as hexadecimal digits."""
    return f"{draw(seed, 'token ' + command, 256):064x}"


def uuid4(bits: int) -> str:
    """The version-4 UUID (RFC 9562) that 128 random bits make."""
    bits = (bits & ~(0xF << 76) | 4 << 76) & ~(0x3 << 62) | 2 << 62
    text = f"{bits:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
