"""What the tests of notices share: an emulator whose notices go where the test wants them."""

from __future__ import annotations

import json

from emulator.notices.notices import Notices
from emulator.records import ExecutionRecord, Revision
from tests.emulator.shared import PASS, ROLE, START, call, created, settled

ACCOUNT = "123456789012"
FAIL = '{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"C"}}}'


class Bus:
    """An event bus that keeps what is put onto it."""

    def __init__(self):
        self.entries = []

    def put_events(self, Entries):
        self.entries += Entries
        return {"Entries": [{"EventId": "1"} for _ in Entries]}

    @property
    def details(self):
        return [json.loads(each["Detail"]) for each in self.entries]


def listening(emulator, backends, in_use=True, redrive=lambda running: {"redriveStatus": "NOT_REDRIVABLE"}):
    notices = Notices(backends, lambda: in_use, redrive)
    emulator.engine.on_began = notices.began
    emulator.engine.on_closed = notices.closed
    redrive_it = emulator.engine.redrive

    def redriven(running):
        notices.redriven(running)
        redrive_it(running)

    emulator.engine.redrive = redriven
    return notices


def started(emulator, definition=PASS, **members):
    arn = call(
        emulator, "StartExecution", stateMachineArn=created(emulator, definition, **members), input='{"a":1}'
    )
    settled(emulator)
    return arn["executionArn"]


def logging_to(group, level="ALL", data=True):
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}:*"
    return {
        "level": level,
        "includeExecutionData": data,
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}],
    }


def execution(**more):
    revision = Revision("{}", ROLE, None, START)
    fields = {"input": "{}", **more}
    machine = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:m"
    return ExecutionRecord(
        machine.replace("stateMachine", "execution") + ":e",
        "e",
        machine,
        "STANDARD",
        revision,
        started=START,
        **fields,
    )
