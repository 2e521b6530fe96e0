"""State machines and functions of a CloudFormation template: plain, of AWS SAM, of the CDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, TypeAlias

from emulator.templates.definitions import Definition, file_definition, object_definition, text_definition
from emulator.templates.dependencies import circle, named
from emulator.templates.intrinsics import NO_VALUE, Resolver, Unresolved
from emulator.templates.model import Function, Machine, MachineType, Template
from emulator.templates.names import Names, Surroundings
from emulator.templates.others import IMPLIED, MADE, Resource, rank
from emulator.templates.problems import Problem, TemplateProblem
from emulator.templates.source import Items, Members, Spot, Value

MACHINES = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
ACTIVITY = "AWS::StepFunctions::Activity"

Asset: TypeAlias = Callable[[str, Members], Path | None]
"""Finds what the CDK keeps beside a template: by a key in S3 and the resource that names it."""


class Stack:
    """A template as it would be deployed.

    Attributes:
        names: What its things are called.
        resolver: What its functions give.
    """

    def __init__(
        self,
        template: Members,
        around: Surroundings,
        stack: str,
        *,
        folder: Path,
        asset: Asset = lambda key, resource: None,
    ) -> None:
        self.names = Names(template, around, stack)
        self.resolver = Resolver(template, self.names)
        self._template = template
        self._folder = folder
        self._asset = asset

    def template(self, path: Path) -> Template:
        """What is in it."""
        machines, functions, activities, others, problems = [], [], [], [], []
        for logical_id, resource in self.names.resources.items():
            kind = resource.get("Type")
            if kind not in (*MACHINES, *FUNCTIONS, ACTIVITY, *MADE):
                continue
            self.resolver.logical_id, self.resolver.problems = logical_id, []
            try:
                if not self._is_made(resource):
                    continue
                if kind in MACHINES:
                    machines.append(self._machine(logical_id, resource))
                elif kind in FUNCTIONS:
                    functions.append(self._function(logical_id, resource))
                elif kind in MADE:
                    others.append(self._other(logical_id, resource))
                else:
                    activities.append(self.names.name(logical_id))
            except Unresolved:
                problems += self.resolver.problems
        return Template(
            path=path,
            machines=tuple(machines),
            functions=tuple(functions),
            activities=tuple(activities),
            resources=tuple(sorted(others, key=rank)),
            problems=tuple(problems),
        )

    def export(self, name: str) -> str | None:
        """The value that the template exports under a name, or None."""
        outputs = _section(self._template, "Outputs")
        for key, output in outputs.items():
            export = output.get("Export") if isinstance(output, Members) else None
            if not isinstance(export, Members):
                continue
            try:
                if self.resolver.text(export.get("Name"), export.spot) == name:
                    return self.resolver.text(output.get("Value"), outputs.spot / key / "Value")
            except Unresolved:
                continue
        return None

    def _is_made(self, resource: Members) -> bool:
        condition = resource.get("Condition")
        return not isinstance(condition, str) or self.resolver.condition(
            condition, resource.spot / "Condition"
        )

    # -------------------------------------------------------------- state machines

    def _machine(self, logical_id: str, resource: Members) -> Machine:
        properties = _properties(resource)
        name = self._known(lambda: self.names.name(logical_id), logical_id)
        definition = self._definition(resource, properties)
        found = circle(logical_id, self.names.resources)
        if found:
            self.resolver.unresolved(f"it depends on itself: {' -> '.join(found)}", resource.spot, found)
        optional = self._optional(properties)
        kind = optional("StateMachineType", "Type") or "STANDARD"
        if kind not in ("STANDARD", "EXPRESS"):
            self.resolver.unresolved(
                f"the type of a state machine is STANDARD or EXPRESS, not {kind}", resource.spot
            )
        machine_type: MachineType = "EXPRESS" if kind == "EXPRESS" else "STANDARD"
        role = optional("RoleArn", "Role")
        return Machine(
            logical_id=logical_id,
            name=name,
            type=machine_type,
            definition=definition.text if definition else "",
            yaml=definition.yaml if definition else False,
            origin=definition.origin if definition else None,
            role=role if isinstance(role, str) else self._implied_role(logical_id),
            logging=_api_form(optional("LoggingConfiguration", "Logging")),
            tracing=_api_form(optional("TracingConfiguration", "Tracing")),
            tags=_tags(optional("Tags")),
            place=resource.spot.place,
            problems=tuple(self.resolver.problems),
            also=tuple(_cdk_names(resource)),
            missing=self._missing(properties),
        )

    def _missing(self, properties: Members) -> dict[str, str]:
        """The types of resources that a definition names and that are not made, by logical id."""
        found = {}
        for place in (*_DEFINITIONS, "DefinitionSubstitutions"):
            for name in sorted(set(named(properties.get(place)))):
                resource = self.names.resources.get(self.names.also.get(name, name))
                kind = "" if resource is None else str(resource.get("Type", ""))
                if kind and kind not in (*MACHINES, *FUNCTIONS, ACTIVITY, *MADE):
                    found[name] = kind
        return {name: kind for name, kind in found.items() if not kind.startswith(IMPLIED)}

    def _implied_role(self, logical_id: str) -> str | None:
        """The role that SAM makes where none is named."""
        role = f"{logical_id}Role"
        if role not in self.names.resources:
            return None
        found = self.names.attribute(role, "Arn", self.names.resources[role].spot)
        return str(found)

    def _definition(self, resource: Members, properties: Members) -> Definition | None:
        substitutions = properties.get("DefinitionSubstitutions")
        if substitutions is not None and not isinstance(substitutions, Members):
            self.resolver.unresolved(
                "DefinitionSubstitutions is an object", properties.spot / "DefinitionSubstitutions"
            )
            return None
        given = [each for each in _DEFINITIONS if each in properties]
        if len(given) != 1:
            which = f"it has {' and '.join(given)}" if given else "it has none"
            self.resolver.unresolved(f"a state machine needs one definition, and {which}", properties.spot)
            return None
        value, spot = properties[given[0]], properties.spot / given[0]
        try:
            if given[0] == "Definition":
                return object_definition(value, spot, substitutions, self.resolver)
            if given[0] == "DefinitionString":
                return text_definition(value, spot, substitutions, self.resolver)
            return self._filed(resource, value, spot, substitutions)
        except Unresolved:
            return None
        except TemplateProblem as error:
            self.resolver.problems += error.problems
            return None

    def _filed(
        self, resource: Members, value: Value, spot: Spot, substitutions: Members | None
    ) -> Definition:
        resolved = self.resolver.value(value, spot)
        path = self._local(resolved, resource)
        if path is None:
            raise self.resolver.unresolved(
                "the definition is an object in S3, which is not reached from here; name a local file", spot
            )
        if not path.is_file():
            raise self.resolver.unresolved(f"the definition is not there: {path}", spot)
        return file_definition(path, substitutions, self.resolver, spot)

    def _local(self, value: Value, resource: Members) -> Path | None:
        """The file or folder that a path names, or that the CDK keeps for an object in S3."""
        if isinstance(value, str):
            return None if value.startswith(("s3://", "https://")) else self._folder / value
        key = value.get("S3Key", value.get("Key")) if isinstance(value, Members) else None
        return self._asset(key, resource) if isinstance(key, str) else None

    # -------------------------------------------------------------- other services' resources

    def _other(self, logical_id: str, resource: Members) -> Resource:
        properties = _properties(resource)
        known: dict[str, Any] = {}
        for name, value in properties.items():
            try:
                resolved = self.resolver.value(value, properties.spot / name)
            except Unresolved:
                continue  # what is not known here is left out
            if resolved is not NO_VALUE:
                known[name] = resolved
        name = self.names.name(logical_id)
        around = self.names.surroundings
        return Resource(
            logical_id, str(resource["Type"]), name, known, around.region, around.account, resource.spot.place
        )

    # -------------------------------------------------------------- functions

    def _function(self, logical_id: str, resource: Members) -> Function:
        properties = _properties(resource)
        optional = self._optional(properties)
        code, inline = self._code(resource, properties)
        return Function(
            logical_id=logical_id,
            name=self._known(lambda: self.names.name(logical_id), logical_id),
            arn=self._known(lambda: str(self.names.attribute(logical_id, "Arn", resource.spot)), ""),
            runtime=str(optional("Runtime") or ""),
            handler=str(optional("Handler") or ""),
            code=code,
            inline=inline,
            environment=self._environment(properties),
            timeout=_number(optional("Timeout"), 3),
            memory=_number(optional("MemorySize"), 128),
            place=resource.spot.place,
            problems=tuple(self.resolver.problems),
        )

    def _code(self, resource: Members, properties: Members) -> tuple[Path | None, str | None]:
        name = next((each for each in ("CodeUri", "InlineCode", "Code") if each in properties), None)
        if name is None or properties.get("PackageType") == "Image":
            what = "its code is a container image" if "PackageType" in properties else "it has no code"
            self.resolver.unresolved(f"{what}, which is not run here", properties.spot)
            return None, None
        spot = properties.spot / name
        kept = self._asset("", resource)
        try:
            if kept is not None:
                return self._there(kept, spot), None
            value = self.resolver.value(properties[name], spot)
            if name == "InlineCode" or (isinstance(value, Members) and "ZipFile" in value):
                text = value if name == "InlineCode" else value["ZipFile"]
                return None, self.resolver.text(text, spot)
            path = self._local(value, resource)
            if path is None:
                raise self.resolver.unresolved(
                    "its code is in S3 or an image, which is not reached from here", spot
                )
            return self._there(path, spot), None
        except Unresolved:
            return None, None

    def _there(self, path: Path, spot: Spot) -> Path:
        """A path to code, if there is something.

        Raises:
            Unresolved: There is nothing.
        """
        if not path.exists():
            raise self.resolver.unresolved(f"its code is not there: {path}", spot)
        return path

    def _environment(self, properties: Members) -> dict[str, str]:
        variables = _section(_section(properties, "Environment"), "Variables")
        found: dict[str, str] = {}
        for name, value in variables.items():
            before = len(self.resolver.problems)
            try:
                resolved = self.resolver.value(value, variables.spot / name)
                if resolved is not NO_VALUE:
                    found[name] = self.resolver.text(resolved, variables.spot / name)
            except Unresolved:
                self._soften(before)
        return found

    # -------------------------------------------------------------- values that may be missing

    def _optional(self, properties: Members) -> Callable[..., Any]:
        """Gives the first property of some that is there; one that is not known is only told."""

        def value(*names: str) -> Any:
            name = next((each for each in names if each in properties), None)
            if name is None:
                return None
            before = len(self.resolver.problems)
            try:
                resolved = self.resolver.value(properties[name], properties.spot / name)
            except Unresolved:
                self._soften(before)
                return None
            return None if resolved is NO_VALUE else resolved

        return value

    def _known(self, give: Callable[[], str], otherwise: str) -> str:
        """What is given, or something else where it is not known; that is then a problem."""
        try:
            return give()
        except Unresolved:
            return otherwise

    def _soften(self, first: int) -> None:
        """Makes the last problems into warnings: what they keep from being known is not needed here."""
        problems = self.resolver.problems
        softened: Literal["warning"] = "warning"
        problems[first:] = [
            Problem(each.message, each.place, each.logical_id, each.property, softened)
            for each in problems[first:]
        ]


_DEFINITIONS = ("Definition", "DefinitionString", "DefinitionUri", "DefinitionS3Location")


def _properties(resource: Members) -> Members:
    return _section(resource, "Properties")


def _section(whole: Members, name: str) -> Members:
    found = whole.get(name)
    return found if isinstance(found, Members) else Members(whole.spot / name)


def _api_form(value: Any) -> Any:
    """A configuration with its members named as in the API: their first letters are small."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _api_form(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_api_form(each) for each in value]
    return value


def _tags(value: Any) -> dict[str, str]:
    """Tags by key: CloudFormation lists them, SAM has an object."""
    if isinstance(value, Items):
        pairs = [(each.get("Key"), each.get("Value")) for each in value if isinstance(each, dict)]
        return {str(key): str(each) for key, each in pairs}
    return {key: str(each) for key, each in value.items()} if isinstance(value, dict) else {}


def _number(value: Any, default: int) -> int:
    text = str(value)
    return int(text) if value is not None and text.isdigit() and len(text) < 9 else default


def _cdk_names(resource: Members) -> Iterator[str]:
    """What the CDK's program calls a resource: its path in the tree, and the last name in that."""
    metadata = resource.get("Metadata")
    path = metadata.get("aws:cdk:path") if isinstance(metadata, Members) else None
    if isinstance(path, str):
        whole = path.removesuffix("/Resource")
        yield from (whole, whole.rpartition("/")[2])
