"""One run of a machine, as several commands make it: simulated, and refused where it cannot begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from asl import InvalidExecutionInput, Result, StateMachine, simulate
from cli.input import Input
from cli.refusal import Refusal
from cli.services import RunServices, runner
from cli.steps import Steps

if TYPE_CHECKING:
    from asl.simulate import ChildEnded
    from emulator.tasks.mocks import TestCase


def one_run(
    machine: StateMachine,
    machine_name: str,
    given: Input,
    means: tuple[dict[str, Any], TestCase | None, RunServices],
    *,
    kind: Literal["STANDARD", "EXPRESS"],
    region: str,
    name: str,
    seed: str,
    start_time: float | None,
    task_seconds: float | None,
    quotas: bool,
    steps: Steps | None = None,
    child_ended: ChildEnded | None = None,
) -> Result:
    """Runs a machine to its end.

    Args:
        machine: The machine.
        machine_name: What it is called.
        given: The input.
        means: Functions by name, what is mocked, and what has no function is reached by these services;
            they are closed.
        kind: As `asl.simulate` is given it, like all that follow.
        region: Where it runs.
        name: What the execution is called.
        seed: What random draws come from.
        start_time: When it begins.
        task_seconds: How long tasks take.
        quotas: Whether AWS's quotas are kept.
        steps: Shows its steps; closed too.
        child_ended: Is shown the executions that its Map Runs start.

    Raises:
        Refusal: It cannot begin with this input.
    """
    tasks = runner(
        *means,
        machine_name=machine_name,
        name=name,
        kind=kind,
        seed=seed,
        region=region,
        task_seconds=task_seconds,
        quotas=quotas,
        watcher=None if steps is None else steps.map_run,
    )
    try:
        return simulate(
            machine,
            given.value,
            handlers=tasks,
            quotas=quotas,
            seed=seed,
            start_time=start_time,
            name=name,
            type=kind,
            input_text=given.text,
            machine_name=machine_name,
            region=region,
            observer=steps,
            child_ended=child_ended,
        )
    except InvalidExecutionInput as error:
        raise Refusal(str(error)) from None
    finally:
        means[2].close()
        if steps is not None:
            steps.close()
