"""What the tests of handlers share: machines of one task, and how they end."""

import json

import asl

NAME = "arn:aws:lambda:us-east-1:123456789012:function:f"
INVOKE = "arn:aws:states:::lambda:invoke"
SQS = "arn:aws:states:::sqs:sendMessage"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:review"


def task(resource=NAME, **fields):
    state = {"Type": "Task", "Resource": resource, **fields}
    return state if "Next" in state else {**state, "End": True}


def machine(**states):
    return {"StartAt": next(iter(states)), "States": states}


def call(handler, event=None, resource=NAME, name="f", fields=None, **options):
    """How a machine of one task ends that a function answers."""
    options.setdefault("task_seconds", 0)
    return asl.simulate(
        machine(T=task(resource, **(fields or {}))), event, handlers={name: handler}, **options
    )


def invoke(handler, parameters, **options):
    return call(handler, resource=INVOKE, fields={"Parameters": parameters}, **options)


def seen(event, context):
    return event


def cause(result):
    assert result.status == "FAILED"
    return json.loads(result.cause)
