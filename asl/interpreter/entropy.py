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
