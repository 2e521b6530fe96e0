"""AWS Step Functions on this machine: its API, its executions, and what keeps them.

Names are imported when they are asked for, so that the pytest plugin, which every run of pytest
imports where this package is installed, costs nothing until a test uses it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.app import Emulator
    from emulator.clients import client, patch_boto3
    from emulator.settings import Settings
    from emulator.testing import InProcess, in_process, mock_stepfunctions

__all__ = [
    "Emulator",
    "InProcess",
    "Settings",
    "client",
    "in_process",
    "mock_stepfunctions",
    "patch_boto3",
]

_ROOMS = {
    "Emulator": "emulator.app",
    "InProcess": "emulator.testing",
    "Settings": "emulator.settings",
    "client": "emulator.clients",
    "in_process": "emulator.testing",
    "mock_stepfunctions": "emulator.testing",
    "patch_boto3": "emulator.clients",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)
