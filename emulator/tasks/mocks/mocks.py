"""The mock configuration of an emulator: a file that may come later, and change while it is used."""

from __future__ import annotations

from pathlib import Path

from emulator.ports import NO_MOCKS, MocksRefused
from emulator.tasks.mocks.configuration import Configuration, TestCase, configuration
from emulator.tasks.mocks.session import Mocked
from emulator.tasks.mocks.text import Text, Unreadable


class Mocks:
    """A mock configuration file, read anew whenever an execution begins.

    Args:
        file: The file; it need not be there yet.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._content: bytes | None = None
        self._known: Configuration | None = None

    def case(self, machine: str, name: str) -> TestCase:
        """A test case of a state machine, as the file is now.

        Raises:
            MocksRefused: The file cannot be read, is no mock configuration, or has no such case.
        """
        try:
            return self.configuration().case(machine, name)
        except MocksRefused as error:
            raise MocksRefused(self._named(str(error))) from None

    def _named(self, text: str) -> str:
        """A complaint that says which file it is about."""
        return text if text.startswith(self.file) else f"{self.file}: {text}"

    def configuration(self) -> Configuration:
        """The whole configuration, as the file is now.

        Raises:
            MocksRefused: The file cannot be read, or is no mock configuration.
        """
        try:
            content = Path(self.file).read_bytes()
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise MocksRefused(f"cannot read the mock configuration {self.file}: {why}") from None
        known = self._known
        if known is None or content != self._content:
            try:
                known = configuration(Text(self.file, content))
            except Unreadable as error:
                raise MocksRefused(str(error)) from None
            self._content, self._known = content, known
        return known


def session(mocks: Mocks | None, machine: str, name: str | None) -> Mocked | None:
    """What answers the mocked tasks of one execution; None where it was started without a test case.

    Where the file no longer has the case, as can be after a restart, every task of the execution fails and
    says so: nobody knows which of them were mocked.

    Args:
        mocks: The mock configuration, if there is one.
        machine: The state machine's name.
        name: The test case's name.
    """
    if name is None:
        return None
    if mocks is None:
        return Mocked(TestCase(name, {}), f"it was started with the test case '{name}', and {NO_MOCKS}")
    try:
        return Mocked(mocks.case(machine, name))
    except MocksRefused as error:
        return Mocked(TestCase(name, {}), str(error))
