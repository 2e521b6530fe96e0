"""AWS Step Functions on this machine: its API, its executions, and what keeps them."""

from emulator.app import Emulator
from emulator.settings import Settings

__all__ = ["Emulator", "Settings"]
