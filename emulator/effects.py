"""What requests add to AWS services that the same request would add again."""

from __future__ import annotations

import re

from emulator.asked import action, described
from emulator.transport import Request

_READS = ("Get", "List", "Describe", "BatchGet", "Query", "Scan", "Head", "Receive", "Search", "Lookup")
_SETS = ("Put", "Delete", "Set", "Tag", "Untag", "BatchWrite", "Create", "Update", "TransactWrite")
"""What these have done stands there once, however often it is asked for; a second Create is refused."""

_ADDS = frozenset({"PutEvents", "PutRecord", "PutRecordBatch", "PutRecords", "PutMetricData", "PutLogEvents"})
"""What begins like a replacement, and is none."""

_COUNTS = re.compile(rb"\bADD\b|[+-] ?:|list_append")
"""In an update's expression: what a second time changes again."""


def added(request: Request) -> str | None:
    """What a request adds that the same request would add again: ``sqs's SendMessage``; None for nothing.

    By the names of operations, which are AWS's; of REST requests, by their methods. An update is held to add
    where its expression counts, appends or adds to a set.
    """
    name = action(request)
    if not name:
        return described(request) if request.method in ("POST", "PATCH") else None
    if name == "UpdateItem":
        return described(request) if _COUNTS.search(request.body) else None
    if name not in _ADDS and name.startswith(_READS + _SETS):
        return None
    return described(request)
