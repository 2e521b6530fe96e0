"""The runner of ministack's interpreter, in this process and not over HTTP."""

from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.util
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from benchmarks.measure import Job, Times, sample, serve
from benchmarks.workloads import WORKLOADS

ROLE = "arn:aws:iam::000000000000:role/benchmark"


def version() -> str | None:
    """The installed version, None if it or the JSONata that it needs is missing."""
    if not all(importlib.util.find_spec(name) for name in ("ministack", "jsonata")):
        return None
    return importlib.metadata.version("ministack")


def measure(job: Job) -> Times:
    """The times of StartSyncExecution, which runs a machine to its end and answers with its output."""
    # Here and not above, so that version() can be asked where ministack is not installed.
    from ministack.services import stepfunctions

    workload = WORKLOADS[job.workload](job.size)
    definition, given = json.dumps(workload.definition), json.dumps(workload.input)
    loop = asyncio.new_event_loop()

    def call(action: str, **request: str) -> dict[str, Any]:
        headers = {"x-amz-target": f"AWSStepFunctions.{action}"}
        handled = stepfunctions.handle_request("POST", "/", headers, json.dumps(request).encode(), {})
        status, _, body = loop.run_until_complete(handled)
        answer: dict[str, Any] = json.loads(body)
        if status != 200:
            raise RuntimeError(f"{action}: {answer}")
        return answer

    parses = []
    for number in range(job.parses):
        start = time.perf_counter()
        created = call("CreateStateMachine", name=f"m{number}", definition=definition, roleArn=ROLE)
        parses.append(time.perf_counter() - start)
    machine = created["stateMachineArn"]

    with _without_pause(stepfunctions):
        runs, answer = sample(job, lambda: call("StartSyncExecution", stateMachineArn=machine, input=given))
    loop.close()
    if answer["status"] != "SUCCEEDED":
        return Times(problem=f"failed: {answer['status']} {answer.get('error')} {answer.get('cause')}"[:160])
    return Times(parses, runs, json.loads(answer["output"]))


@contextmanager
def _without_pause(stepfunctions: Any) -> Iterator[None]:
    """In ministack's favour: each execution begins with a pause of 0.15 seconds, which is left out here."""
    clock = SimpleNamespace(**vars(time))
    clock.sleep = lambda seconds: None
    with patch.object(stepfunctions, "time", clock):
        yield


if __name__ == "__main__":
    serve(measure)
