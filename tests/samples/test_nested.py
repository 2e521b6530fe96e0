"""sample_machines/nested: a parent, an Express child for each order, and a Standard child for the day."""

from __future__ import annotations

import json

from emulator.api.server import Application
from tests.emulator.asked import asking
from tests.samples.shared import prepared, read, start

MACHINES = (
    ("price-order", "price_order.asl.json", "EXPRESS"),
    ("close-day", "close_day.asl.json", "STANDARD"),
    ("parent", "parent.asl.json", "STANDARD"),
)


def test_the_day_is_closed_when_it_is_over():
    with prepared("nested", *MACHINES) as inside:
        ended = inside.wait(start(inside, "parent", read("nested", "input.json")))
        assert json.loads(ended["output"]) == read("nested", "expected.json")
        assert (ended["stopDate"] - ended["startDate"]).days == 1


def test_an_order_without_a_price_fails_the_day():
    with prepared("nested", *MACHINES) as inside:
        ended = inside.wait(start(inside, "parent", {"orders": [{"id": "o", "lines": []}]}))
        assert (ended["status"], ended["error"]) == ("FAILED", "States.QueryEvaluationError")
        assert inside.client().list_executions(stateMachineArn=CLOSE_DAY)["executions"] == []


CLOSE_DAY = "arn:aws:states:us-east-1:123456789012:stateMachine:close-day"


def test_what_it_starts_is_told_with_its_cost():
    with prepared("nested", *MACHINES) as inside:
        arn = start(inside, "parent", read("nested", "input.json"))
        inside.wait(arn)
        path = f"/_emulator/cost?executionArn={arn}"
        nested = json.loads(inside.run(asking(Application(inside.emulator), "GET", path)).body)["nested"]
        *orders, day = nested
        assert [(each["billed_ms"], each["billed_mb"]) for each in orders] == [(100, 64)] * 2
        assert orders[0]["usd"] == 0.0000011041875
        assert day["executionArn"].startswith(CLOSE_DAY.replace("stateMachine", "execution"))
        assert (day["transitions"], day["usd"]) == (2, 0.00005)
