"""The pipeline's functions. Patients, medications, plans and limits are all made up."""

from __future__ import annotations

from itertools import combinations
from statistics import fmean
from typing import Any

Record = dict[str, Any]

PLAUSIBLE = {"heartRate": (25, 250), "systolic": (50, 260)}
HIGH_SYSTOLIC = 140
INTERACTIONS = {
    ("mockamine", "placebol"): "may make the patient believe in both",
    ("samplex", "testacillin"): "may cause repeated testing",
}
"""Pairs of medications, each pair in alphabetical order, with what they do to each other."""
PLANS = {"plan-a": 100, "plan-b": 80}
"""How many percent each plan pays."""


class InvalidRecord(Exception):
    """A record that cannot be analysed."""


class CoverageServiceBusy(Exception):
    """The coverage service asks to come back later."""


def validate_record(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The record, if its vital signs are there and plausible."""
    record = event["record"]
    for sign, (low, high) in PLAUSIBLE.items():
        if sign not in record:
            raise InvalidRecord(f"{record['id']} has no {sign}")
        if not low <= record[sign] <= high:
            raise InvalidRecord(f"{record['id']} has a {sign} of {record[sign]}, not within {low} to {high}")
    return {"record": record}


def summarise_vitals(records: list[Record], context: Any) -> dict[str, Any]:
    """Mean heart rate and blood pressure, and whose pressure is high."""
    return {
        "meanHeartRate": round(fmean(record["heartRate"] for record in records), 1),
        "meanSystolic": round(fmean(record["systolic"] for record in records), 1),
        "highSystolic": [record["id"] for record in records if record["systolic"] >= HIGH_SYSTOLIC],
    }


def find_interactions(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A warning for each pair of a patient's medications that do not go together."""
    pairs = combinations(sorted(event["medications"]), 2)
    return {
        "warnings": [
            f"{event['id']}: {first} with {second} {INTERACTIONS[first, second]}"
            for first, second in pairs
            if (first, second) in INTERACTIONS
        ]
    }


def check_coverage(records: list[Record], context: Any) -> dict[str, Any]:
    """What each patient's plan pays; the service is busy at first, and for ``plan-offline`` always."""
    if context.attempt == 0 or any(record["plan"] == "plan-offline" for record in records):
        raise CoverageServiceBusy(f"busy at attempt {context.attempt}")
    return {
        "percent": {record["id"]: PLANS.get(record["plan"], 0) for record in records},
        "uncovered": [record["id"] for record in records if record["plan"] not in PLANS],
    }
