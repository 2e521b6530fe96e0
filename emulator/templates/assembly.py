"""What the CDK writes: a folder of templates, and beside them the files that they name by their hash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from asl.jsontypes import InvalidJSON, loads
from emulator.templates.cloudformation import Asset, Stack
from emulator.templates.model import Template
from emulator.templates.names import Surroundings
from emulator.templates.problems import TemplateProblem
from emulator.templates.sam import expanded
from emulator.templates.source import Members, Source, read_text, refused

SUFFIX = ".template.json"


def templates_in(folder: Path) -> list[Path]:
    """The templates of an assembly, those of the stages within it too."""
    own = sorted(folder.glob(f"*{SUFFIX}"))
    return own + [each for stage in sorted(folder.glob("assembly-*")) for each in templates_in(stage)]


def load_assembly(folder: Path, around: Surroundings) -> Template:
    """Everything that is in the templates of an assembly.

    Raises:
        TemplateProblem: One of them cannot be read.
    """
    stacks = _Stacks(around)
    found = [stacks.template(each) for each in templates_in(folder)]
    return Template(
        path=folder,
        machines=tuple(machine for each in found for machine in each.machines),
        functions=tuple(function for each in found for function in each.functions),
        activities=tuple(name for each in found for name in each.activities),
        problems=tuple(problem for each in found for problem in each.problems),
    )


def load_stack(source: Source, around: Surroundings) -> Template:
    """What is in one template of CloudFormation, SAM or the CDK."""
    stacks = _Stacks(around)
    stacks.sources[source.path] = source
    return stacks.template(source.path)


class _Stacks:
    """The stacks of an assembly, each made when it is asked for: they import from each other."""

    def __init__(self, around: Surroundings) -> None:
        self.sources: dict[Path, Source] = {}
        self._around = around
        self._stacks: dict[Path, Stack] = {}
        self._asking: set[str] = set()

    def template(self, path: Path) -> Template:
        return self._stack(path).template(path)

    def _stack(self, path: Path) -> Stack:
        if path not in self._stacks:
            source = self.sources.get(path) or Source.read(path)
            if not isinstance(source.value, Members):
                raise refused("a template is an object", path)
            stack = Stack(
                expanded(source.value),
                self._around,
                stack_name(path),
                folder=path.parent,
                asset=assets(path),
            )
            stack.names.exported = lambda name: self._exported(path, name)
            self._stacks[path] = stack
        return self._stacks[path]

    def _exported(self, asking: Path, name: str) -> str | None:
        """What another template of the same folder exports under a name."""
        if not asking.name.endswith(SUFFIX) or name in self._asking:
            return None
        self._asking.add(name)
        try:
            for path in self._beside(asking):
                try:
                    value = self._stack(path).export(name)
                except TemplateProblem:
                    continue
                if value is not None:
                    return value
        finally:
            self._asking.discard(name)
        return None

    def _beside(self, path: Path) -> Iterator[Path]:
        return (each for each in templates_in(path.parent) if each != path)


def stack_name(path: Path) -> str:
    """What a stack is called if nobody says: after the CDK's file, else after the folder."""
    if path.name.endswith(SUFFIX):
        return path.name.removesuffix(SUFFIX)
    name = path.resolve().parent.name
    return "".join(each if each.isascii() and each.isalnum() else "-" for each in name).strip("-") or "stack"


def assets(template: Path) -> Asset:
    """Finds the files and folders that the CDK keeps beside a template."""
    folder = template.parent
    listed: dict[str, str] = {}
    manifest = folder / template.name.replace(SUFFIX, ".assets.json")
    if template.name.endswith(SUFFIX) and manifest.is_file():
        listed = _listed(manifest)

    def asset(key: str, resource: Members) -> Path | None:
        metadata = resource.get("Metadata")
        named = metadata.get("aws:asset:path") if isinstance(metadata, Members) else None
        if isinstance(named, str):
            return folder / named
        if not key:
            return None
        if key in listed:
            return folder / listed[key]
        plain = key.rpartition("/")[2]
        choices = (folder / f"asset.{plain}", folder / f"asset.{plain.partition('.')[0]}")
        return next((each for each in choices if each.exists()), None)

    return asset


def _listed(manifest: Path) -> dict[str, str]:
    """The assets of a stack: where each lies, by its key in S3."""
    try:
        files = loads(read_text(manifest))["files"].values()
        return {
            where["objectKey"]: each["source"]["path"]
            for each in files
            for where in each["destinations"].values()
        }
    except (InvalidJSON, LookupError, TypeError, AttributeError, TemplateProblem):
        return {}  # its form is the CDK's own affair; without it the usual names are tried
