"""The runner of moto's interpreter, in this process and not over HTTP."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import itertools
import json
import time
from typing import Any
from unittest.mock import patch

from benchmarks.measure import Job, Times, sample, serve
from benchmarks.workloads import HANDLERS, WORKLOADS

ROLE = "arn:aws:iam::123456789012:role/benchmark"
REGION = "us-east-1"


def version() -> str | None:
    """The installed version, None if moto or a part that its interpreter needs is missing."""
    if not all(importlib.util.find_spec(name) for name in ("moto", "antlr4", "jsonpath_ng", "boto3")):
        return None
    return importlib.metadata.version("moto")


def measure(job: Job) -> Times:
    """The times from StartExecution to the end of the execution, less the parsing inside it."""
    # Here and not above, so that version() can be asked where moto is not installed.
    import boto3
    from moto import mock_aws
    from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends
    from moto.stepfunctions.parser.utils import TMP_THREADS

    workload = WORKLOADS[job.workload](job.size)
    parses: list[float] = []
    parse = AmazonStateLanguageParser.parse

    def timed_parse(definition: str) -> Any:
        start = time.perf_counter()
        try:
            return parse(definition)
        finally:
            parses.append(time.perf_counter() - start)

    with (
        mock_aws(config={"stepfunctions": {"execute_state_machine": True}}),
        # moto parses the definition anew in each StartExecution; timed here, it can be taken off the run.
        patch.object(AmazonStateLanguageParser, "parse", timed_parse),
        # In moto's favour: the function is called directly, not through boto3, moto's Lambda and Docker.
        patch.object(lambda_eval_utils, "_invoke_lambda_function", _call_handler),
    ):
        keys = {"aws_access_key_id": "benchmark", "aws_secret_access_key": "benchmark"}
        client = boto3.client("stepfunctions", region_name=REGION, **keys)
        machine = client.create_state_machine(
            name=job.workload, definition=json.dumps(workload.definition), roleArn=ROLE
        )["stateMachineArn"]
        names = (f"run-{number}" for number in itertools.count())
        given = json.dumps(workload.input)
        backend = stepfunctions_parser_backends["123456789012"][REGION]

        def run() -> Any:
            place = len(TMP_THREADS)
            # moto takes a second execution without a name for a repetition of the first.
            started = client.start_execution(stateMachineArn=machine, name=next(names), input=given)
            # Joined, not polled with DescribeExecution: polling takes the GIL from the execution.
            TMP_THREADS[place].join()
            return backend.describe_execution(started["executionArn"])

        runs, execution = sample(job, run)

    # The first parsing was CreateStateMachine's, then one for each run, the warm-ups first.
    within_runs = parses[-len(runs) :]
    runs = [whole - parsing for whole, parsing in zip(runs, within_runs, strict=True)]
    if execution.status != "SUCCEEDED":
        return Times(problem=f"failed: {execution.status} {execution.error} {execution.cause}"[:160])
    return Times(parses, runs, execution.output, len(execution.to_history_output()["events"]))


def _call_handler(parameters: dict[str, Any], region: str, state_credentials: Any) -> dict[str, Any]:
    name = parameters["FunctionName"].rpartition(":")[2]
    return {"StatusCode": 200, "Payload": HANDLERS[name](json.loads(parameters["Payload"]))}


if __name__ == "__main__":
    serve(measure)
