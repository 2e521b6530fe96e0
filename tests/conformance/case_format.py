"""The conformance format: what a case file may say, and how its files are read.

A file under ``cases/<area>/`` holds one case or a list of cases; a case with ``rows`` is a table of runs
that share its definition. In any value of a case the string ``<x*9>`` stands for nine times x; in a
table's definition the string ``<rule>`` stands for the row's ``fill.rule``, and a member named ``...``
with an object gives that object's members to the object around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

CASES = Path(__file__).parent / "cases"

JSON: TypeAlias = Any
Evidence = Literal["recorded", "measured", "guide", "specification", "inferred"]
"""Who says so: AWS's recorded answers, third-party measurements on AWS, AWS's guide, the language's
specification, or nobody but plain sense."""


class Expect(msgspec.Struct, forbid_unknown_fields=True):
    """How a run must end; what is left out is not looked at, and null for error or cause means none.

    Attributes:
        status: SUCCEEDED, FAILED or TIMED_OUT; by default whichever the other members imply.
        output: The output, compared as compact JSON text, so that the order of keys counts.
        error: The error name.
        cause: The text with it.
        events: The whole history, one string an event: ``id<previousEventId Type`` and, in braces,
            members that its details must have (null: must not have). A detail that AWS writes as
            JSON text may stand as the value it is the text of.
        times: Virtual seconds from the start to events, by event id.
    """

    status: str | None = None
    output: JSON = msgspec.UNSET
    error: str | msgspec.UnsetType | None = msgspec.UNSET
    cause: str | msgspec.UnsetType | None = msgspec.UNSET
    events: list[str] | None = None
    times: dict[str, float] = {}

    @property
    def ends(self) -> str:
        """The status that is expected."""
        if self.status is not None:
            return self.status
        return "SUCCEEDED" if self.error is self.cause is msgspec.UNSET else "FAILED"


class Row(msgspec.Struct, forbid_unknown_fields=True):
    """One run of a table; what it leaves out the case says."""

    expect: Expect
    about: str = ""
    fill: dict[str, JSON] = {}
    input: JSON = msgspec.UNSET
    tasks: dict[str, JSON] | msgspec.UnsetType = msgspec.UNSET


class Case(msgspec.Struct, forbid_unknown_fields=True):
    """One run and what must come of it, or a table of runs.

    Attributes:
        about: The rule that it shows, in one sentence.
        evidence: Who says so.
        definition: The state machine.
        input: The execution's input.
        tasks: By function, activity or ``service:action``, what a call is answered: one answer for
            every call, or a list with an answer for each call and no more calls.
        options: Arguments of `asl.simulate`.
        redrives: How often the execution is redriven, each time as soon as it has ended.
        expect: How it must end.
        rows: The runs of a table.
    """

    about: str
    evidence: Evidence
    definition: dict[str, JSON]
    input: JSON = {}
    tasks: dict[str, JSON] = {}
    options: dict[str, JSON] = {}
    redrives: int = 0
    expect: Expect | None = None
    rows: list[Row] = []


class Run(msgspec.Struct, frozen=True):
    """One run, ready to be simulated."""

    title: str
    definition: dict[str, JSON]
    input: JSON
    tasks: dict[str, JSON]
    options: dict[str, JSON]
    expect: Expect
    redrives: int = 0


def runs() -> Iterator[tuple[str, Run]]:
    """Every run of every case file, with an id that says where it stands."""
    for file in sorted(CASES.rglob("*.json")):
        place = file.relative_to(CASES).with_suffix("").as_posix()
        for number, case in enumerate(_cases(file), 1):
            for row, run in enumerate(_runs(case), 1):
                yield f"{place}:{number}" + (f".{row}" if case.rows else ""), run


def _cases(file: Path) -> list[Case]:
    try:
        found = _repeated(msgspec.json.decode(file.read_bytes()))
        return msgspec.convert(found if isinstance(found, list) else [found], list[Case])
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{file}: {error}") from None


def _runs(case: Case) -> Iterator[Run]:
    title = f"{case.about} ({case.evidence})"
    if case.expect is not None:
        yield Run(title, case.definition, case.input, case.tasks, case.options, case.expect, case.redrives)
    for row in case.rows:
        yield Run(
            f"{title} {row.about}".rstrip(),
            _filled(case.definition, row.fill),
            case.input if row.input is msgspec.UNSET else row.input,
            case.tasks if row.tasks is msgspec.UNSET else row.tasks,
            case.options,
            row.expect,
            case.redrives,
        )


_REPEATED = re.compile(r"<(.)\*(\d+)>")


def _repeated(value: JSON) -> JSON:
    """A value with its ``<x*9>`` written out."""
    if isinstance(value, dict):
        return {key: _repeated(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_repeated(each) for each in value]
    if isinstance(value, str):
        return _REPEATED.sub(lambda found: found[1] * int(found[2]), value)
    return value


def _filled(value: JSON, fill: dict[str, JSON]) -> JSON:
    """A table's definition with a row's own parts in their places."""
    if isinstance(value, list):
        return [_filled(each, fill) for each in value]
    if isinstance(value, str) and value[:1] == "<" and value[1:-1] in fill:
        return fill[value[1:-1]]
    if not isinstance(value, dict):
        return value
    filled: dict[str, JSON] = {}
    for key, member in value.items():
        filled |= _filled(member, fill) if key == "..." else {key: _filled(member, fill)}
    return filled
