"""What the tests of pictures share: small machines."""

from __future__ import annotations

from typing import Any

import asl

END: dict[str, Any] = {"Type": "Pass", "End": True}


def block(**states: Any) -> dict[str, Any]:
    """A block that starts with the first of its states."""
    return {"StartAt": next(iter(states)), "States": states}


def machine(**states: Any) -> asl.StateMachine:
    """A machine that starts with the first of its states."""
    return asl.parse(block(**states))


def passing(following: str | None = None) -> dict[str, Any]:
    """A Pass state that leads on, or ends its block."""
    return END if following is None else {"Type": "Pass", "Next": following}


def task(name: str = "f", **fields: Any) -> dict[str, Any]:
    """A Task that ends its block unless it says where to go."""
    resource = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    return {"Type": "Task", "Resource": resource, **({} if "Next" in fields else {"End": True}), **fields}


def choice(*targets: str, default: str | None = None) -> dict[str, Any]:
    """A Choice with a rule for each target."""
    rules = [{"Variable": "$.n", "NumericEquals": n, "Next": each} for n, each in enumerate(targets)]
    return {"Type": "Choice", "Choices": rules, **({} if default is None else {"Default": default})}


def catch(*errors: str, following: str) -> list[dict[str, Any]]:
    """A Catch with one catcher."""
    return [{"ErrorEquals": list(errors), "Next": following}]


def parallel(*branches: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A Parallel that ends its block unless it says where to go."""
    ending = {} if "Next" in fields else {"End": True}
    return {"Type": "Parallel", "Branches": list(branches), **ending, **fields}


def map_of(processor: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A Map that ends its block unless it says where to go."""
    return {
        "Type": "Map",
        "ItemProcessor": processor,
        **({} if "Next" in fields else {"End": True}),
        **fields,
    }


def chain(count: int) -> asl.StateMachine:
    """States in a row."""
    return machine(**{f"s{n}": passing(f"s{n + 1}" if n < count - 1 else None) for n in range(count)})
