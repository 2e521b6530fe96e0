"""Integrations of the AWS SDK: any call of any service, by botocore's models."""

from __future__ import annotations

from functools import lru_cache

from asl.elements.integrations import SDK_PREFIX
from asl.errors import RUNTIME
from asl.handlers import Answer
from emulator import sdk_names
from emulator.models import service_name
from emulator.tasks.call import Call
from emulator.tasks.sdk import faults as sdk_faults
from emulator.tasks.sdk.calls import ask, request_id
from emulator.tasks.sdk.faults import Detail, Fault, Manner


def run(call: Call) -> Answer:
    """Runs ``aws-sdk:service:action``. Blocks until the service has answered."""
    try:
        answered = ask(call, _manner(call), call.action, call.parameters)
    except Fault as fault:
        return call.failed(fault.error, fault.cause)
    return call.succeeded(answered.result)


def refused(call: Call, code: str, message: str) -> Answer:
    """The answer to a call that Step Functions itself, here, refused.

    Args:
        call: The call.
        code: The error's name in the API.
        message: Its text.
    """
    try:
        manner = _manner(call)
    except Fault as uncalled:
        return call.failed(uncalled.error, uncalled.cause)
    shape = sdk_faults.modelled(call.client(manner.service).meta.service_model, code)
    fault = sdk_faults.fault(manner, Detail(code, message, request=request_id(call)), shape)
    return call.failed(fault.error, fault.cause)


def _manner(call: Call) -> Manner:
    """How the service of a task is called.

    Raises:
        Fault: It cannot be.
        Unreachable: Nothing answers for it.
    """
    fault = sdk_faults.unassumable(call)
    if fault is not None:
        raise fault
    name = service_name(call.task.service)
    if name is None:
        plain = call.task.service.removeprefix(SDK_PREFIX)
        raise Fault(RUNTIME, f"The installed botocore has no service '{plain}', so it cannot be called.")
    return manner_of(name, call.client(name).meta.service_model.service_id)


@lru_cache(maxsize=512)
def manner_of(name: str, service_id: str) -> Manner:
    """How a service is called, and its errors are named.

    Args:
        name: What boto3 calls it.
        service_id: Its id in botocore's model.
    """
    prefix = sdk_names.prefix(service_id)
    return Manner(name, prefix, prefix, f"{prefix}Exception", first=False)
