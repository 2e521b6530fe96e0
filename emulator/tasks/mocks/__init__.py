"""Mocked tasks: the answers that a mock configuration file gives instead of the services."""

from emulator.ports import MocksRefused
from emulator.tasks.mocks.configuration import TestCase
from emulator.tasks.mocks.mocks import Mocks, session
from emulator.tasks.mocks.session import Mocked, MockedFirst

__all__ = ["Mocked", "MockedFirst", "Mocks", "MocksRefused", "TestCase", "session"]
