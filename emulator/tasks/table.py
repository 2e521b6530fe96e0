"""Which function runs which integration: a literal table."""

from __future__ import annotations

from collections.abc import Mapping

from asl.elements.integrations import SDK_PREFIX
from asl.signals import RunTask
from emulator.tasks import lambda_, nested
from emulator.tasks.call import Integration, Resumption
from emulator.tasks.http import api_gateway
from emulator.tasks.http import integration as http
from emulator.tasks.optimised import integration as optimised
from emulator.tasks.sdk import integration as sdk

INTEGRATIONS: Mapping[str, Integration] = {
    "apigateway": api_gateway.run,
    "athena": optimised.run,
    "batch": optimised.run,
    "bedrock": optimised.run,
    "bedrockagentcore": optimised.run,
    "codebuild": optimised.run,
    "databrew": optimised.run,
    "dynamodb": optimised.run,
    "ecs": optimised.run,
    "eks": optimised.run,
    "elasticmapreduce": optimised.run,
    "emr-containers": optimised.run,
    "emr-serverless": optimised.run,
    "events": optimised.run,
    "glue": optimised.run,
    "http": http.run,
    "lambda": lambda_.run,
    "mediaconvert": optimised.run,
    "sagemaker": optimised.run,
    "sns": optimised.run,
    "sqs": optimised.run,
    "states": nested.run,
    "aws-sdk:sfn:startSyncExecution": nested.run_sync_express,
}
"""The optimised integrations: by the service, or where an action differs by service and action."""

RESUMPTIONS: Mapping[Integration, Resumption] = {
    nested.run: nested.resume,
    optimised.run: optimised.resume,
}
"""What looks after the ``sync`` tasks of those that have any."""


def integration(task: RunTask) -> Integration | None:
    """What runs a task; None where nothing does."""
    action = task.action.partition(".")[0]
    found = INTEGRATIONS.get(f"{task.service}:{action}", INTEGRATIONS.get(task.service))
    return sdk.run if found is None and task.service.startswith(SDK_PREFIX) else found


def resumption(task: RunTask) -> Resumption | None:
    """What looks after a ``sync`` task that was begun before; None where nothing does."""
    run = integration(task)
    return None if run is None else RESUMPTIONS.get(run)
