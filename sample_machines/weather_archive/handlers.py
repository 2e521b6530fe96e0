"""The archive's functions. They pass on whole numbers, tenths, so that no order of merging matters."""

from __future__ import annotations

from typing import Any

Row = dict[str, str]
Result = dict[str, Any]

PLAUSIBLE = (-90.0, 60.0)
"""Degrees: what has been measured on Earth lies well within."""


class ImplausibleObservation(Exception):
    """A row that no station can have reported."""


def analyse_batch(event: dict[str, Any], context: Any) -> Result:
    """What a batch of rows comes to: sums for each month, and the most extreme days."""
    hot_from, frost_below = event["BatchInput"]["hotFrom"] * 10, event["BatchInput"]["frostBelow"] * 10
    months: dict[str, list[int]] = {}
    found: Result = {"rows": len(event["Items"]), "incomplete": 0, "hotDays": 0, "frostDays": 0}
    hottest = coldest = wettest = None
    for row in event["Items"]:
        if not (row["TMAX"] and row["TMIN"] and row["PRCP"]):
            found["incomplete"] += 1
            continue
        high, low, rain = _tenths(row, "TMAX"), _tenths(row, "TMIN"), _tenths(row, "PRCP")
        month = months.setdefault(row["DATE"][5:7], [0, 0, 0])
        month[0] += 1
        month[1] += high + low
        month[2] += rain
        found["hotDays"] += high >= hot_from
        found["frostDays"] += low < frost_below
        day = (row["DATE"], row["STATION"])
        hottest = max(hottest or (high, *day), (high, *day))
        coldest = min(coldest or (low, *day), (low, *day))
        wettest = max(wettest or (rain, *day), (rain, *day))
    return {**found, "months": months, "hottest": hottest, "coldest": coldest, "wettest": wettest}


def merge_results(event: dict[str, list[Result]], context: Any) -> Result:
    """What several results come to together."""
    return _merged(event["Items"])


def summarise_year(results: list[Result], context: Any) -> dict[str, Any]:
    """The year in degrees and millimetres, as people read them."""
    year = _merged(results)
    return {
        "rows": year["rows"],
        "incomplete": year["incomplete"],
        "hotDays": year["hotDays"],
        "frostDays": year["frostDays"],
        "hottest": _day(year["hottest"], "degrees"),
        "coldest": _day(year["coldest"], "degrees"),
        "wettest": _day(year["wettest"], "millimetres"),
        "months": {
            name: {
                "days": days,
                "meanDegrees": round(total / (20 * days), 1),
                "meanMillimetres": round(rain / (10 * days), 1),
            }
            for name, (days, total, rain) in sorted(year["months"].items())
        },
    }


def _tenths(row: Row, column: str) -> int:
    try:
        value = float(row[column])
    except ValueError:
        value = float("nan")
    if column != "PRCP" and not PLAUSIBLE[0] <= value <= PLAUSIBLE[1]:
        raise ImplausibleObservation(f"{row['STATION']} on {row['DATE']}: {column} is {row[column]!r}")
    return round(value * 10)


def _merged(results: list[Result]) -> Result:
    months: dict[str, list[int]] = {}
    for result in results:
        for name, sums in result["months"].items():
            so_far = months.get(name, [0, 0, 0])
            months[name] = [one + other for one, other in zip(so_far, sums, strict=True)]
    counted = ("rows", "incomplete", "hotDays", "frostDays")
    return {
        **{name: sum(result[name] for result in results) for name in counted},
        "months": months,
        "hottest": max(_days(results, "hottest"), default=None),
        "coldest": min(_days(results, "coldest"), default=None),
        "wettest": max(_days(results, "wettest"), default=None),
    }


def _days(results: list[Result], name: str) -> list[list[Any]]:
    return [result[name] for result in results if result[name] is not None]


def _day(found: list[Any] | None, unit: str) -> dict[str, Any] | None:
    if found is None:
        return None
    tenths, date, station = found
    return {"date": date, "station": station, unit: tenths / 10}
