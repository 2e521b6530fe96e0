"""What the tests of Map Runs share: machines with a distributed Map, and the operations that ask for one."""

import json

from tests.emulator.shared import call, created, settled

TASK = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": True}
ASKED = {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:ask", "End": True}
PASS = {"Type": "Pass", "End": True}
REST = {"Type": "Wait", "SecondsPath": "$", "End": True}


def processor(state, kind="STANDARD"):
    config = {"Mode": "DISTRIBUTED", "ExecutionType": kind}
    return {"ProcessorConfig": config, "StartAt": "S", "States": {"S": state}}


def distributed(state, kind="STANDARD", **fields):
    """A machine of one Map state, labelled L, whose executions have one state."""
    fields = {"End": True, **fields}
    return {"Type": "Map", "Label": "L", "ItemProcessor": processor(state, kind), **fields}


def machine(**states):
    return {"StartAt": next(iter(states)), "States": states}


def begun(emulator, state, items, name="machine"):
    """The ARN of an execution of a machine with this one Map state."""
    arn = created(emulator, json.dumps(machine(M=state)), name=name)
    return started(emulator, arn, items)


def started(emulator, machine_arn, items):
    answer = call(emulator, "StartExecution", stateMachineArn=machine_arn, input=json.dumps(items))
    settled(emulator)
    return answer["executionArn"]


def described(emulator, arn):
    return call(emulator, "DescribeExecution", executionArn=arn)


def types(emulator, arn):
    """The types of an execution's events, with the numbers of those that they point at."""
    events = call(emulator, "GetExecutionHistory", executionArn=arn)["events"]
    return [(each["type"], each["previousEventId"]) for each in events]


def runs(emulator, arn):
    return [each["mapRunArn"] for each in call(emulator, "ListMapRuns", executionArn=arn)["mapRuns"]]


def map_run(emulator, arn, of=0):
    """What DescribeMapRun tells of an execution's newest Map Run."""
    return call(emulator, "DescribeMapRun", mapRunArn=runs(emulator, arn)[of])


def counted(counts):
    """The counts of a Map Run that are not 0."""
    return {key: value for key, value in counts.items() if value}


def children(emulator, arn, **members):
    """What ListExecutions tells of the newest Map Run of an execution, the oldest first."""
    run = runs(emulator, arn)[0]
    return call(emulator, "ListExecutions", mapRunArn=run, **members)["executions"][::-1]
