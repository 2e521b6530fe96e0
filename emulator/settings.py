"""What can be set about an emulator, and the values it has if nobody does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from asl.defaults import ACCOUNT, REGION

Durability: TypeAlias = Literal["full", "process"]

PORT = 8083
"""As Step Functions Local's."""


class Settings(msgspec.Struct, frozen=True):
    """The settings of one emulator.

    Attributes:
        host: The address to listen on.
        port: The port, 0 for any that is free.
        account: The account of callers whose access key is not an account id itself.
        region: The region of callers who name none.
        database: The file that keeps executions, or None for memory.
        durability: ``full``: what was acknowledged survives a power failure; ``process``: it
            survives the end of the process.
        clock: ``real``, ``virtual``, or ``x60`` and the like: so many times as fast.
        hosts: Names that requests may be addressed to, beside this machine's own.
        pool: How many blocking handlers may run at a time.
        endpoints: Where tasks reach AWS services: URLs by what boto3 calls the service, with an empty
            name for all others. Those without one are answered in this process.
        s3_root: The folder whose folders are the buckets of Map Runs; None for those of S3.
        mock_config: The file whose test cases answer for tasks; it may come later, and change.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    account: str = ACCOUNT
    region: str = REGION
    database: str | None = None
    durability: Durability = "full"
    clock: str = "real"
    hosts: tuple[str, ...] = ()
    pool: int = 32
    endpoints: Mapping[str, str] = {}
    mock_config: str | None = None
    s3_root: str | None = None


EVERY = ""
"""Stands for all services that have no endpoint of their own."""

VARIABLES: Mapping[str, str] = {
    "API_GATEWAY_ENDPOINT": "apigateway",
    "ATHENA_ENDPOINT": "athena",
    "BATCH_ENDPOINT": "batch",
    "DYNAMODB_ENDPOINT": "dynamodb",
    "ECS_ENDPOINT": "ecs",
    "EKS_ENDPOINT": "eks",
    "EVENTBRIDGE_ENDPOINT": "events",
    "GLUE_ENDPOINT": "glue",
    "LAMBDA_ENDPOINT": "lambda",
    "SAGE_MAKER_ENDPOINT": "sagemaker",
    "SNS_ENDPOINT": "sns",
    "SQS_ENDPOINT": "sqs",
    "STEP_FUNCTIONS_ENDPOINT": "stepfunctions",
}
"""Step Functions Local's variables, and what boto3 calls the service of each."""


def endpoints_of(environment: Mapping[str, str], every: str | None = None) -> dict[str, str]:
    """Where services are to be reached, by what boto3 calls them.

    Args:
        environment: The environment, with the variables of Step Functions Local.
        every: Where all others are; they are answered in this process if it is None.
    """
    named = {service: environment[each] for each, service in VARIABLES.items() if environment.get(each)}
    return {**({EVERY: every} if every else {}), **named}
