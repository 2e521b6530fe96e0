"""What the tests of the command line share: small machines, and how to start the command."""

import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-c", "from cli.main import main; main(prog_name='asl')"]


def lambda_arn(name: str) -> str:
    return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"


def task(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": lambda_arn(name),
        **({"End": True} if "Next" not in fields else {}),
        **fields,
    }


def machine(start: str = "First", **states: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": start, "States": states}


def environment() -> dict[str, str]:
    """This process's variables, with the project to be found and nothing said about colour."""
    env = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "COLUMNS")}
    return env | {"PYTHONPATH": str(ROOT)}


def read_all(descriptor: int) -> bytes:
    content = b""
    while True:
        try:
            piece = os.read(descriptor, 65_536)
        except OSError:  # Linux says EIO when the last program has left the terminal
            return content
        if not piece:
            return content
        content += piece
