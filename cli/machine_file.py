"""The machine that a command is given: a definition, or a folder with one and what belongs to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from cli.refusal import Refusal, reason

if TYPE_CHECKING:
    from asl import Diagnostic
    from emulator.templates import Machine, Template

DEFINITIONS = (
    "machine.asl.json", "machine.asl.yaml", "machine.asl.yml", "machine.json", "machine.yaml", "machine.yml",
)  # fmt: skip
"""What the definition in a folder may be called; the first that is there is taken."""

YAML_SUFFIXES = (".yaml", ".yml")

_ENDINGS = (".asl.json", ".asl.yaml", ".asl.yml")

NAMED = 10
"""Definitions of a folder that a refusal names."""

TEMPLATE_MARKS = (b"Resources", b"stepFunctions", b"planned_values", b"terraform_version")
"""One of these is in every template; a file with none of them need not be looked at closer."""


NOT_IN_NAMES = re.compile(r'[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]')
"""What AWS allows in no name of a machine or an execution."""

NAME_LENGTH = 80


class MachineFile(NamedTuple):
    """A definition's file.

    Attributes:
        path: The file in which it stands, as it was named.
        content: The definition.
        yaml: Whether that is YAML.
        name: What the machine is called.
        input: The folder's input, where a folder was given and has one.
        handlers: The folder's handlers, likewise.
        machine: What the template says of it, where it is one of a template.
        template: That template.
    """

    path: Path
    content: bytes
    yaml: bool
    name: str
    input: Path | None
    handlers: Path | None
    machine: Machine | None = None
    template: Template | None = None

    @property
    def kind(self) -> Literal["STANDARD", "EXPRESS"] | None:
        """What it is to be, where its file says so."""
        return None if self.machine is None else self.machine.type

    @property
    def source(self) -> bytes:
        """What the file at `path` holds: the definition, or the template around it."""
        origin = None if self.machine is None else self.machine.origin
        return self.content if origin is None else origin.text.encode()

    def placed(self, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
        """Diagnostics of the definition, with line and column in the file at `path`."""
        return [each if self.machine is None else self.machine.placed(each) for each in diagnostics]

    def functions(self) -> dict[str, Any]:
        """The functions of its template that can be run in this process, by name.

        Raises:
            Refusal: One that the definition names cannot be imported.
        """
        if self.template is None or not self.template.functions:
            return {}
        from cli.function_code import function_handlers

        return function_handlers(self.template.functions, self.content.decode())

    def notes(self) -> list[str]:
        """What the template leaves unsaid: placeholders, and functions that are called and cannot be run."""
        if self.machine is None or self.template is None:
            return []
        from cli.deployed import not_made
        from cli.function_code import is_named, why_not

        definition = self.content.decode()
        called = [each for each in self.template.functions if is_named(each, definition)]
        problems = [*self.machine.problems, *(problem for each in called for problem in each.problems)]
        told = [f"{each}" for each in problems if each.severity == "warning"]
        told += not_made(self.machine)
        reasons = ((each, why_not(each)) for each in called)
        return told + [f"{each.name} is not run here: {why}" for each, why in reasons if why is not None]


def machine_file(
    given: str, parameters: Mapping[str, str] | None = None, region: str | None = None
) -> MachineFile:
    """The definition that a path leads to.

    Args:
        given: A definition; a template that deployment tools use, with ``#`` and a machine's name
            where it has several; or a folder with one of them.
        parameters: What a template asks for and nobody else knows, by name.
        region: The region of the ARNs that a template makes.

    Raises:
        Refusal: There is none, or it cannot be read.
    """
    found = machine_files(given, parameters, region, only_one=True)
    return found[0]


def machine_files(
    given: str,
    parameters: Mapping[str, str] | None = None,
    region: str | None = None,
    *,
    only_one: bool = False,
) -> list[MachineFile]:
    """The definitions that a path leads to: several where a template has several machines.

    Raises:
        Refusal: There is none, one cannot be read, or there are several and only one is wanted.
    """
    asked, named, name = given.rpartition("#")
    if named and not Path(given).exists():
        return _of_template(Path(asked), name, parameters, region)
    path = Path(given)
    folder = path if path.is_dir() else None
    if folder is not None:
        definition = _definition_in(folder)
        if definition is None:
            return _of_template(folder, None, parameters, region, only_one)
        path = definition
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refusal(f"cannot read {path}: {reason(error)}") from None
    if folder is None and _is_template(path, content):
        return _of_template(path, None, parameters, region, only_one)
    return [
        MachineFile(
            path=path,
            content=content,
            yaml=path.suffix in YAML_SUFFIXES,
            name=_name(path),
            input=_belonging(folder, "input.json"),
            handlers=_belonging(folder, "handlers.py"),
        )
    ]


def check_parameters(parameters: Mapping[str, str], files: Iterable[MachineFile]) -> None:
    """Sees that every parameter that was given was asked for.

    Raises:
        Refusal: One was not.
    """
    used = {name for each in files if each.template is not None for name in each.template.used}
    unknown = [name for name in parameters if name not in used]
    if unknown:
        raise Refusal(f"--parameter {unknown[0]}: no template here asks for it")


# ------------------------------------------------------------------ templates


def _is_template(path: Path, content: bytes) -> bool:
    if not any(each in content for each in TEMPLATE_MARKS):
        return False
    from emulator.templates import is_template

    return is_template(path)


def _of_template(
    path: Path,
    name: str | None,
    parameters: Mapping[str, str] | None,
    region: str | None,
    only_one: bool = True,
) -> list[MachineFile]:
    from asl.defaults import REGION
    from emulator.templates import TemplateProblem, load

    try:
        template = load(str(path), parameters, region=region or REGION)
        wanted = [template.machine(name)] if only_one or name is not None else template.usable()
    except TemplateProblem as error:
        raise Refusal(str(error)) from None
    folder = path if path.is_dir() else None
    return [
        MachineFile(
            path=Path(each.origin.file if each.origin is not None else path),
            content=each.definition.encode("utf-8", "surrogatepass"),
            yaml=each.yaml,
            name=each.name,
            input=_belonging(folder, "input.json"),
            handlers=_belonging(folder, "handlers.py"),
            machine=each,
            template=template,
        )
        for each in wanted
    ]


# ------------------------------------------------------------------ folders and names


def _definition_in(folder: Path) -> Path | None:
    """The definition in a folder, or None where it has a template instead.

    Raises:
        Refusal: It has neither.
    """
    for name in DEFINITIONS:
        if (folder / name).is_file():
            return folder / name
    from emulator.templates import template_at

    if template_at(folder) is None:
        raise Refusal(f"there is no machine in the folder {folder}: {_instead(folder)}")
    return None


def _instead(folder: Path) -> str:
    """What helps where a folder has no definition of a known name: the definitions that it has."""
    there = [f"{each}" for each in sorted(folder.glob("*.asl.*")) if each.name.endswith(_ENDINGS)]
    if not there:
        return f"it needs a {DEFINITIONS[0]} or {DEFINITIONS[1]}"
    more = f" and {len(there) - NAMED} more" if len(there) > NAMED else ""
    called = f"none is called {DEFINITIONS[0]} or {DEFINITIONS[1]}"
    return f"{called}; name one of its definitions: {', '.join(there[:NAMED])}{more}"


def _belonging(folder: Path | None, name: str) -> Path | None:
    return folder / name if folder is not None and (folder / name).is_file() else None


def _name(path: Path) -> str:
    """The file's name without its endings; a file called machine is called after its folder."""
    stem = path.name
    for suffix in (".json", *YAML_SUFFIXES, ".asl"):
        stem = stem.removesuffix(suffix)
    if stem == "machine":
        stem = path.resolve().parent.name or stem
    return NOT_IN_NAMES.sub("-", stem)[:NAME_LENGTH] or "machine"
