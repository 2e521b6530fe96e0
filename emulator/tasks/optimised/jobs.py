"""Jobs that ``.sync`` tasks begin: asked after until they end, and ended when nobody waits any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asl.errors import RUNTIME, TASK_FAILED
from asl.handlers import Answer, Follow
from asl.jsontypes import JSON, dumps
from asl.signals import TaskSubmitted
from emulator.answers import POLLS
from emulator.ports import Unreachable
from emulator.tasks.call import Call
from emulator.tasks.optimised.job_table import JOBS, Job
from emulator.tasks.optimised.table import Service
from emulator.tasks.sdk.calls import ask
from emulator.tasks.sdk.faults import Fault

SECONDS = 1.0
"""How often is asked. AWS is told of most jobs' ends by events; ours are asked after."""
PATIENCE = 5
"""How many times in a row a service may not answer, or be too busy to, before the task fails."""


def begun(call: Call, service: Service, answer: Answer) -> Answer:
    """The answer to a task's first call, with how to look after the job that it began."""
    job = JOBS.get(f"{call.task.service}:{call.action}")
    if job is None or call.task.pattern != "sync":
        return answer
    submitted = answer.signals[0]
    assert isinstance(submitted, TaskSubmitted)  # of a sync task that did not fail
    return Answer(answer.signals, answer.seconds, _follow(call, service, job, submitted.output, 0))


def resumed(call: Call, service: Service, output: JSON) -> Answer:
    """How to look after a job that was begun before, by what its first call answered."""
    job = JOBS.get(f"{call.task.service}:{call.action}")
    if job is None:
        return call.failed(
            RUNTIME, f"Nothing here knows how to find out what became of {call.task.resource}."
        )
    return Answer((), follow=_follow(call, service, job, output, 0))


def _follow(call: Call, service: Service, job: Job, output: JSON, silent: int) -> Follow:
    return Follow(
        look=lambda now: _look(call, service, job, output, silent),
        seconds=SECONDS,
        cancel=lambda: _cancel(call, service, job, output),
    )


def _look(call: Call, service: Service, job: Job, output: JSON, silent: int) -> Answer:
    """The task's end if the job has ended, else how to look on.

    Args:
        call: The task.
        service: How its service is called.
        job: How it is asked after.
        output: What the first call answered.
        silent: How often in a row there was no answer.
    """
    known = {"answer": output, "input": call.parameters}
    operation = POLLS[f"{call.task.service}:{call.action}"]
    try:
        told = ask(call, service.manner, operation, filled(job.ask, known)).result
    except Fault as fault:
        if fault.code and fault.code == job.gone:
            return call.ended(_plain(output))
        if fault.passing and silent < PATIENCE:
            return Answer((), follow=_follow(call, service, job, output, silent + 1))
        return call.failed(fault.error, fault.cause)
    except Unreachable as error:
        return call.failed(RUNTIME, str(error))
    state = found(told, job.state)
    if state in job.failed or (state in job.done and job.broken is not None and job.broken(told)):
        return call.failed(TASK_FAILED, dumps(filled(job.result, {**known, "told": told})))
    if state in job.done:
        return call.ended(filled(job.result, {**known, "told": told}))
    return Answer((), follow=_follow(call, service, job, output, 0))


def _cancel(call: Call, service: Service, job: Job, output: JSON) -> None:
    """Ends a job as well as can be: it may have ended, or nobody may answer."""
    if job.cancel is None:
        return
    operation, members = job.cancel
    try:
        ask(call, service.manner, operation, filled(members, {"answer": output, "input": call.parameters}))
    except (Fault, Unreachable):
        return


def _plain(output: JSON) -> JSON:
    """A first answer without what it tells of the response."""
    if not isinstance(output, dict):
        return output
    return {name: each for name, each in output.items() if not name.startswith("Sdk")}


# ------------------------------------------------------------------ templates


def filled(template: Any, known: Mapping[str, JSON]) -> Any:
    """A template of `JOBS` with its paths replaced by what they lead to; members without are left out."""
    if isinstance(template, Mapping):
        members = {name: filled(each, known) for name, each in template.items()}
        return {name: each for name, each in members.items() if each is not None}
    if isinstance(template, list):
        return [each for each in (filled(one, known) for one in template) if each is not None]
    if isinstance(template, str) and template.startswith("$"):
        return found(known, template[1:])
    return template


def found(value: JSON, path: str) -> JSON:
    """What a path of names and indexes, separated by dots, leads to; None where it leads nowhere."""
    for part in path.split("."):
        if isinstance(value, list):
            value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value
