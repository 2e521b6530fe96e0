"""The JSON Schema of a mock configuration: Step Functions Local's format and what goes beyond it."""

from __future__ import annotations

from typing import Any

from asl.spec.quotas import SECONDS_MAX

NUMBERS = r"^[0-9]{1,9}(-[0-9]{1,9})?$"
SECONDS = {"type": "number", "minimum": 0, "maximum": SECONDS_MAX}
"""How long a task takes; the greatest is what AWS takes as a time limit."""

_RANGE = {"type": "string", "pattern": NUMBERS, "description": "a number or a range, such as 3 or 1-4"}
_NUMBER = {"type": ["integer", "string"], "minimum": 0, "if": {"type": "string"}, "then": _RANGE}
_NUMBERS = {
    "type": ["integer", "string", "array"],
    "minimum": 0,
    "if": {"type": "array"},
    "then": {"minItems": 1, "items": _NUMBER},
    "else": {"if": {"type": "string"}, "then": _RANGE},
}

_ANSWER: dict[str, Any] = {
    "Return": True,
    "Throw": {
        "type": "object",
        "properties": {"Error": {"type": "string"}, "Cause": {"type": "string"}},
        "additionalProperties": False,
    },
    "Seconds": SECONDS,
    "Comment": True,
}

_VALIDATE = {"enum": ["STRICT", "PRESENT", "NONE"]}

ANSWER = {"type": "object", "properties": _ANSWER, "additionalProperties": False}
RULE = {
    "type": "object",
    "properties": {"When": {"type": "string"}, "Index": _NUMBERS, "Attempt": _NUMBERS, **_ANSWER},
    "additionalProperties": False,
}
RESPONSE = {
    "type": ["object", "array"],
    "minProperties": 1,
    "minItems": 1,
    "if": {"type": "array"},
    "then": {"items": ANSWER},
    "else": {
        "patternProperties": {NUMBERS: ANSWER},
        "properties": {
            **_ANSWER,
            "Rules": {"type": "array", "items": RULE},
            "Default": ANSWER,
            "Validate": _VALIDATE,
        },
        "additionalProperties": False,
    },
}
STATES = {
    "type": "object",
    "additionalProperties": {
        "type": ["string", "object", "array"],
        "if": {"type": ["object", "array"]},
        "then": RESPONSE,
    },
}
"""What the states of a test case answer: each a response's name, or the response itself."""

FILE = {
    "type": "object",
    "required": ["StateMachines"],
    "properties": {
        "StateMachines": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["TestCases"],
                "properties": {
                    "TestCases": {"type": "object", "additionalProperties": STATES},
                    "Comment": True,
                },
                "additionalProperties": False,
            },
        },
        "MockedResponses": {"type": "object", "additionalProperties": RESPONSE},
        "Validate": _VALIDATE,
        "Comment": True,
        "$schema": True,
    },
    "additionalProperties": False,
}
