"""The configurations of a state machine or activity: checked, filled up with defaults, told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeAlias

from emulator.errors import InvalidEncryptionConfiguration, InvalidLoggingConfiguration
from emulator.records import Revision

if TYPE_CHECKING:
    from emulator.app import Emulator

Configuration: TypeAlias = dict[str, Any]

NO_LOGGING: Configuration = {"level": "OFF", "includeExecutionData": False}
NO_TRACING: Configuration = {"enabled": False}
OWN_KEY: Configuration = {"type": "AWS_OWNED_KEY"}
KEY_REUSE_SECONDS = 300


def logging(given: Configuration | None) -> Configuration:
    """A logging configuration in full, with its destinations only where some were given (recorded).

    Whether the log group exists is asked by `check_log_group`.

    Raises:
        InvalidLoggingConfiguration: It has not exactly one destination, and is not switched off either.
            Texts recorded.
    """
    full = {**NO_LOGGING, **(given or {})}
    destinations = full.get("destinations", [])
    if len(destinations) > 1 or (full["level"] != "OFF" and not destinations):
        raise InvalidLoggingConfiguration(
            "Invalid Logging Configuration: Must specify exactly one Log Destination."
        )
    for each in destinations:
        group = each.get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
        if not (group.startswith("arn:aws") and ":log-group:" in group and group.endswith(":*")):
            raise InvalidLoggingConfiguration("Invalid Logging Configuration: Log Destination not found.")
    return full


async def check_log_group(emulator: Emulator, given: Configuration | None) -> None:
    """Asks whether the log group of a full logging configuration exists, where anybody can know.

    Raises:
        InvalidLoggingConfiguration: It does not. Text recorded.
    """
    if given is None or given["level"] == "OFF" or not emulator.notices.reachable("logs"):
        return
    if not await asyncio.to_thread(emulator.notices.exists, given):
        raise InvalidLoggingConfiguration("Invalid Logging Configuration: Log Destination not found.")


def tracing(given: Configuration | None) -> Configuration:
    """A tracing configuration in full."""
    return {**NO_TRACING, **(given or {})}


def encryption(given: Configuration | None) -> Configuration:
    """An encryption configuration in full; the key itself is never looked at.

    Raises:
        InvalidEncryptionConfiguration: It names no key of the customer's, or one beside AWS's own.
            When is AWS's reference's, the texts are ours.
    """
    if given is None:
        return OWN_KEY
    key = given.get("kmsKeyId")
    if given["type"] == "AWS_OWNED_KEY":
        if key is not None:
            raise InvalidEncryptionConfiguration(
                "Invalid Encryption Configuration: kmsKeyId cannot be given with AWS_OWNED_KEY"
            )
        return OWN_KEY
    if key is None:
        raise InvalidEncryptionConfiguration(
            "Invalid Encryption Configuration: kmsKeyId is required with CUSTOMER_MANAGED_KMS_KEY"
        )
    return {"kmsDataKeyReusePeriodSeconds": KEY_REUSE_SECONDS, **given}


def told(revision: Revision) -> dict[str, Configuration]:
    """A revision's configurations as the members of a Describe operation's answer.

    AWS: since 2024 it tells that a key is its own; recordings of before do not have the member, and it
    says nothing. It is told here of a customer's key alone.
    """
    answer = {
        "loggingConfiguration": revision.logging or NO_LOGGING,
        "tracingConfiguration": revision.tracing or NO_TRACING,
    }
    if revision.encryption not in (None, OWN_KEY):
        answer["encryptionConfiguration"] = revision.encryption
    return answer
