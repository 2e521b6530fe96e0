"""The emulator inside a test's own process: no port, no socket, no thread of the user's."""

from emulator.testing.inside import InProcess, in_process
from emulator.testing.mock import mock_stepfunctions

__all__ = ["InProcess", "in_process", "mock_stepfunctions"]
