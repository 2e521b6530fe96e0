"""The context object (``$$``): what a state can learn about its own execution."""

from __future__ import annotations

from asl.history import timestamp
from asl.interpreter.execution import Execution, Thread
from asl.jsontypes import JSON


def context_object(execution: Execution, thread: Thread, item: tuple[int, JSON] | None, token: str | None,
                   counts_retries: bool) -> dict[str, JSON]:  # fmt: skip
    """The context object at a thread's state; key order as recorded.

    Args:
        execution: The execution.
        thread: The thread in it.
        item: Index and value of the Map item, where the thread runs inside an iteration.
        token: The task token, in tasks that have one.
        counts_retries: Whether the state has a RetryCount (those that can be retried).
    """
    identity = execution.identity
    start_time = iso_time(identity.start_time)
    about: dict[str, JSON] = {"Id": identity.arn, "Input": execution.input}
    if identity.redrive_count is None:  # a synchronous Express execution, whose keys stand in another order
        about |= {"Name": identity.name, "RoleArn": identity.role_arn, "StartTime": start_time}
    else:
        about |= {"StartTime": start_time, "Name": identity.name, "RoleArn": identity.role_arn}
        about["RedriveCount"] = identity.redrive_count
    if identity.redrive_time is not None:
        about["RedriveTime"] = iso_time(identity.redrive_time)
    state: dict[str, JSON] = {"Name": thread.state, "EnteredTime": iso_time(thread.entered_at)}
    if counts_retries:
        state["RetryCount"] = thread.attempt
    context: dict[str, JSON] = {
        "Execution": about,
        "StateMachine": {"Id": identity.machine_arn, "Name": identity.machine_name},
        "State": state,
    }
    if item is not None:
        context["Map"] = {"Item": {"Index": item[0], "Value": item[1]}}
    if token is not None:
        context["Task"] = {"Token": token}
    return context


def iso_time(milliseconds: int) -> str:
    """An instant as AWS's context object writes it: UTC with Z, a zero fraction dropped."""
    moment = timestamp(milliseconds)
    whole = moment.strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{milliseconds % 1000:03d}".rstrip("0")
    return f"{whole}.{fraction}Z" if fraction else f"{whole}Z"
