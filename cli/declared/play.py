"""Declared tests played: each case runs by itself, with its functions loaded anew."""

from __future__ import annotations

import msgspec

from asl import InvalidExecutionInput, Result, simulate
from asl.defaults import REGION
from cli.declared.coverage import Coverage
from cli.declared.expectation import failures
from cli.declared.suite import Case, Suite
from cli.handlers_file import load_with_setups
from cli.options import endpoints
from cli.refusal import Refusal
from cli.services import RunServices, runner

NAME = "test"
"""What the execution of every case is called."""


class Verdict(msgspec.Struct, frozen=True):
    """What came of a case.

    Attributes:
        name: The case's name.
        failures: What it did otherwise than expected; empty if it passed.
        status: How its run ended.
        transitions: Its state transitions.
        milliseconds: How long it took on the virtual clock.
    """

    name: str
    failures: tuple[str, ...]
    status: str
    transitions: int
    milliseconds: int

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.failures


class Played(msgspec.Struct, frozen=True):
    """What came of a file's cases.

    Attributes:
        suite: The cases.
        verdicts: What came of each that was run.
        coverage: What of the machine they visited, all together.
    """

    suite: Suite
    verdicts: tuple[Verdict, ...]
    coverage: Coverage


def played(suite: Suite, cases: list[Case]) -> Played:
    """Runs some cases of a file.

    Raises:
        Refusal: Functions cannot be loaded, or an input is larger than AWS takes.
    """
    coverage = Coverage(suite.machine)
    verdicts = []
    for each in cases:
        try:
            result = _run(suite, each)
        except InvalidExecutionInput as error:
            raise Refusal(f"{suite.file}: the case '{each.name}' cannot be run: {error}") from None
        coverage.add(result.history)
        told = tuple(failures(each.expected, result, each.input))
        verdicts.append(Verdict(each.name, told, result.status, result.transitions, result.history.span()))
    return Played(suite, tuple(verdicts), coverage)


def _run(suite: Suite, case: Case) -> Result:
    own, setups = load_with_setups(case.handlers)
    services = RunServices(endpoints(None), region=REGION, template=suite.machine_file.template)
    tasks = runner(
        suite.machine_file.functions() | own,
        case.mocks,
        services,
        machine_name=suite.machine_name,
        name=NAME,
        kind=suite.type,
        seed=case.seed,
        region=REGION,
        task_seconds=case.task_seconds,
    )
    try:
        services.prepare(setups)
        return simulate(
            suite.machine,
            case.input,
            handlers=tasks,
            seed=case.seed,
            start_time=case.start_time,
            name=NAME,
            type=suite.type,
            machine_name=suite.machine_name,
            region=REGION,
        )
    finally:
        services.close()
