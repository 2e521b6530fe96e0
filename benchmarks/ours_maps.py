"""The runner of Map Runs: by simulate, by an emulator in the same process, and by a loop without either."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import asl
from asl.handlers import Handler
from benchmarks.measure import Job, Times, peak_mib, serve
from benchmarks.workloads import LAMBDA
from cli.handlers_file import load_with_setups
from cli.services import RunServices, runner
from emulator import Settings, in_process

JSON = Any
Means = tuple[JSON, JSON, dict[str, Handler]]
"""A definition, an input, and functions by name."""

ARCHIVE = Path(__file__).resolve().parent.parent / "sample_machines" / "weather_archive"
ROLE = "arn:aws:iam::123456789012:role/bench"
AT_ONCE = 100
"""So many results are merged at a time, as the sample does."""
WITHIN = 900.0
"""So many seconds a run may take at most."""


def measure(job: Job) -> Times:
    """One run: in a second one the memory of the first would be found again."""
    run = _WAYS[job.way]
    idle = peak_mib()
    try:
        seconds, output = run(job)
    except (RuntimeError, TimeoutError) as error:
        return Times(problem=str(error)[:160])
    peak = peak_mib()
    kept = _kept(job) if job.way.endswith("durable") else None
    return Times(runs=[seconds], output=output, idle_mib=idle, peak_mib=peak, kept=kept)


def _archive(job: Job) -> Means:
    """The sample machine and its own input, which names the file."""
    functions, _ = load_with_setups([str(ARCHIVE / "handlers.py")])
    given = json.loads((ARCHIVE / "input.json").read_text(encoding="utf-8"))
    return json.loads((ARCHIVE / "machine.asl.json").read_text(encoding="utf-8")), given, functions


def _children(kind: str) -> Callable[[Job], Means]:
    def means(job: Job) -> Means:
        """A Distributed Map without batches, each execution one call of a trivial function."""
        work = {"Type": "Task", "Resource": LAMBDA + "same", "End": True}
        each = {
            "Type": "Map",
            "Label": "Each",
            "MaxConcurrency": 1_000,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
                "StartAt": "Work",
                "States": {"Work": work},
            },
            "End": True,
        }
        definition = {"StartAt": "Each", "States": {"Each": each}}
        return definition, list(range(job.size)), {"same": lambda event, context: event}

    return means


def _simulated(means: Callable[[Job], Means]) -> Callable[[Job], tuple[float, JSON]]:
    """As `asl run` does."""

    def run(job: Job) -> tuple[float, JSON]:
        definition, given, functions = means(job)
        machine = asl.parse(definition)
        services = RunServices({}, region="us-east-1", s3_root=job.folder or None)
        tasks = runner(
            functions, None, services, machine_name="maps", name="run", kind="STANDARD", seed="0",
            region="us-east-1", task_seconds=None,
        )  # fmt: skip
        begun = time.perf_counter()
        result = asl.simulate(machine, given, handlers=tasks, machine_name="maps", name="run", seed="0")
        seconds = time.perf_counter() - begun
        if result.status != "SUCCEEDED":
            raise RuntimeError(f"failed: {result.status} {result.error} {result.cause}")
        return seconds, result.output

    return run


def _emulated(means: Callable[[Job], Means], *, lasting: bool = False) -> Callable[[Job], tuple[float, JSON]]:
    """On an emulator in this process with a clock that goes, as a server's, until it has ended.

    Args:
        means: What to run.
        lasting: Whether the emulator has a database, and what it acknowledged survives a power failure.
    """

    def run(job: Job) -> tuple[float, JSON]:
        definition, given, functions = means(job)
        settings = _durable(job) if lasting else Settings(s3_root=job.folder or None)
        with in_process(functions, settings=settings, clock="real") as inside:
            client = inside.client()
            made = client.create_state_machine(name="maps", definition=json.dumps(definition), roleArn=ROLE)
            begun = time.perf_counter()
            started = client.start_execution(
                stateMachineArn=made["stateMachineArn"], input=json.dumps(given, separators=(",", ":"))
            )
            ended = inside.wait(started["executionArn"], WITHIN)
            seconds = time.perf_counter() - begun
        if ended["status"] != "SUCCEEDED":
            raise RuntimeError(f"failed: {ended['status']} {ended.get('error')} {ended.get('cause')}")
        return seconds, json.loads(ended["output"])

    return run


def _durable(job: Job) -> Settings:
    return Settings(database=f"{job.folder}/executions.db", durability="full")


def _kept(job: Job) -> int:
    """How many executions of the Map Run another emulator on the same database knows."""
    with in_process(settings=_durable(job)) as inside:
        client = inside.client()
        [machine] = client.list_state_machines()["stateMachines"]
        [parent] = client.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
        found = 0
        for each in client.list_map_runs(executionArn=parent["executionArn"])["mapRuns"]:
            pages = client.get_paginator("list_executions").paginate(mapRunArn=each["mapRunArn"])
            found += sum(len(page["executions"]) for page in pages)
        return found


def _looped(job: Job) -> tuple[float, JSON]:
    """The sample's own functions in a loop over the rows, in batches of the same size."""
    _, given, functions = _archive(job)
    place = given["archive"]
    begun = time.perf_counter()
    results: list[JSON] = []
    with Path(job.folder, place["bucket"], place["key"]).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        while batch := list(islice(rows, given["rowsPerBatch"])):
            results.append(functions["analyse_batch"]({"BatchInput": given["limits"], "Items": batch}, None))
            if len(results) == AT_ONCE:
                results = [functions["merge_results"]({"Items": results}, None)]
    output = functions["summarise_year"](results, None)
    return time.perf_counter() - begun, output


_WAYS: dict[str, Callable[[Job], tuple[float, JSON]]] = {
    "archive bare": _looped,
    "archive simulate": _simulated(_archive),
    "archive emulator": _emulated(_archive),
    "express simulate": _simulated(_children("EXPRESS")),
    "express emulator": _emulated(_children("EXPRESS")),
    "standard durable": _emulated(_children("STANDARD"), lasting=True),
}


if __name__ == "__main__":
    serve(measure)
