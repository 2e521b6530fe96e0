"""Which recorded cases the API is held to, and what each leaves out of a lenient comparison."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import msgspec

from tests.conformance.aws import corpus
from tests.conformance.aws.compare import Difference
from tests.conformance.aws.selection import LAMBDA_RESOURCE, is_history, objects

AREAS = (
    "activities",
    "api_activities",
    "api_aliasing",
    "api_core",
    "api_express",
    "api_logs",
    "api_tagging",
    "api_validation",
    "api_variable_references",
    "api_versioning",
    "callback_task_token",
    "express",
    "test_state",
)


class ApiCase(corpus.Case, frozen=True):
    """A recorded case with what only the API's answers need.

    Attributes:
        lenient_skip_paths: What those who recorded it do not compare themselves: ``$..member``.
    """

    lenient_skip_paths: list[str] = []

    def tolerates(self, difference: Difference) -> bool:
        """Whether a difference does not count in a lenient comparison."""
        return any(_inside(path).search(difference.path) for path in self.lenient_skip_paths)


@cache
def _inside(path: str) -> re.Pattern[str]:
    return re.compile(rf"\.{re.escape(path.removeprefix('$..'))}(?:[.\[]|$)")


class Rule(NamedTuple):
    """A reason to leave cases out."""

    name: str
    reason: str
    leaves_out: Callable[[ApiCase], bool]


def services(case: ApiCase) -> set[str]:
    """The resources of the case's tasks that are neither Lambda functions nor activities."""
    resources = {
        str(each.get("Resource"))
        for definition in case.definitions()
        for each in objects(definition)
        if each.get("Type") == "Task"
    }
    return {each for each in resources if each.startswith("arn:") and not LAMBDA_RESOURCE.fullmatch(each)}


def _runs_a_service(case: ApiCase) -> bool:
    answers = [case.expected[key] for step in case.steps for key in step.expect or ()]
    return bool(case.started() and services(case) and any(map(is_history, answers)))


def _asks_nothing(case: ApiCase) -> bool:
    from tests.conformance.api.refusals import request_behind

    return not case.steps and all(request_behind(each) is None for each in case.expected.values())


RULES = (
    Rule("other service", "what is recorded is what a task on another service did", _runs_a_service),
    Rule("not asked here", "the state machine was made by CloudFormation", _asks_nothing),
)


def left_out_by(case: ApiCase) -> Rule | None:
    """The rule that leaves a case out, or None where it is played."""
    return next((rule for rule in RULES if rule.leaves_out(case)), None)


class _Entry(msgspec.Struct, frozen=True):
    path: str
    area: str


@cache
def recorded() -> list[ApiCase]:
    """All cases of these areas, in the order of the index; none where the recordings are missing."""
    if corpus.missing():
        return []
    folder = corpus.folder()
    index = msgspec.json.decode((folder / "INDEX.json").read_bytes(), type=list[_Entry])
    decoder = msgspec.json.Decoder(ApiCase)
    return [decoder.decode((folder / each.path).read_bytes()) for each in index if each.area in AREAS]


@cache
def played() -> list[ApiCase]:
    """The cases to play."""
    return [case for case in recorded() if left_out_by(case) is None]
