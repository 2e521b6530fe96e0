"""What a template holds: state machines and functions, each with its place and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from asl.diagnostics import Diagnostic
from emulator.templates.origins import Origin
from emulator.templates.others import Resource
from emulator.templates.problems import Place, Problem, TemplateProblem

MachineType: TypeAlias = Literal["STANDARD", "EXPRESS"]


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """A state machine of a template.

    Attributes:
        logical_id: What the template calls it; Terraform's address.
        name: What it is called once it is deployed.
        type: What it is to be.
        definition: The text of its definition, with everything filled in; empty if it is not known.
        yaml: Whether that text is YAML.
        role: The ARN of its role, if that is known.
        logging: Its logging configuration, in the form of the API.
        tracing: Its tracing configuration, likewise.
        tags: Its tags.
        place: Where it stands.
        origin: Where the characters of its definition stand, if it has one.
        problems: What is wrong with it.
        also: Other names by which it can be asked for.
        missing: The resources that its definition names and that nobody makes here, by logical id:
            their types.
    """

    logical_id: str
    name: str
    type: MachineType = "STANDARD"
    definition: str = ""
    yaml: bool = False
    role: str | None = None
    logging: dict[str, Any] | None = None
    tracing: dict[str, Any] | None = None
    tags: dict[str, str] = {}
    place: Place
    origin: Origin | None = None
    problems: tuple[Problem, ...] = ()
    also: tuple[str, ...] = ()
    missing: dict[str, str] = {}

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps it from being used."""
        return tuple(each for each in self.problems if each.severity == "error")

    def placed(self, diagnostic: Diagnostic) -> Diagnostic:
        """A diagnostic of its definition, with line and column in the file where that stands."""
        if self.origin is None:
            return diagnostic
        place = self.origin.of(diagnostic)
        return msgspec.structs.replace(diagnostic, line=place.line, column=place.column)


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """A Lambda function of a template.

    Attributes:
        logical_id: What the template calls it; Terraform's address.
        name: What it is called once it is deployed, and in the definitions of machines.
        arn: Its ARN, as the definitions of machines have it.
        runtime: Its runtime, such as ``python3.13``; empty if none is given.
        handler: Its handler, such as ``app.handler``.
        code: The folder, zip file or single file with its code, if that lies here.
        inline: Its code, where the template itself has it.
        environment: Its variables; those whose value is not known are left out.
        timeout: Its time limit in seconds.
        memory: Its memory in MB.
        place: Where it stands.
        problems: What is wrong with it; it matters when the function is called.
    """

    logical_id: str
    name: str
    arn: str
    runtime: str = ""
    handler: str = ""
    code: Path | None = None
    inline: str | None = None
    environment: Mapping[str, str] = {}
    timeout: int = 3
    memory: int = 128
    place: Place
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps it from being called here."""
        return tuple(each for each in self.problems if each.severity == "error")


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in a template.

    Attributes:
        path: The file or folder, as it was named.
        machines: Its state machines, in their order.
        functions: Its functions, in their order.
        activities: The names of its activities.
        resources: What other services are to have, in the order in which it is made.
        problems: What is wrong apart from single machines and functions.
        used: The parameters that were given and that it asked for.
    """

    path: Path
    machines: tuple[Machine, ...] = ()
    functions: tuple[Function, ...] = ()
    activities: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()
    problems: tuple[Problem, ...] = ()
    used: frozenset[str] = frozenset()

    def machine(self, wanted: str | None = None) -> Machine:
        """One of its machines: by its logical id or another of its names, or the only one.

        Raises:
            TemplateProblem: There is none, there are several, or it cannot be used; the problems say why.
        """
        found = [each for each in self.machines if wanted is None or _answers_to(each, wanted)]
        exact = [each for each in found if each.logical_id == wanted]
        if len(exact or found) != 1:
            raise TemplateProblem([Problem(self._choice(wanted, len(found)), Place(str(self.path)))])
        (machine,) = exact or found
        if machine.errors:
            raise TemplateProblem(machine.errors)
        return machine

    def usable(self) -> list[Machine]:
        """All its machines.

        Raises:
            TemplateProblem: There is none, or one cannot be used.
        """
        if not self.machines:
            raise TemplateProblem([Problem(self._choice(None, 0), Place(str(self.path))), *self.problems])
        errors = [problem for each in self.machines for problem in each.errors]
        if errors:
            raise TemplateProblem(errors)
        return list(self.machines)

    def _choice(self, wanted: str | None, found: int) -> str:
        if not self.machines:
            return "there is no state machine in it"
        listed = ", ".join(f"{self.path}#{each.logical_id}" for each in self.machines)
        if wanted is None:
            return f"there are {len(self.machines)} state machines in it; name one: {listed}"
        how = "is no state machine" if not found else f"are {found} state machines"
        return f"there {how} called '{wanted}' in it; there are {listed}"


def _answers_to(machine: Machine, wanted: str) -> bool:
    return wanted in (machine.logical_id, machine.name, *machine.also)
