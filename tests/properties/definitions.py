"""Definitions that were valid once: those of the samples and cases, spoilt in a few places."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.properties.texts import ANY_TEXT, EXPRESSIONS, INTRINSIC_CALLS, PATHS, spoilt

ROOT = Path(__file__).parents[2]
FILES = [
    *(ROOT / "sample_machines").glob("*/machine.asl.json"),
    *(ROOT / "tests" / "conformance" / "cases").glob("*/*.json"),
]
LARGEST = 4_000


def _definitions() -> Iterator[dict[str, Any]]:
    for file in sorted(FILES):
        content = json.loads(file.read_text(encoding="utf-8"))
        for each in content if isinstance(content, list) else [content]:
            definition = each.get("definition", each)
            if "States" in definition and len(json.dumps(definition)) <= LARGEST:
                yield definition


def _keys(value: Any) -> Iterator[str]:
    for holder, key in places(value):
        if isinstance(holder, dict):
            yield key


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every member of a value, as what holds it and its key or index there."""
    found: list[tuple[Any, Any]] = []
    pending = [value]
    while pending:
        holder = pending.pop()
        members = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for key, member in members:
            found.append((holder, key))
            if isinstance(member, dict | list):
                pending.append(member)
    return found


VALID = list(_definitions())
KEYS = sorted({key for definition in VALID for key in _keys(definition)})
ODD: list[Any] = [
    None, True, False, 0, 1, -1, 1.5, 1e300, 10**30, 99_999_999, 99_999_999_999, "", "a", "States.ALL",
    "States.Runtime", [], {}, [[]], [{}], {"a": 1}, [1, "a"], {"a.$": "$.a"}, "JSONata", "JSONPath", "Pass",
    "Map", "Wait", "2020-01-01T00:00:00Z", "arn:aws:states:::lambda:invoke", "arn:aws:states:::x:y.sync:2",
]  # fmt: skip


def _alike(value: Any) -> st.SearchStrategy[Any]:
    """Another value for a place, so that the definition may stay valid."""
    match value:
        case bool():
            return st.booleans()
        case int() | float():
            return st.integers(0, 5) | st.sampled_from([0.5, 99_999_999])
        case str() if value.startswith("{%"):
            inner = value.removeprefix("{%").removesuffix("%}")
            return (spoilt(st.just(inner)) | EXPRESSIONS).map("{{%{}%}}".format)
        case str() if value.startswith("States."):
            return spoilt(st.just(value)) | INTRINSIC_CALLS
        case str() if value.startswith("$"):
            return spoilt(st.just(value)) | PATHS
    return st.just(value)


@st.composite
def spoilt_definitions(draw: st.DrawFn) -> Any:
    """A definition with members left out, replaced, moved, renamed or added."""
    definition = copy.deepcopy(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(0, 4))):
        found = places(definition)
        if not found:
            break
        holder, key = found[draw(st.integers(0, len(found) - 1))]
        match draw(st.sampled_from(["alike", "alike", "remove", "odd", "text", "copy", "rename", "add"])):
            case "alike":
                holder[key] = draw(_alike(holder[key]))
            case "remove":
                del holder[key]
            case "odd":
                holder[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
            case "text":
                holder[key] = draw(ANY_TEXT)
            case "copy":
                other, at = found[draw(st.integers(0, len(found) - 1))]
                holder[key] = copy.deepcopy(other[at])
            case "rename" if isinstance(holder, dict):
                holder[draw(st.sampled_from(KEYS))] = holder.pop(key)
            case "add" if isinstance(holder, dict):
                holder[draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(st.sampled_from(ODD)))
    return definition


@st.composite
def spoilt_documents(draw: st.DrawFn) -> str:
    """The text of a definition, with a slice of it left out, doubled or replaced."""
    text = json.dumps(draw(st.sampled_from(VALID)), indent=draw(st.sampled_from([None, 1])))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 20)))
    piece = draw(
        st.sampled_from(
            ["", text[start:end] * 2, "{", "]", '"', ",", ":", "null", "1e999", "\\", "\\ud800", "\0"]
        )
        | st.text(max_size=3)
    )
    return text[:start] + piece + text[end:]
