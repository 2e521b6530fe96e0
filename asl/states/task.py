"""Task: has work done by something outside, and goes on with its answer."""

from __future__ import annotations

from typing import Any

from asl.elements import dataflow
from asl.elements.dataflow import (
    ARGUMENTS,
    ASSIGN,
    INPUT_PATH,
    OUTPUT,
    OUTPUT_PATH,
    PARAMETERS,
    RESULT_PATH,
    RESULT_SELECTOR,
)  # fmt: skip
from asl.elements.flow import COMMON, END, NEXT, ONE_WAY_ON, end_is_true
from asl.elements.limits import (
    HEARTBEAT_SECONDS,
    HEARTBEAT_SECONDS_PATH,
    ONE_HEARTBEAT,
    ONE_TIMEOUT,
    TIMEOUT_SECONDS,
    TIMEOUT_SECONDS_PATH,
    heartbeat_before_timeout,
    whole_number,
)  # fmt: skip
from asl.elements.outcome import Call, Finish, Frame
from asl.elements.resource import Resource, ResourceArn
from asl.elements.retry import CATCH, RETRY
from asl.errors import InterpreterFailure
from asl.history import Scheduled
from asl.jsontypes import JSON
from asl.signals import RunTask
from asl.spec.fields import Element, Expression, Field
from asl.spec.kinds import Template
from asl.spec.quotas import SECONDS_MAX
from asl.states.state import BaseState


class Task(BaseState):
    """A Task state."""

    __slots__ = (
        "arguments", "assign", "called", "credentials", "heartbeat", "input", "output", "resource", "timeout",
    )  # fmt: skip
    kind = "Task"

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.resource: Resource = fields["Resource"]
        # An activity's and a function's events name the whole ARN, an integration's its action.
        self.called = self.resource.action if self.resource.family == "task" else self.resource.text
        self.input = dataflow.effective_input(fields)
        self.arguments = dataflow.arguments(fields)
        self.output = dataflow.output(fields, "result")
        self.assign = dataflow.assign(fields, "result")
        self.timeout = whole_number(fields, "TimeoutSeconds")
        self.heartbeat = whole_number(fields, "HeartbeatSeconds")
        self.credentials = _credentials(fields)

    def enter(self, frame: Frame) -> Call:
        """Asks for the task to be run."""
        data, resource = self.input(frame), self.resource
        timeout, heartbeat = self.timeout(data, frame), self.heartbeat(data, frame)
        limit = SECONDS_MAX if timeout is None and resource.pattern == "token" else timeout
        if resource.family == "activity":
            limit = None  # its clock starts when a worker takes it
            if not frame.exists(resource.text):  # recorded; it writes no ActivityScheduled
                raise InterpreterFailure(f"The activity {resource.text} does not exist.")
        role_arn = None if self.credentials is None else self.credentials(frame).get("RoleArn")
        command = RunTask(
            id=frame.command_id(),
            state=self.name,
            resource=resource.text,
            service=resource.service,
            action=resource.action,
            pattern=resource.pattern,
            input=frame.bounded(self.arguments(frame)),
            deadline=None if limit is None else frame.now + limit * 1000,
            heartbeat=None if heartbeat is None else heartbeat * 1000,
            token=frame.token() if resource.has_token else None,
            role_arn=role_arn,
            attempt=frame.attempt,
        )
        scheduled = Scheduled(
            resource.service, self.called, frame.resource_region(), timeout, heartbeat, role_arn
        )
        return Call(command, timeout, resource.family, scheduled, resource.limit_name)

    def resume(self, frame: Frame, result: JSON) -> Finish:
        """Finishes with the task's result. ``$`` in Assign means the result as it came (recorded)."""
        assigned = None if self.assign is None else self.assign(result, frame)
        return Finish(self.output(result, frame), self.next, assigned)


def _credentials(fields: dict[str, Any]) -> dataflow.Flow | None:
    template: Expression | None = fields.get("Credentials")
    if template is None:
        return None
    evaluate, select = template.evaluate, dataflow.effective_input(fields)
    if template.field:
        return lambda frame: evaluate(dataflow.states(frame), frame)
    return lambda frame: evaluate(select(frame), frame)


TASK = Element(
    "Task",
    (
        *COMMON, NEXT, END, ASSIGN, ARGUMENTS, OUTPUT, INPUT_PATH, OUTPUT_PATH, PARAMETERS, RESULT_SELECTOR,
        RESULT_PATH, RETRY, CATCH, TIMEOUT_SECONDS, TIMEOUT_SECONDS_PATH, HEARTBEAT_SECONDS,
        HEARTBEAT_SECONDS_PATH,
        Field("Resource", ResourceArn(), required=True, doc="The ARN of what does the work."),
        Field("Credentials", Template(object_only=True), doc="The role to do it under: a RoleArn."),
    ),
    Task,
    (ONE_WAY_ON, end_is_true, ONE_TIMEOUT, ONE_HEARTBEAT, heartbeat_before_timeout),
    doc="Has work done by a function, a service or a worker.",
)  # fmt: skip
