"""The door: what kind of file a path leads to, and what is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from asl.defaults import ACCOUNT, REGION
from emulator.templates.assembly import load_assembly, load_stack, templates_in
from emulator.templates.model import Machine, Template
from emulator.templates.names import Surroundings
from emulator.templates.problems import TemplateProblem
from emulator.templates.serverless import load_serverless
from emulator.templates.source import Members, Source, refused
from emulator.templates.terraform import load_terraform

USUAL_NAMES = (
    "template.yaml",
    "template.yml",
    "template.json",
    "serverless.yml",
    "serverless.yaml",
    "plan.json",
)
"""What the template in a folder may be called; the first that is there is taken, then an assembly cdk.out."""


def load(
    path: str, parameters: Mapping[str, str] | None = None, *, region: str = REGION, account: str = ACCOUNT
) -> Template:
    """What is in a template: its state machines and its functions.

    Args:
        path: A template of CloudFormation, AWS SAM or the CDK, the CDK's folder cdk.out, a
            serverless.yml, what ``terraform show -json`` prints, or a folder with one of them.
        parameters: What the template asks for and nobody else knows, by name: parameters, pseudo
            parameters, exports of other stacks, attributes such as ``Api.Endpoint``.
        region: The region of its ARNs.
        account: The account of its ARNs.

    Raises:
        TemplateProblem: It cannot be read, or is none of these. What is wrong with single machines
            and functions is kept with them.
    """
    file = template_at(Path(path))
    if file is None:
        raise refused("there is no template in this folder", Path(path))
    around = Surroundings(parameters or {}, region, account)
    try:
        found = load_assembly(file, around) if file.is_dir() else _loaded(file, around)
    except RecursionError:
        raise refused("its values lead too deep into each other", Path(path)) from None
    return msgspec.structs.replace(found, path=Path(path), used=frozenset(around.used))


def find(
    where: str, parameters: Mapping[str, str] | None = None, *, region: str = REGION, account: str = ACCOUNT
) -> Machine:
    """A state machine of a template: ``PATH#NAME``, or ``PATH`` where it is the only one.

    Raises:
        TemplateProblem: The template cannot be read, or the machine not be used; or there are
            several, which are then listed.
    """
    path, name = split(where)
    return load(path, parameters, region=region, account=account).machine(name)


def split(where: str) -> tuple[str, str | None]:
    """A path, and the name behind its last ``#``; a file that is called so in full goes first."""
    path, mark, name = where.rpartition("#")
    return (path, name) if mark and path and not Path(where).exists() else (where, None)


def template_at(path: Path) -> Path | None:
    """The template that a path leads to: a file, or a folder that is an assembly of the CDK; None if none."""
    if not path.is_dir():
        return path
    if templates_in(path):
        return path
    named = next((path / each for each in USUAL_NAMES if (path / each).is_file()), None)
    return named or (path / "cdk.out" if templates_in(path / "cdk.out") else None)


def is_template(path: Path) -> bool:
    """Whether a file is a template of any kind; one that cannot be read is none."""
    try:
        return _loader(_source(path)) is not None
    except TemplateProblem:
        return False


def _source(path: Path) -> Source:
    return Source.read(path, cloudformation=not path.name.startswith("serverless."))


def _loader(source: Source) -> Callable[[Source, Surroundings], Template] | None:
    value = source.value
    if not isinstance(value, Members) or "StartAt" in value or "States" in value:
        return None
    if "planned_values" in value or ("terraform_version" in value and "values" in value):
        return load_terraform
    if "service" in value and ("provider" in value or "stepFunctions" in value):
        return load_serverless
    return load_stack if isinstance(value.get("Resources"), Members) else None


def _loaded(path: Path, around: Surroundings) -> Template:
    source = _source(path)
    load_it = _loader(source)
    if load_it is None:
        raise refused(
            "this is no template of CloudFormation, SAM or the CDK, no serverless.yml, and not what "
            "terraform show -json prints",
            path,
        )
    return load_it(source, around)
