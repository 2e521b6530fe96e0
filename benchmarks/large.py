"""The large definition that is validated: states of every kind, valid in every system, as compact JSON."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.workloads import LAMBDA

JSON = Any

STATES = 6_000
PER_ROUND = 10
ENDS = 2
FAULTS = 60
"""In how many states the faulty definition has a field that no state knows."""


def large(states: int = STATES, faults: int = 0) -> str:
    """The text of a definition of so many states, those within Map and Parallel counted too.

    Round after round of a Task, a Choice, two Passes, a Wait, a Map and a Parallel. Half of the paths are
    the same in every round and half are its own, so that no system can live off paths it has already read.
    """
    rounds = (states - ENDS) // PER_ROUND
    spares = states - ENDS - rounds * PER_ROUND
    last = "Spare 1" if spares else "Done"
    top: dict[str, JSON] = {}
    for number in range(1, rounds + 1):
        top |= _round(number, f"Load {number + 1}" if number < rounds else last)
    for spare in range(1, spares + 1):
        top[f"Spare {spare}"] = {"Type": "Pass", "Next": f"Spare {spare + 1}" if spare < spares else "Done"}
    top["Done"] = {"Type": "Succeed"}
    top["Failed"] = {"Type": "Fail", "Error": "OrderFailed", "Cause": "An order could not be handled."}
    for name in list(top)[: faults * 7 : 7]:
        top[name]["Coment"] = "a misspelt field"
    return json.dumps({"Comment": "Orders", "StartAt": "Load 1", "States": top}, separators=(",", ":"))


def _round(number: int, then: str) -> dict[str, JSON]:
    """Ten states, seven of them on the top level."""
    return {
        f"Load {number}": {
            "Type": "Task",
            "Resource": LAMBDA + "load",
            "Parameters": {"id.$": "$.order.id", "attempt.$": "$$.State.RetryCount", "step": number},
            "ResultPath": f"$.loaded{number}",
            "TimeoutSeconds": 60,
            "Retry": [
                {
                    "ErrorEquals": ["States.Timeout"],
                    "MaxAttempts": 4,
                }
            ],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}],
            "Next": f"Large {number}",
        },
        f"Large {number}": {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [
                        {"Variable": f"$.loaded{number}.total", "NumericGreaterThan": 1000},
                        {"Variable": "$.customer.state", "StringEquals": "ACTIVE"},
                    ],
                    "Next": f"Mark {number}",
                },
                {"Variable": "$.order.cancelled", "BooleanEquals": True, "Next": "Done"},
            ],
            "Default": f"Rest {number}",
        },
        f"Mark {number}": {
            "Type": "Pass",
            "Parameters": {"text.$": "States.Format('{} is large', $.order.id)"},
            "ResultPath": f"$.large{number}",
            "Next": f"Rest {number}",
        },
        f"Rest {number}": {"Type": "Wait", "Seconds": 5, "Next": f"Lines {number}"},
        f"Lines {number}": {
            "Type": "Map",
            "ItemsPath": f"$.loaded{number}.lines",
            "ItemSelector": {"line.$": "$$.Map.Item.Value"},
            "ItemProcessor": {
                "StartAt": f"Reserve {number}",
                "States": {
                    f"Reserve {number}": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::lambda:invoke",
                        "Parameters": {"FunctionName": "reserve", "Payload.$": "$.line"},
                        "End": True,
                    }
                },
            },
            "ResultPath": None,
            "Next": f"Tell {number}",
        },
        f"Tell {number}": {
            "Type": "Parallel",
            "Branches": [
                {
                    "StartAt": f"Buyer {number}",
                    "States": {f"Buyer {number}": {"Type": "Pass", "Result": "told", "End": True}},
                },
                {
                    "StartAt": f"Shop {number}",
                    "States": {f"Shop {number}": {"Type": "Wait", "SecondsPath": "$.delay", "End": True}},
                },
            ],
            "ResultPath": "$.told",
            "Next": f"Tidy {number}",
        },
        f"Tidy {number}": {"Type": "Pass", "Next": then},
    }
