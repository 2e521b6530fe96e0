"""A mock configuration: the test cases that a file declares, checked as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from asl.jsontypes import JSON
from asl.parser.positions import Steps
from emulator.answers import complaints as model_complaints
from emulator.ports import MocksRefused
from emulator.tasks.mocks.responses import Response, Validation, response
from emulator.tasks.mocks.schema import FILE
from emulator.tasks.mocks.text import Complaint, Text, maybe, violations

Mocked = Mapping[str, Response]
"""The responses of states, by the state's name."""


class TestCase(msgspec.Struct, frozen=True):
    """What the states of a machine answer.

    Attributes:
        name: Its name.
        states: The response of each mocked state.
    """

    __test__ = False  # no test, whatever its name begins with

    name: str
    states: Mocked

    def fits(self, states: Mapping[str, Any]) -> None:
        """Holds it to the states of a machine, those of processors and branches too.

        Raises:
            MocksRefused: It mocks what is no Task of the machine, or an answer is not what its service gives.
        """
        told = list(self._misfits(states))
        if told:
            raise MocksRefused("\n".join(told))

    def _misfits(self, states: Mapping[str, Any]) -> Iterator[str]:
        tasks = [name for name, state in states.items() if state.kind == "Task"]
        for name, each in self.states.items():
            where = f"the test case '{self.name}' mocks '{name}', "
            if name not in states:
                choice = f"its tasks are {', '.join(tasks)}" if tasks else "it has no tasks"
                yield f"{where}which is no state of the machine; {choice}{maybe(name, tasks)}"
            elif name not in tasks:
                yield f"{where}which is a {states[name].kind}; only a Task can be mocked"
            else:
                yield from (f"{where}and {wrong}" for wrong in _wrong(each, states[name].resource))


def _wrong(mocked: Response, resource: Any) -> Iterator[str]:
    """What is wrong with a response's results by the model of the service that would have answered."""
    if mocked.validate == "NONE":
        return
    for each in mocked.answers():
        if not each.fails:
            for wrong in model_complaints(each.output, resource, strict=mocked.validate == "STRICT"):
                yield f"the response '{mocked.name}' is not what {resource.text} gives: {wrong}"


class Configuration:
    """The test cases of a mock configuration.

    Attributes:
        machines: For each state machine's name its test cases, by name.
    """

    def __init__(self, value: dict[str, Any]) -> None:
        reader = _Reader(value)
        self.machines = reader.machines()
        self.complaints = reader.complaints

    def case(self, machine: str, name: str) -> TestCase:
        """A test case of a machine.

        Raises:
            MocksRefused: There is no such machine or case.
        """
        cases = self.machines.get(machine)
        if cases is None:
            raise MocksRefused(
                f"there is no state machine called '{machine}' in it; {_choice('there are', self.machines)}"
                f"{maybe(machine, self.machines)}"
            )
        if name not in cases:
            raise MocksRefused(
                f"the state machine '{machine}' has no test case called '{name}' in it; "
                f"{_choice('there are', cases)}{maybe(name, cases)}"
            )
        return cases[name]


def _choice(opening: str, names: Mapping[str, Any]) -> str:
    return f"{opening} {', '.join(names)}" if names else "there are none"


def configuration(text: Text) -> Configuration:
    """The configuration that a file holds.

    Raises:
        MocksRefused: It is none; every line of the text tells a place and what is wrong there.
    """
    wrong = [*text.repeated(), *violations(text.value, FILE)]
    if not wrong:
        made = Configuration(text.value)
        if not made.complaints:
            return made
        wrong = made.complaints
    raise MocksRefused(text.lines(wrong))


def inline(states: Mapping[str, JSON], place: Steps, validate: Validation) -> tuple[Mocked, list[Complaint]]:
    """The responses of states that are given right there, without a file of their own.

    Args:
        states: Values that fit `emulator.tasks.mocks.schema.RESPONSE`, by state.
        place: Where they stand.
        validate: How results are held to the service's model where a response does not say.
    """
    made: dict[str, Response] = {}
    complaints: list[Complaint] = []
    for name, each in states.items():
        made[name], wrong = response(name, each, validate, (*place, name))
        complaints += wrong
    return made, complaints


class _Reader:
    """Reads what fits the schema, and finds what no schema can tell."""

    def __init__(self, value: dict[str, Any]) -> None:
        self.complaints: list[Complaint] = []
        self._machines: dict[str, Any] = value["StateMachines"]
        self._validate: Validation = value.get("Validate", "NONE")
        self._named: dict[str, Response] = {}
        for name, each in value.get("MockedResponses", {}).items():
            self._named[name] = self._response(name, each, ("MockedResponses", name))

    def _response(self, name: str, value: JSON, place: Steps) -> Response:
        made, wrong = response(name, value, self._validate, place)
        self.complaints += wrong
        return made

    def machines(self) -> dict[str, dict[str, TestCase]]:
        return {
            name: {
                case: TestCase(case, self._states(states, ("StateMachines", name, "TestCases", case)))
                for case, states in machine["TestCases"].items()
            }
            for name, machine in self._machines.items()
        }

    def _states(self, states: dict[str, Any], place: Steps) -> Mocked:
        found: dict[str, Response] = {}
        for state, given in states.items():
            if not isinstance(given, str):
                found[state] = self._response(state, given, (*place, state))
            elif given in self._named:
                found[state] = self._named[given]
            else:
                self.complaints.append(
                    Complaint(
                        (*place, state),
                        f"MockedResponses has no '{given}'; {_choice('it has', self._named)}"
                        f"{maybe(given, self._named)}",
                    )
                )
        return found
