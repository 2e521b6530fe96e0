"""The JSON Schema of a file of declared tests."""

from __future__ import annotations

from typing import Any


def tests() -> dict[str, Any]:
    """The schema; made when asked for, since mocks have theirs elsewhere."""
    from emulator.tasks.mocks.schema import RESPONSE, SECONDS

    mocks = {"type": "object", "additionalProperties": RESPONSE}
    text = {
        "type": ["string", "object", "null"],
        "if": {"type": "object"},
        "then": {
            "required": ["matches"],
            "properties": {"matches": {"type": "string"}},
            "additionalProperties": False,
        },
    }
    expect = {
        "type": ["object", "string"],
        "properties": {
            "status": {"enum": ["SUCCEEDED", "FAILED", "TIMED_OUT"]},
            "output": True,
            "contains": True,
            "assert": {"type": ["string", "array"], "items": {"type": "string"}},
            "error": text,
            "cause": text,
            "path": {"type": "array", "items": {"type": "string"}},
            "transitions": {"type": "integer", "minimum": 0},
            "seconds": {"type": "number", "minimum": 0},
        },
        "additionalProperties": False,
    }
    shared = {
        "handlers": {"type": ["string", "array"], "items": {"type": "string"}},
        "mocks": mocks,
        "seed": {"type": ["string", "integer"]},
        "start_time": {"type": "string"},
        "task_seconds": SECONDS,
    }
    case = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "input": True,
            "test_case": {"type": "string"},
            "expect": expect,
            **shared,
        },
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "required": ["cases"],
        "properties": {
            "cases": {"type": "array", "minItems": 1, "items": case},
            "machine": {"type": "string"},
            "type": {"enum": ["standard", "express"]},
            "parameters": {"type": "object", "additionalProperties": {"type": "string"}},
            "mock_config": {"type": "string"},
            "validate": {"enum": ["STRICT", "PRESENT", "NONE"]},
            **shared,
        },
        "additionalProperties": False,
    }
