"""How an HTTP Task writes query parameters and form bodies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote_plus, urlsplit, urlunsplit

from asl.jsontypes import JSON, dumps

ARRAY_FORMATS = ("INDICES", "REPEAT", "COMMAS", "BRACKETS")


def with_query(url: str, parameters: Mapping[str, JSON]) -> str:
    """A URL with more query parameters; a list gives one each (guide)."""
    if not parameters:
        return url
    parts = urlsplit(url)
    query = form(parameters, "REPEAT")
    return urlunsplit(parts._replace(query=f"{parts.query}&{query}" if parts.query else query))


def form(fields: Mapping[str, JSON], array_format: str = "INDICES") -> str:
    """Fields as ``application/x-www-form-urlencoded`` has them.

    Args:
        fields: The fields. Members of an object become ``a[b]=x`` (inferred from the arrays).
        array_format: One of `ARRAY_FORMATS`: ``a[0]=x&a[1]=y``, ``a=x&a=y``, ``a=x,y``, ``a[]=x&a[]=y``.
    """
    pairs = (pair for name, value in fields.items() for pair in _pairs(_quoted(name), value, array_format))
    return "&".join(f"{name}={value}" for name, value in pairs)


def _pairs(name: str, value: JSON, array_format: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _pairs(f"{name}[{_quoted(key)}]", each, array_format)
    elif not isinstance(value, list):
        yield name, _quoted(text(value))
    elif array_format == "COMMAS":
        yield name, ",".join(_quoted(text(each)) for each in value)
    else:
        for index, each in enumerate(value):
            marks = {"INDICES": f"[{index}]", "BRACKETS": "[]"}
            yield from _pairs(name + marks.get(array_format, ""), each, array_format)


def text(value: JSON) -> str:
    """A value as it stands in a header, a query or a form: a string itself, null as nothing, else JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else dumps(value)


def _quoted(value: str) -> str:
    return quote_plus(value, safe="")
