"""The functions on JSON itself: text to value, value to text, object into object."""

from __future__ import annotations

from functools import lru_cache

from asl.jsontypes import JSON, InvalidJSON, dumps, loads
from asl.query.hash_order import java_hash_order
from asl.query.intrinsics.arguments import Refusal, document, string, unexpected
from asl.query.intrinsics.strings import MAX_TEXT


def parsed(text: JSON) -> JSON:
    """States.StringToJson."""
    try:
        return loads(string(text, 1))
    except InvalidJSON as invalid:
        reason = f"{invalid.message} at character {invalid.offset}"
    raise Refusal(f"{unexpected(text, 1, 'JSON text')} ({reason})")


def serialized(value: JSON) -> str:
    """States.JsonToString."""
    text = dumps(value)
    if len(text) > MAX_TEXT:  # each nested call doubles the backslashes
        raise Refusal(f"expected a value of at most {MAX_TEXT:,} characters as JSON")
    return text


def merged(first: JSON, second: JSON, deep: JSON) -> dict[str, JSON]:
    """States.JsonMerge: shallow, and the second object wins.

    AWS: {a, b, d} and {a, c, d} came back as {a, b, c, d} (recorded), so the keys are in the
    order of a HashMap, as in payload templates, and not in that of insertion.
    """
    below, above = document(first, 1), document(second, 2)
    if deep is not False:
        raise unexpected(deep, 3, "false")
    both = {**below, **above}
    return {name: both[name] for name in _ordered(tuple(both))}


@lru_cache(maxsize=256)
def _ordered(names: tuple[str, ...]) -> list[str]:
    """The order of a set of keys; a machine merges the same few sets over and over."""
    return java_hash_order(list(names))
