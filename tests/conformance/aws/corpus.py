"""The recorded cases as data: where they lie, and what their fields are called."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from tests.conformance.recordings import FOLDER_VARIABLE, recordings

RUN_KINDS = frozenset({"execution", "execution_other", "multi_execution"})
"""Kinds of case in which a state machine runs; a case with a ``table`` is one of them."""


class Step(msgspec.Struct, frozen=True):
    """One call to Step Functions that the recorded test made."""

    operation: str
    params: dict[str, Any]
    expect: list[str] | None = None
    binds: dict[str, str] | None = None
    definition_is_json: bool | None = None
    input_is_json: bool | None = None


class Behaviour(msgspec.Struct, frozen=True, rename="camel"):
    """What a Lambda function of a case does; which fields count depends on ``kind``."""

    kind: str
    value: Any = None
    body: str = ""
    char: str = ""
    count: int = 0
    prefix: str = ""
    seconds: float = 0
    error_type: str = "Exception"
    error_message: str = ""
    line: int | None = None


class Row(msgspec.Struct, frozen=True):
    """One small run of a case that is a table."""

    definition: Any
    input: Any
    expected_output: Any


class Binding(msgspec.Struct, frozen=True):
    """What a placeholder stood for: a literal, or whatever a regular expression matches."""

    placeholder: str
    example: str | None = None
    pattern: str | None = None


class Case(msgspec.Struct, frozen=True):
    """One recorded test; the fields are explained beside the recordings, in FORMAT.md."""

    id: str
    area: str
    kind: str
    recorded_date: str | None
    lambdas: dict[str, Behaviour]
    steps: list[Step]
    expected: dict[str, Any]
    expected_without_step: list[str]
    bindings: list[Binding]
    unordered_parallel: bool
    table: list[Row] | None = None

    def definitions(self) -> list[Any]:
        """Every definition that the case sends, as an object or as text."""
        sent = [step.params["definition"] for step in self.steps if "definition" in step.params]
        return sent + [row.definition for row in self.table or []]

    def started(self) -> list[Step]:
        """The steps that start an execution."""
        return [step for step in self.steps if step.operation in {"StartExecution", "StartSyncExecution"}]


class _Entry(msgspec.Struct, frozen=True):
    path: str
    kind: str


def folder() -> Path:
    """The folder of the AWS recordings, whether or not it is there."""
    return recordings() / "aws"


def missing() -> str | None:
    """Why nothing can be played, or None when the recordings are there."""
    if (folder() / "INDEX.json").is_file():
        return None
    return f"no recorded answers at {folder()}; set {FOLDER_VARIABLE} to the folder that holds aws/"


@cache
def runs() -> list[Case]:
    """All cases in which a state machine runs, in the order of the index."""
    index = msgspec.json.decode((folder() / "INDEX.json").read_bytes(), type=list[_Entry])
    decoder = msgspec.json.Decoder(Case)
    return [decoder.decode((folder() / each.path).read_bytes()) for each in index if each.kind in RUN_KINDS]


@cache
def other_kinds() -> int:
    """How many cases of the index run no state machine."""
    index = msgspec.json.decode((folder() / "INDEX.json").read_bytes(), type=list[_Entry])
    return sum(each.kind not in RUN_KINDS for each in index)
