"""Writes a year of made-up observations, as many rows as are asked for, as public archives have them.

    python sample_machines/weather_archive/generate.py 1000000 --out /tmp/weather

FOLDER is then the root of two buckets: one with the file 2024.csv, and an empty one for results. The same
number of rows and the same seed give the same file, byte for byte, on every computer. No row is kept in
memory.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

ARCHIVE, KEY, RESULTS = "weather-archive", "2024.csv", "weather-results"
HEADER = "STATION,DATE,TMAX,TMIN,PRCP"
FIRST_DAY = date(2024, 1, 1)
DAYS = [FIRST_DAY + timedelta(days=number) for number in range(366)]
NORMALS = (10, 25, 65, 110, 155, 190, 210, 205, 160, 110, 55, 20)
"""Tenths of a degree: the mean of each month at a station at sea level."""


def rows(count: int, seed: int = 2024) -> Iterator[str]:
    """So many lines below the header: a station's whole year, then the next station's."""
    random = Random(seed).random  # the one method that Python promises to keep as it is
    offset = warmth = 0
    for number in range(count):
        station, day = divmod(number, len(DAYS))
        if day == 0:
            offset = int(random() * 160) - 100
        warmth = warmth * 3 // 4 + int(random() * 61) - 30
        high, rain = _normal(DAYS[day]) + offset + warmth + 45, max(0, int(random() * 400) - 300)
        low = high - 40 - int(random() * 100)
        values = [_tenths(high), _tenths(low), _tenths(rain)]
        lost = int(random() * 300)
        if lost < len(values):
            values[lost] = ""
        yield f"DEMO{station + 1:07},{DAYS[day]},{','.join(values)}"


def write(count: int, folder: Path, seed: int = 2024) -> Path:
    """Makes the buckets, and gives the file."""
    for bucket in (ARCHIVE, RESULTS):
        (folder / bucket).mkdir(parents=True, exist_ok=True)
    path = folder / ARCHIVE / KEY
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEADER + "\n")
        file.writelines(f"{row}\n" for row in rows(count, seed))
    return path


def _normal(day: date) -> int:
    """Between the means of a month and of the next one, as far as the month is."""
    this, following = NORMALS[day.month - 1], NORMALS[day.month % 12]
    return this + (following - this) * day.day // 31


def _tenths(value: int) -> str:
    return f"{'-' if value < 0 else ''}{abs(value) // 10}.{abs(value) % 10}"


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=int, metavar="ROWS", help="how many rows below the header")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the root of the buckets")
    parser.add_argument("--seed", type=int, default=2024, metavar="NUMBER", help="another one, another year")
    options = parser.parse_args()
    if options.rows < 0:
        parser.error(f"ROWS is to be 0 or more, not {options.rows}")
    try:
        path = write(options.rows, options.out, options.seed)
    except OSError as error:
        parser.error(f"cannot write below {options.out}: {error.strerror}")
    print(f"{path}: {options.rows:,} rows, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    _main()
