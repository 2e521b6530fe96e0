"""sample_machines/human_approval: approved or declined by whoever has the token, or reminded and given up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator import InProcess
from tests.samples.shared import prepared, read, start, states

MACHINE = ("approval", "machine.asl.json", "STANDARD")
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/approvals"


@pytest.fixture
def inside():
    with prepared("human_approval", MACHINE) as inside:
        yield inside


def asked(inside: InProcess) -> dict[str, Any]:
    """What the approver reads next."""
    (message,) = inside.client("sqs").receive_message(QueueUrl=QUEUE)["Messages"]
    inside.client("sqs").delete_message(QueueUrl=QUEUE, ReceiptHandle=message["ReceiptHandle"])
    told: dict[str, Any] = json.loads(message["Body"])
    return told


def test_approved(inside):
    arn = start(inside, "approval", read("human_approval", "input.json"))
    inside.settle()
    question = asked(inside)
    assert question["question"] == "May the potter have 125 EUR?"
    inside.client().send_task_success(taskToken=question["token"], output='{"by": "Ada"}')
    assert json.loads(inside.wait(arn)["output"]) == {"paid": True, "approvedBy": "Ada"}


def test_declined(inside):
    arn = start(inside, "approval", read("human_approval", "input.json"))
    inside.settle()
    token = asked(inside)["token"]
    inside.client().send_task_failure(taskToken=token, error="Declined", cause="too dear")
    assert json.loads(inside.wait(arn)["output"]) == {"paid": False, "because": "too dear"}


def test_a_heartbeat_puts_the_reminder_off(inside):
    arn = start(inside, "approval", read("human_approval", "input.json"))
    inside.settle()
    token = asked(inside)["token"]
    inside.clock.advance(80_000)
    inside.client().send_task_heartbeat(taskToken=token)
    inside.clock.advance(80_000)
    inside.client().send_task_success(taskToken=token, output='{"by": "Ada"}')
    assert "Remind" not in states(inside, inside.wait(arn)["executionArn"])


def test_who_says_nothing_is_reminded_with_a_new_token(inside):
    arn = start(inside, "approval", read("human_approval", "input.json"))
    inside.settle()
    first = asked(inside)
    inside.clock.advance(86_400)
    inside.settle()
    second = asked(inside)
    assert (first["reminders"], second["reminders"]) == (0, 1)
    with pytest.raises(inside.client().exceptions.TaskTimedOut):
        inside.client().send_task_success(taskToken=first["token"], output="{}")
    inside.client().send_task_success(taskToken=second["token"], output='{"by": "Ada"}')
    assert json.loads(inside.wait(arn)["output"])["paid"] is True


def test_after_three_reminders_it_is_given_up(inside):
    arn = start(inside, "approval", read("human_approval", "input.json"))
    inside.settle()
    for _ in range(4):
        inside.clock.advance(86_400)
        inside.settle()
    ended = inside.wait(arn)
    assert json.loads(ended["output"]) == read("human_approval", "expected.json")
    assert states(inside, arn).count("Remind") == 3
