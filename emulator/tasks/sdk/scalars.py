"""Single values between JSON and botocore, and AWS's words for those that will not do."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from asl.jsontypes import JSON, InvalidJSON, dumps, encode, loads
from emulator import constraints

Faults: TypeAlias = list[str]
Writer: TypeAlias = Callable[[Any, str, Faults], Any]
"""What botocore is given for a JSON value. Also gets the member's place, and a list for what AWS's
services complain about."""
Reader: TypeAlias = Callable[[Any], JSON]
"""The JSON value of what botocore gave."""


class Unfit(Exception):
    """A value of another type than its member takes."""


class Refused(Exception):
    """Parameters that Step Functions itself refuses; the text is what it says in square brackets."""


# ------------------------------------------------------------------ what is wrong with a value


def bad_format(name: str) -> str:
    """A value of another type than the member of this name takes. Text recorded."""
    return f"The value of the field '{name}' has an invalid format"


def unknown(name: str) -> str:
    """A parameter that the operation does not have. Text from memory."""
    return f"The field '{name}' is not supported by Step Functions"


def absent(place: str) -> str:
    """A member that is required and not there."""
    return constraints.absent(_spelled(place))


def _least(value: Any, place: str, what: str, least: float) -> str:
    return constraints.broken(value, _spelled(place), constraints.least(what, least))


def _spelled(place: str) -> str:
    """A member's place as services spell it: ``tableName``."""
    return ".".join(part[:1].lower() + part[1:] for part in place.split("."))


# ------------------------------------------------------------------ to botocore


def as_it_is(value: JSON, place: str, faults: Faults) -> Any:
    """Writes any JSON value."""
    return value


def parsed_json(value: JSON, place: str, faults: Faults) -> Any:
    """A member that the SDK has as text and botocore as JSON."""
    try:
        return loads(value) if isinstance(value, str) else value
    except InvalidJSON:
        raise Unfit from None


def list_writer(member: Writer, least: int) -> Writer:
    """What writes lists of at least so many members."""

    def write(value: JSON, place: str, faults: Faults) -> list[Any]:
        if not isinstance(value, list):
            raise Unfit
        if len(value) < least:
            faults.append(_least(dumps(value), place, "length", least))
        places = [f"{place}.{i}.member" for i in range(1, len(value) + 1)]
        faults += [absent(at) for each, at in zip(value, places, strict=True) if each is None]
        return [member(each, at, faults) for each, at in zip(value, places, strict=True) if each is not None]

    return write


def map_writer(inner: Writer) -> Writer:
    """What writes maps; their keys stay as they are."""

    def write(value: JSON, place: str, faults: Faults) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Unfit
        return {key: inner(each, f"{place}.{key}", faults) for key, each in value.items() if each is not None}

    return write


def string_writer(least: int) -> Writer:
    """What writes texts of at least so many characters; what is no text becomes its JSON (recorded)."""

    def write(value: JSON, place: str, faults: Faults) -> str:
        text = value if isinstance(value, str) else dumps(value)
        if len(text) < least:
            faults.append(_least(text, place, "length", least))
        return text

    return write


def number_writer(make: Callable[[Any], Any], least: float) -> Writer:
    """What writes numbers from a least one up; texts of numbers are taken too."""

    def write(value: JSON, place: str, faults: Faults) -> Any:
        try:
            number = make(value if type(value) is not bool else None)
        except (TypeError, ValueError, OverflowError):
            raise Unfit from None
        if number < least:
            faults.append(_least(number, place, "value", least))
        return number

    return write


NUMBERS: Mapping[str, Callable[[Any], Any]] = {"integer": int, "long": int, "float": float, "double": float}


def _boolean(value: JSON, place: str, faults: Faults) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise Unfit


def streamed(value: JSON, place: str, faults: Faults) -> bytes:
    """Writes what is sent as a stream: its JSON, a text with its quotes too (recorded)."""
    return encode(value)


STREAMED = "text/plain; charset=UTF-8"
"""What a stream is called where nobody says its type (recorded)."""


def _blob(value: JSON, place: str, faults: Faults) -> bytes:
    """Text as it is, all else as JSON (inferred)."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else encode(value)


def instant(value: JSON, place: str, faults: Faults) -> datetime:
    """Writes a time from ISO text or from seconds since the epoch."""
    return _time(value, place, 1.0)


def date(value: JSON, place: str, faults: Faults) -> datetime:
    """Writes a time from ISO text or from milliseconds since the epoch."""
    return _time(value, place, 1000.0)


def _time(value: JSON, place: str, units: float) -> datetime:
    """A time, from ISO text or from a number of units since the epoch, of which a second has so many."""
    try:
        if isinstance(value, str):
            time = datetime.fromisoformat(value)
            return time if time.tzinfo else time.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / units, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise Unfit


SCALARS: Mapping[str, Writer] = {"boolean": _boolean, "blob": _blob}


# ------------------------------------------------------------------ from botocore


def same(value: Any) -> JSON:
    """Reads what is JSON already."""
    return value


def iso(value: datetime) -> str:
    """A time as Java's ``Instant`` prints it: no fraction, or one of three or six digits."""
    time = value.astimezone(UTC)
    fraction = "" if not time.microsecond else f".{time.microsecond:06}".removesuffix("000")
    return f"{time:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def milliseconds(value: datetime) -> int:
    """Reads a time as milliseconds since the epoch."""
    return round(value.timestamp() * 1000)


def _text(value: Any) -> str:
    """A blob or a stream: as text where it is UTF-8; else in Base64 (inferred), so that nothing is lost."""
    data = value.read() if hasattr(value, "read") else value
    if isinstance(data, str):
        return data
    try:
        return bytes(data).decode()
    except UnicodeDecodeError:
        return base64.b64encode(data).decode()


def _float(value: float) -> JSON:
    return value if math.isfinite(value) else str(value)


READERS: Mapping[str, Reader] = {"blob": _text, "float": _float, "double": _float}
