"""State machines and functions of a serverless.yml, by way of the CloudFormation that it stands for."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from emulator.templates.cloudformation import Stack
from emulator.templates.model import Machine, Template
from emulator.templates.names import Surroundings
from emulator.templates.source import Items, Members, Source, Spot, Value
from emulator.templates.variables import Variables

_PSEUDO = re.compile(r"#\{([^{}]+)\}")


def load_serverless(source: Source, around: Surroundings) -> Template:
    """What is in a service."""
    variables = Variables(source.value, around)
    service = _Service(source, variables)
    template = Members(source.root)
    template["Resources"] = service.resources()
    stack = Stack(template, around, f"{service.name}-{variables.stage()}", folder=source.path.parent)
    stack.names.also.update(service.also)
    found = stack.template(source.path)
    # What could not be filled in is told with the machine or function in which it stands.
    return msgspec.structs.replace(
        found,
        machines=tuple(
            _with_key(_with_problems(each, variables, service), service) for each in found.machines
        ),
        functions=tuple(_with_problems(each, variables, service) for each in found.functions),
        problems=(
            *found.problems,
            *(each for each in variables.problems if not service.owner(each.property)),
        ),
    )


def _with_problems(found: Any, variables: Variables, service: _Service) -> Any:
    own = [each for each in variables.problems if service.owner(each.property) == found.logical_id]
    named = (msgspec.structs.replace(each, logical_id=found.logical_id) for each in own)
    return msgspec.structs.replace(found, problems=(*named, *found.problems))


def _with_key(machine: Machine, service: _Service) -> Machine:
    keys = tuple(key for key, logical_id in service.also.items() if logical_id == machine.logical_id)
    return msgspec.structs.replace(machine, also=keys)


class _Service:
    """A service, and the resources that it becomes.

    Attributes:
        name: What it is called.
        also: Logical ids by the service's own names for functions and state machines.
    """

    def __init__(self, source: Source, variables: Variables) -> None:
        self._variables = variables
        self._document = source.value
        self._provider = _members(variables.at("provider"), source.root / "provider")
        service = variables.at("service")
        self.name = str(service.get("name") if isinstance(service, dict) else service)
        self.also: dict[str, str] = {}
        self._owners: dict[str, str] = {}

    def owner(self, path: str) -> str | None:
        """The logical id of the resource in whose part of the file a path leads."""
        return next((self._owners[each] for each in self._owners if f"{path}/".startswith(f"{each}/")), None)

    def resources(self) -> Members:
        """Functions, state machines, and the resources that are written out."""
        found = Members(self._document.spot / "resources")
        for block in self._written_out():
            found.update(_members(block.get("Resources"), found.spot))
        for key, function in _members(self._document.get("functions"), found.spot).items():
            if isinstance(function, Members):
                self._add(found, f"{_normal(key)}LambdaFunction", key, self._function(key, function))
        machines = _members(self._document.get("stepFunctions"), found.spot).get("stateMachines")
        machines = self._variables.value(machines, self._document.spot / "stepFunctions" / "stateMachines")
        for key, machine in _members(machines, found.spot).items():
            if isinstance(machine, Members):
                own_id = machine.get("id") or machine.get("name")
                logical_id = machine.get("id") or f"{_normal(str(own_id or key))}StepFunctionsStateMachine"
                self._add(found, str(logical_id), key, self._machine(machine))
        return found

    def _add(self, resources: Members, logical_id: str, key: str, resource: Members) -> None:
        resources[logical_id] = resource
        self.also.setdefault(key, logical_id)
        self._owners[resource.spot.path] = logical_id

    def _written_out(self) -> list[Members]:
        blocks = self._variables.at("resources")
        return [
            each for each in (blocks if isinstance(blocks, list) else [blocks]) if isinstance(each, Members)
        ]

    def _function(self, key: str, written: Members) -> Members:
        function = _members(self._variables.value(written, written.spot), written.spot)
        properties = Members(function.spot)
        properties["FunctionName"] = function.get("name", f"{self.name}-{self._variables.stage()}-{key}")
        properties["Runtime"] = function.get("runtime", self._provider.get("runtime"))
        properties["Handler"] = function.get("handler")
        properties["Timeout"] = function.get("timeout", self._provider.get("timeout", 6))
        properties["MemorySize"] = function.get("memorySize", self._provider.get("memorySize", 1024))
        properties["Code"] = "."
        environment, variables = (
            Members(function.spot / "environment"),
            Members(function.spot / "environment"),
        )
        for each in (self._provider.get("environment"), function.get("environment")):
            variables.update(each if isinstance(each, dict) else {})
        environment["Variables"] = variables
        properties["Environment"] = environment
        return _resource("AWS::Lambda::Function", function.spot, properties)

    def _machine(self, machine: Members) -> Members:
        properties = Members(machine.spot)
        names = {
            "StateMachineName": "name", "StateMachineType": "type", "RoleArn": "role", "Tags": "tags",
            "TracingConfiguration": "tracingConfig", "DefinitionSubstitutions": "definitionSubstitutions",
        }  # fmt: skip
        for property_, member in names.items():
            if machine.get(member) is not None:
                properties[property_] = machine[member]
        kind = properties.get("StateMachineType")
        if isinstance(kind, str):
            properties["StateMachineType"] = kind.upper()
        definition = machine.get("definition")
        if definition is not None:
            which = "DefinitionString" if isinstance(definition, str) else "Definition"
            properties[which] = _with_pseudo(definition, machine.spot / "definition")
        logging = machine.get("loggingConfig")
        if isinstance(logging, Members):
            properties["LoggingConfiguration"] = _logging(logging)
        return _resource("AWS::StepFunctions::StateMachine", machine.spot, properties)


def _resource(kind: str, spot: Spot, properties: Members) -> Members:
    resource = Members(spot)
    resource["Type"] = kind
    resource["Properties"] = properties
    return resource


def _logging(config: Members) -> Members:
    """The logging configuration as CloudFormation has it; here its destinations are plain ARNs."""
    found = Members(config.spot)
    found.update(config)
    destinations = config.get("destinations")
    if isinstance(destinations, Items):
        groups = Items(destinations.spot)
        for each in destinations:
            group, outer = Members(destinations.spot), Members(destinations.spot)
            group["LogGroupArn"] = each
            outer["CloudWatchLogsLogGroup"] = group
            groups.append(outer)
        found["destinations"] = groups
    return found


def _with_pseudo(value: Value, spot: Spot) -> Value:
    """A definition in whose texts ``#{AWS::Region}`` and ``${AWS::Region}`` are filled in, as plugins do."""
    if isinstance(value, Members):
        if len(value) == 1 and next(iter(value)).startswith("Fn::"):
            return value
        members = Members(value.spot)
        members.update({key: _with_pseudo(each, value.spot / key) for key, each in value.items()})
        return members
    if isinstance(value, Items):
        items = Items(value.spot)
        items.extend(_with_pseudo(each, value.spot / index) for index, each in enumerate(value))
        return items
    if not isinstance(value, str) or not ("#{" in value or "${AWS::" in value):
        return value
    made = Members(spot)
    kept = _OTHERS.sub(r"${!\1}", value)  # what is none of AWS's stays as it stands
    made["Fn::Sub"] = _PSEUDO.sub(lambda match: f"${{{match[1]}}}", kept)
    return made


_OTHERS = re.compile(r"\$\{((?!AWS::)[^${}!]*)\}")


def _members(value: Value, spot: Spot) -> Members:
    return value if isinstance(value, Members) else Members(spot)


def _normal(name: str) -> str:
    """A name as the Serverless Framework writes it in logical ids."""
    words = name.replace("-", "Dash").replace("_", "Underscore")
    words = "".join(each for each in words if each.isalnum())
    return words[:1].upper() + words[1:]
