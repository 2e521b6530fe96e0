"""Members that AWS added to its answers after some of the cases were recorded."""

from __future__ import annotations

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


def recorded_on(case: ApiCase) -> date:
    """The day on which a case was recorded."""
    return datetime.strptime((case.recorded_date or "")[:10], "%d-%m-%Y").date()


def is_newer(case: ApiCase, difference: Difference) -> bool:
    """Whether a difference is a member that AWS did not have yet when the case was recorded."""
    added = ADDED.get(difference.path.rpartition(".")[2])
    return difference.expected is ABSENT and added is not None and recorded_on(case) < added
