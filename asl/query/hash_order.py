"""The order in which Java's HashMap gives its keys back, which shows in JSON that AWS builds."""

from __future__ import annotations


def java_hash_order(keys: list[str]) -> list[str]:
    """Keys in the order in which a ``java.util.HashMap`` gives them back.

    AWS: an object built from a template has its static keys in the definition's order and then its
    computed ones in this order (122 of 122 recorded objects).
    """
    if len(keys) < 2:
        return keys
    size = 16
    while len(keys) > 0.75 * size:
        size *= 2
    return sorted(keys, key=lambda key: _spread(_java_hash(key)) & (size - 1))


def _spread(hashed: int) -> int:
    return hashed ^ (hashed >> 16)


def _java_hash(text: str) -> int:
    """``String.hashCode`` as an unsigned 32-bit number."""
    hashed = 0
    units = text.encode("utf-16-be", "surrogatepass")
    for high, low in zip(units[::2], units[1::2], strict=True):
        hashed = (31 * hashed + (high << 8 | low)) & 0xFFFFFFFF
    return hashed
