"""Members by which recordings of different years differ: added by AWS since, or left out here."""

from __future__ import annotations

import re
from datetime import date, datetime

from tests.conformance.api.cases import ApiCase
from tests.conformance.aws.compare import ABSENT, Difference

ADDED: dict[str, date] = {
    "redriveCount": date(2023, 11, 15),
    "redriveStatus": date(2023, 11, 15),
    "redriveStatusReason": date(2023, 11, 15),
    "encryptionConfiguration": date(2024, 7, 25),
}
"""By when each member was told by AWS: the day it announced the feature."""


LEFT_OUT = {"encryptionConfiguration": {"type": "AWS_OWNED_KEY"}}
"""What AWS tells since it has the member, and the emulator does not: the default, which says nothing."""


ATTEMPTS = " (SDK Attempt Count: 1)"
"""What the SDK that integrations stand on adds to an error."""
ATTEMPTS_TOLD = date(2025, 2, 1)
"""By when no recording had that yet; those since November 2025 do."""


EXITS_POINT_AT_RUN = date(2024, 11, 1)
"""By when a distributed Map's exit points at MapRunStarted; until August 2024 at MapRunSucceeded."""
_EVENT = re.compile(r"(\w+)\.events\[(\d+)\]\.previousEventId")


def recorded_on(case: ApiCase) -> date:
    """The day on which a case was recorded."""
    return datetime.strptime((case.recorded_date or "")[:10], "%d-%m-%Y").date()


def is_of_its_day(case: ApiCase, difference: Difference) -> bool:
    """Whether a difference is a member that AWS added after the day of a recording, or one left out here.

    In a task's result a member is written with a capital.
    """
    if isinstance(difference.got, str) and difference.got.endswith(ATTEMPTS):
        same = difference.got.removesuffix(ATTEMPTS) == difference.expected
        return same and recorded_on(case) < ATTEMPTS_TOLD
    member = difference.path.rpartition(".")[2]
    if member == "previousEventId":
        return _is_of_an_exit(case, difference) and recorded_on(case) < EXITS_POINT_AT_RUN
    if difference.got is ABSENT:
        return member in LEFT_OUT and difference.expected == LEFT_OUT[member]
    added = ADDED.get(member[:1].lower() + member[1:])
    return difference.expected is ABSENT and added is not None and recorded_on(case) < added


def _is_of_an_exit(case: ApiCase, difference: Difference) -> bool:
    """Whether a distributed Map's exit points at its Map Run's beginning, and was recorded with its end."""
    found = _EVENT.fullmatch(difference.path)
    if found is None:
        return False
    types = [each["type"] for each in case.expected[found[1]]["events"]]
    exits = types[int(found[2])] == "MapStateExited"
    expected, got = types[difference.expected - 1], types[difference.got - 1]
    return exits and (expected, got) == ("MapRunSucceeded", "MapRunStarted")
