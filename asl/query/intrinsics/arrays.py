"""The functions on arrays: make, cut, search, measure."""

from __future__ import annotations

from collections.abc import Hashable

from asl.jsontypes import JSON
from asl.query.intrinsics.arguments import Refusal, array, integer, unexpected

# Limit: items that States.ArrayRange makes at most.
MAX_RANGE = 1000


def of(*items: JSON) -> list[JSON]:
    """States.Array."""
    return list(items)


def partition(items: JSON, size: JSON) -> list[list[JSON]]:
    """States.ArrayPartition.

    The guide's limit of 256 KiB is that of every payload, and is kept where payloads are measured.
    """
    whole = array(items, 1)
    step = integer(size, 2)
    if step < 1:
        raise unexpected(size, 2, "a positive integer")
    return [whole[start : start + step] for start in range(0, len(whole), step)]


def contains(items: JSON, wanted: JSON) -> bool:
    """States.ArrayContains."""
    whole = array(items, 1)
    if wanted not in whole:  # Python's equality is the coarser one, and fast
        return False
    sought = identity(wanted)
    return any(identity(each) == sought for each in whole)


def span(first: JSON, last: JSON, step: JSON) -> list[int]:
    """States.ArrayRange: both ends belong to it.

    A step that leads away from the last value gives no items; what AWS does then is not recorded.
    """
    start, end, stride = integer(first, 1), integer(last, 2), integer(step, 3)
    if stride == 0:
        raise unexpected(step, 3, "a step other than zero")
    count = max(0, (end - start) // stride + 1)
    if count > MAX_RANGE:
        raise Refusal(f"expected a range of at most {MAX_RANGE} items, but it has {count}")
    return [start + stride * index for index in range(count)]


def item(items: JSON, index: JSON) -> JSON:
    """States.ArrayGetItem."""
    whole = array(items, 1)
    place = integer(index, 2)
    if not 0 <= place < len(whole):
        raise unexpected(index, 2, f"an index into an array of {len(whole)} items")
    return whole[place]


def length(items: JSON) -> int:
    """States.ArrayLength."""
    return len(array(items, 1))


def unique(items: JSON) -> list[JSON]:
    """States.ArrayUnique: the first of equal items stays, in its place."""
    first: dict[Hashable, JSON] = {}
    for each in array(items, 1):
        first.setdefault(identity(each), each)
    return list(first.values())


def identity(value: JSON) -> Hashable:
    """A key that two values share if, and only if, they are equal as AWS compares them.

    AWS: objects compare without regard to order (recorded). That 1 and 1.0 differ is inferred:
    States.Format prints plain Java objects, and an Integer there never equals a Double.
    """
    if isinstance(value, list):
        return list, tuple([identity(each) for each in value])
    if isinstance(value, dict):
        return dict, frozenset((name, identity(each)) for name, each in value.items())
    return type(value), value
