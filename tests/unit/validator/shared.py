"""What the tests of definitions share: small machines, and where a JSON pointer leads."""

from __future__ import annotations

from typing import Any

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
END: dict[str, Any] = {"Type": "Pass", "End": True}


def machine(**states: Any) -> dict[str, Any]:
    """A machine that starts with the first of its states."""
    return {"StartAt": next(iter(states)), "States": states}


def passing(**fields: Any) -> dict[str, Any]:
    """A machine of one Pass state with these fields."""
    return machine(S={**END, **fields})


def task(**fields: Any) -> dict[str, Any]:
    """A Task that ends its block."""
    return {"Type": "Task", "Resource": ARN, "End": True, **fields}


def choice(*rules: Any, **fields: Any) -> dict[str, Any]:
    """A machine whose first state chooses, and whose second one ends it."""
    return machine(S={"Type": "Choice", "Choices": list(rules), **fields}, E=END)


def found(diagnostics: list[Any]) -> list[tuple[str, str]]:
    """Message and location of each diagnostic."""
    return [(each.message, each.location) for each in diagnostics]


def at_pointer(document: Any, location: str) -> Any:
    """The value that a JSON pointer (RFC 6901) leads to; ``/`` is the whole document, as AWS has it."""
    if location == "/":
        return document
    assert location.startswith("/")
    for part in location.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document
