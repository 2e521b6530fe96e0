"""A file of declared tests, read: the machine, and of each case the input, the mocks and what is expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from asl import InvalidDefinition, StateMachine, parse
from asl.jsontypes import JSON
from asl.simulate import START_TIME
from cli import diagnostics
from cli.declared.expectation import Expectation, expectation
from cli.declared.schema import tests
from cli.machine_file import MachineFile, machine_file
from cli.mocks import case_of
from cli.options import instant
from cli.refusal import Refusal, reason

if TYPE_CHECKING:
    from asl.parser.positions import Steps
    from emulator.tasks.mocks import TestCase
    from emulator.tasks.mocks.text import Complaint, Text


Made = TypeVar("Made")


class Case(msgspec.Struct, frozen=True):
    """A declared run.

    Attributes:
        name: Its name.
        input: The execution's input.
        mocks: What its tasks answer instead of functions, or None.
        handlers: Files and modules with functions.
        seed: What random draws come from.
        start_time: When it begins, in seconds since the epoch.
        task_seconds: How long a task takes that is not mocked.
        expected: What is to come of it.
    """

    name: str
    input: JSON
    mocks: TestCase | None
    handlers: tuple[str, ...]
    seed: str
    start_time: float
    task_seconds: float
    expected: Expectation


class Suite(msgspec.Struct, frozen=True):
    """The cases of one file.

    Attributes:
        file: What the file is called.
        machine_file: The machine's file.
        machine: The machine.
        type: ``STANDARD`` or ``EXPRESS``.
        cases: The cases.
    """

    file: str
    machine_file: MachineFile
    machine: StateMachine
    type: Literal["STANDARD", "EXPRESS"]
    cases: tuple[Case, ...]

    @property
    def machine_name(self) -> str:
        """What the machine is called."""
        return self.machine_file.name


def suite(given: str) -> Suite:
    """The cases that a file declares; everything that can be is checked before any of them runs.

    Raises:
        Refusal: It cannot be read, or says what cannot be; the text has the place.
    """
    from emulator.tasks.mocks.text import Text, Unreadable, violations

    path = Path(given)
    try:
        text = Text(given, path.read_bytes())
    except OSError as error:
        raise Refusal(f"cannot read the tests {given}: {reason(error)}") from None
    except Unreadable as error:
        raise Refusal(str(error)) from None
    wrong = [*text.repeated(), *violations(text.value, tests())]
    if wrong:
        raise Refusal(text.lines(wrong))
    return _Reader(path, text).suite()


class _Reader:
    """Reads a file that fits the schema. What it names is looked for beside it."""

    def __init__(self, path: Path, text: Text) -> None:
        self.folder = path.parent
        self.text = text
        self.value: dict[str, Any] = text.value
        self.wrong: list[str] = []

    def suite(self) -> Suite:
        file = self._machine_file()
        told = self.value.get("type") or (file.kind or "standard").lower()
        kind: Literal["STANDARD", "EXPRESS"] = "EXPRESS" if told == "express" else "STANDARD"
        machine = self._machine(file, kind)
        self._complain_of_twice()
        cases = tuple(
            self._case(place, each, file, machine) for place, each in enumerate(self.value["cases"])
        )
        self._refuse_what_is_wrong()
        return Suite(self.text.name, file, machine, kind, cases)

    def _refuse_what_is_wrong(self) -> None:
        from emulator.tasks.mocks.text import TOLD

        lines = list(dict.fromkeys(line for each in self.wrong for line in each.splitlines()))
        if lines:
            more = [f"... and {len(lines) - TOLD} more"] if len(lines) > TOLD else []
            raise Refusal("\n".join(lines[:TOLD] + more))

    def part(self, made: Callable[[], Made], otherwise: Made) -> Made:
        """A part of a case; where it is refused that is kept, to be told with all the others."""
        try:
            return made()
        except Refusal as refusal:
            self.wrong.append(refusal.message)
            return otherwise

    def refuse(self, *complaints: Complaint) -> Refusal:
        return Refusal(self.text.lines(complaints))

    def complaint(self, place: Steps, text: str) -> Complaint:
        from emulator.tasks.mocks.text import Complaint

        return Complaint(place, text)

    def _machine_file(self) -> MachineFile:
        try:
            given = str(self.folder / self.value.get("machine", "."))
            return machine_file(given, self.value.get("parameters"))
        except Refusal as refusal:
            raise self.refuse(self.complaint(("machine",), refusal.message)) from None

    def _machine(self, file: MachineFile, kind: Literal["STANDARD", "EXPRESS"]) -> StateMachine:
        try:
            return parse(file.content, yaml=file.yaml, type=kind)
        except InvalidDefinition as error:
            placed = file.placed(error.diagnostics)
            told = diagnostics.lines(str(file.path), file.source, placed, excerpts=False)
            raise Refusal("the machine cannot be run:\n" + "\n".join(told)) from None

    def _complain_of_twice(self) -> None:
        seen: set[str] = set()
        for place, each in enumerate(self.value["cases"]):
            if each["name"] in seen:
                told = self.complaint(("cases", place, "name"), f"there is another case '{each['name']}'")
                self.wrong.append(self.refuse(told).message)
            seen.add(each["name"])

    # -------------------------------------------------------------- one case

    def _case(self, number: int, value: dict[str, Any], file: MachineFile, machine: StateMachine) -> Case:
        place: Steps = ("cases", number)
        whole = {**{name: each for name, each in self.value.items() if name != "mocks"}, **value}
        return Case(
            value["name"],
            self.part(lambda: self._input(value, place, file), None),
            self.part(lambda: self._mocks(value, place, file, machine), None),
            self._handlers(whole, file),
            str(whole.get("seed", 0)),
            self.part(lambda: self._start_time(whole, place), 0.0),
            whole.get("task_seconds", 0.0),
            self.part(lambda: self._expected(value, (*place, "expect"), machine), Expectation("")),
        )

    def _expected(self, value: dict[str, Any], place: Steps, machine: StateMachine) -> Expectation:
        expected, wrong = expectation(self._of_file(value.get("expect", {}), place), place, self._of_file)
        unknown = dict.fromkeys(each for each in expected.path or () if each not in machine.states)
        told = [self.complaint((*place, "path"), f"the machine has no state '{each}'") for each in unknown]
        if wrong or told:
            raise self.refuse(*wrong, *told)
        return expected

    def _input(self, value: dict[str, Any], place: Steps, file: MachineFile) -> JSON:
        if "input" in value:
            return self._of_file(value["input"], (*place, "input"))
        if file.input is None:
            return {}
        return self._read(file.input, (*place, "input"))

    def _of_file(self, value: JSON, place: Steps) -> JSON:
        """A value, or what the JSON file holds that it names as ``@FILE``."""
        if isinstance(value, str) and value.startswith("@"):
            return self._read(self.folder / value[1:], place)
        return value

    def _read(self, path: Path, place: Steps) -> JSON:
        from emulator.tasks.mocks.text import Text, Unreadable

        try:
            return Text(str(path), path.read_bytes()).value
        except OSError as error:
            raise self.refuse(self.complaint(place, f"cannot read {path}: {reason(error)}")) from None
        except Unreadable as error:
            raise Refusal(str(error)) from None

    def _handlers(self, whole: Mapping[str, Any], file: MachineFile) -> tuple[str, ...]:
        if "handlers" not in whole:
            return () if file.handlers is None else (str(file.handlers),)
        given = whole["handlers"]
        listed = [given] if isinstance(given, str) else given
        return tuple(str(self.folder / each) if each.endswith(".py") else each for each in listed)

    def _start_time(self, whole: Mapping[str, Any], place: Steps) -> float:
        if "start_time" not in whole:
            return START_TIME / 1000
        try:
            return instant(whole["start_time"])
        except ValueError as error:
            raise self.refuse(self.complaint((*place, "start_time"), str(error))) from None

    def _mocks(
        self, value: dict[str, Any], place: Steps, file: MachineFile, machine: StateMachine
    ) -> TestCase | None:
        """What is mocked in a case.

        A test case of the mock configuration says so, the file for all its cases, and the case itself; of
        one state the last of them counts.
        """
        from emulator.tasks.mocks import Mocks, MocksRefused, TestCase
        from emulator.tasks.mocks.configuration import inline

        states: dict[str, Any] = {}
        if "test_case" in value:
            if "mock_config" not in self.value:
                told = "'test_case' needs 'mock_config' in the file, which says where the test case is"
                raise self.refuse(self.complaint((*place, "test_case"), told))
            mocks = Mocks(str(self.folder / self.value["mock_config"]))
            states |= case_of(mocks, machine, file.name, value["test_case"]).states
        for given, where in ((self.value, ()), (value, place)):
            made, wrong = inline(
                given.get("mocks", {}), (*where, "mocks"), self.value.get("validate", "NONE")
            )
            if wrong:
                raise self.refuse(*wrong)
            states |= made
        if not states:
            return None
        found = TestCase(value["name"], states)
        try:
            found.fits(machine.states)
        except MocksRefused as error:
            raise self.refuse(self.complaint((*place, "mocks"), str(error))) from None
        return found
