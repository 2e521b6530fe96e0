"""The runner of asl itself, which keeps a complete history in every run."""

from __future__ import annotations

import json
import time
from typing import Any

import asl
from benchmarks.measure import Job, Times, peak_mib, sample, serve
from benchmarks.workloads import HANDLERS, WORKLOADS


def measure(job: Job) -> Times:
    """The times of asl.simulate, with the parsing of the definition apart."""
    workload = WORKLOADS[job.workload](job.size)
    text = json.dumps(workload.definition)
    idle = peak_mib()

    parses = []
    for _ in range(job.parses):
        start = time.perf_counter()
        machine = asl.parse(text)
        parses.append(time.perf_counter() - start)

    def run() -> Any:
        result = asl.simulate(machine, workload.input, handlers=HANDLERS, quotas=job.quotas)
        if job.read_history:
            for _ in result.history:
                pass
        return result

    runs, result = sample(job, run)
    peak = peak_mib()
    if result.status != "SUCCEEDED":
        return Times(problem=f"failed: {result.status} {result.error} {result.cause}"[:160])
    return Times(parses, runs, result.output, len(result.history), idle, peak)


if __name__ == "__main__":
    serve(measure)
