"""The runner of local-web-services' interpreter, in this process and not over HTTP."""

from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.util
import json
import time

from benchmarks.measure import Job, Times, sample, serve
from benchmarks.workloads import WORKLOADS


def version() -> str | None:
    """The installed version, None if it or the JSONata that it needs is missing."""
    if not all(importlib.util.find_spec(name) for name in ("lws", "jsonata")):
        return None
    return importlib.metadata.version("local-web-services")


def measure(job: Job) -> Times:
    """The times of its engine's execute, without the provider and the server that stand around it."""
    # Here and not above, so that version() can be asked where local-web-services is not installed.
    from lws.providers.stepfunctions.asl_parser import parse_definition
    from lws.providers.stepfunctions.engine import ExecutionEngine

    workload = WORKLOADS[job.workload](job.size)
    text = json.dumps(workload.definition)
    parses = []
    for _ in range(job.parses):
        start = time.perf_counter()
        machine = parse_definition(text)
        parses.append(time.perf_counter() - start)

    # One loop for all runs: to make one takes longer than a short run.
    loop = asyncio.new_event_loop()
    runs, history = sample(
        job, lambda: loop.run_until_complete(ExecutionEngine(machine).execute(workload.input))
    )
    loop.close()
    if history.status.name != "SUCCEEDED":
        return Times(problem=f"failed: {history.status.name} {history.error} {history.cause}"[:160])
    return Times(parses, runs, history.output_data)


if __name__ == "__main__":
    serve(measure)
