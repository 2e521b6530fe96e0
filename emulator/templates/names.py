"""What the things of a template are called: parameters, pseudo parameters, resources, exports."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from emulator.arns import partition_of
from emulator.templates.kinds import KINDS, Kind
from emulator.templates.source import Items, Members, Spot, Value

if TYPE_CHECKING:
    from emulator.templates.intrinsics import Resolver

_FIFO = ("FifoQueue", "FifoTopic")
_LISTS = ("CommaDelimitedList", "List<")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Surroundings(msgspec.Struct):
    """What a template is deployed with, as far as it can be said here.

    Attributes:
        parameters: What the user gave: values of parameters, of pseudo parameters such as
            AWS::StackName, of exports of other stacks, and of anything else that only AWS knows,
            by the name under which the template asks for it.
        region: The region.
        account: The account.
        used: The parameters that were asked for.
    """

    parameters: Mapping[str, str]
    region: str
    account: str
    used: set[str] = msgspec.field(default_factory=set)

    def given(self, name: str) -> str | None:
        """What the user gave under a name, or None."""
        if name in self.parameters:
            self.used.add(name)
        return self.parameters.get(name)

    @property
    def partition(self) -> str:
        """The partition of the region."""
        return partition_of(self.region)


class Names:
    """Gives what Ref and Fn::GetAtt lead to.

    Attributes:
        surroundings: What the template is deployed with.
        stack: The stack's name.
        resources: The template's resources by logical id.
        also: Other names for resources, by which they can be referred to.
        exported: What gives the value of another template's export, or None.
        resolver: What gives the values of functions in names.
    """

    resolver: Resolver

    def __init__(self, template: Members, surroundings: Surroundings, stack: str) -> None:
        self.surroundings = surroundings
        self.stack = surroundings.given("AWS::StackName") or stack
        self.resources = _objects(template, "Resources")
        self._parameters = _objects(template, "Parameters")
        self.exported: Callable[[str], str | None] = lambda name: None
        self.also: dict[str, str] = {}
        self._naming: list[str] = []
        for name in self._parameters:
            surroundings.given(name)

    # -------------------------------------------------------------- Ref, Fn::GetAtt, Fn::ImportValue

    def ref(self, name: str, spot: Spot) -> Value:
        """What Ref gives for a name.

        Raises:
            Unresolved: It is not known, or there is nothing of that name.
        """
        name = self.also.get(name, name)
        given = self.surroundings.given(name)
        if name in self._parameters:
            return self._parameter(name, given, spot)
        if given is not None:
            return given
        if name.startswith("AWS::"):
            return self._pseudo(name, spot)
        if name in self.resources:
            return self._form(name, "", spot)
        version = self._version(name)
        if version is not None:
            return version
        raise self.resolver.unresolved(f"there is no parameter and no resource '{name}'", spot)

    def attribute(self, name: str, attribute: str, spot: Spot) -> Value:
        """What Fn::GetAtt gives for an attribute of a resource.

        Raises:
            Unresolved: It is not known.
        """
        name = self.also.get(name, name)
        given = self.surroundings.given(f"{name}.{attribute}")
        if given is not None:
            return given
        if name not in self.resources:
            version = self._version(f"{name}.{attribute}")
            if version is not None:
                return version
            raise self.resolver.unresolved(f"there is no resource '{name}'", spot)
        return self._form(name, attribute, spot)

    def imported(self, name: str, spot: Spot) -> Value:
        """What another stack exports under a name.

        Raises:
            Unresolved: It is not known.
        """
        given = self.surroundings.given(name)
        value = self.exported(name) if given is None else given
        if value is None:
            raise self.resolver.unresolved(
                f"what other stacks export is not known here: give it with --parameter '{name}=VALUE'", spot
            )
        return value

    def _version(self, name: str) -> str | None:
        """The version or alias that AutoPublishAlias makes of a SAM function: ``Function.Alias``."""
        function, _, what = name.partition(".")
        resource = self.resources.get(function)
        if (
            what not in ("Alias", "Version")
            or not resource
            or not _properties(resource).get("AutoPublishAlias")
        ):
            return None
        properties = _properties(resource)
        arn = self._form(function, "Arn", properties.spot)
        last = properties["AutoPublishAlias"] if what == "Alias" else "1"
        return f"{arn}:{self.resolver.text(last, properties.spot / 'AutoPublishAlias')}"

    # -------------------------------------------------------------- parameters

    def _parameter(self, name: str, given: str | None, spot: Spot) -> Value:
        declared = self._parameters[name]
        kind = str(declared.get("Type", "String"))
        if given is None and kind.startswith("AWS::SSM::Parameter::Value"):
            raise self.resolver.unresolved(
                f"the parameter '{name}' is kept in SSM: give its value with --parameter {name}=VALUE", spot
            )
        value = declared.get("Default") if given is None else given
        if value is None:
            raise self.resolver.unresolved(
                f"the parameter '{name}' has no default: give it with --parameter {name}=VALUE", spot
            )
        allowed = declared.get("AllowedValues")
        if isinstance(allowed, list) and _text(value) not in [_text(each) for each in allowed]:
            raise self.resolver.unresolved(
                f"the parameter '{name}' is to be one of {', '.join(map(_text, allowed))}, "
                f"not {_text(value)}",
                spot,
            )
        if any(each in kind for each in _LISTS) and isinstance(value, str | int | float):
            items = Items(spot)
            items.extend(each.strip() for each in _text(value).split(","))
            return items
        return _text(value)

    def _pseudo(self, name: str, spot: Spot) -> str:
        around = self.surroundings
        suffix = "amazonaws.com.cn" if around.partition == "aws-cn" else "amazonaws.com"
        stack = f"arn:{around.partition}:cloudformation:{around.region}:{around.account}:stack/{self.stack}"
        known = {
            "AWS::AccountId": around.account,
            "AWS::Partition": around.partition,
            "AWS::Region": around.region,
            "AWS::StackId": f"{stack}/{uuid.uuid5(uuid.NAMESPACE_URL, self.stack)}",
            "AWS::StackName": self.stack,
            "AWS::URLSuffix": suffix,
        }
        if name not in known:
            raise self.resolver.unresolved(
                f"{name} is not known here: give it with --parameter {name}=VALUE", spot
            )
        return known[name]

    # -------------------------------------------------------------- resources

    def name(self, logical_id: str) -> str:
        """What a resource is called: by its own property, else after its logical id.

        AWS puts the stack's name before it and something random after it.

        Raises:
            Unresolved: Its name is made of something that is not known.
        """
        resource = self.resources[logical_id]
        kind = KINDS.get(str(resource.get("Type")), Kind("", {}))
        properties = _properties(resource)
        given = properties.get(kind.name) if kind.name else None
        if given is None:
            fifo = ".fifo" if any(properties.get(each) in (True, "true") for each in _FIFO) else ""
            return (logical_id.lower() if kind.lower else logical_id) + fifo
        spot = properties.spot / kind.name
        if logical_id in self._naming:
            circle = [*self._naming[self._naming.index(logical_id) :], logical_id]
            told = f"these names lead back to themselves: {' -> '.join(circle)}"
            raise self.resolver.unresolved(told, spot, circle)
        self._naming.append(logical_id)
        try:
            return self.resolver.text(given, spot)
        finally:
            self._naming.pop()

    def _form(self, logical_id: str, attribute: str, spot: Spot) -> str:
        resource = self.resources[logical_id]
        kind_name = str(resource.get("Type"))
        special = self._special(logical_id, kind_name, attribute)
        if special is not None:
            return special
        kind = KINDS.get(kind_name)
        form = None if kind is None else kind.attributes.get(attribute) if attribute else kind.ref
        if form is None:
            what = f"Fn::GetAtt '{attribute}' of" if attribute else "Ref of"
            wanted = f"{logical_id}.{attribute}" if attribute else logical_id
            raise self.resolver.unresolved(
                f"{what} {logical_id} ({kind_name}) is known only to AWS: "
                f"give it with --parameter {wanted}=VALUE",
                spot,
            )
        return form.format_map(_Fields(self, logical_id))

    def _special(self, logical_id: str, kind: str, attribute: str) -> str | None:
        """What follows from another resource: versions and aliases of functions and state machines."""
        properties = _properties(self.resources[logical_id])
        of, last = _QUALIFIED.get(kind, ("", ""))
        known = {"AWS::Lambda::Alias": "AliasArn", "AWS::Lambda::Version": "FunctionArn"}.get(kind, "Arn")
        if not of or attribute not in ("", known):
            return None
        owner = self.resolver.text(properties.get(of), properties.spot / of)
        if not owner.startswith("arn:"):
            around = self.surroundings
            owner = f"arn:{around.partition}:lambda:{around.region}:{around.account}:function:{owner}"
        name = self.resolver.text(properties.get(last), properties.spot / last) if last else "1"
        return f"{owner}:{name}"


_QUALIFIED = {
    "AWS::Lambda::Alias": ("FunctionName", "Name"),
    "AWS::Lambda::Version": ("FunctionName", ""),
    "AWS::StepFunctions::StateMachineVersion": ("StateMachineArn", ""),
}
"""Types whose ARN is that of another resource and a qualifier; a first version is 1."""


class _Fields(dict[str, str]):
    """What may stand in the form of a kind, made when it is asked for."""

    def __init__(self, names: Names, logical_id: str) -> None:
        super().__init__()
        self._names = names
        self._id = logical_id

    def __missing__(self, field: str) -> str:
        names = self._names
        if field in ("partition", "region", "account"):
            return str(getattr(names.surroundings, field))
        derived = uuid.uuid5(uuid.NAMESPACE_URL, f"{names.stack}/{self._id}")
        properties = _properties(names.resources[self._id])
        if field == "name":
            return names.name(self._id)
        if field == "path":
            return names.resolver.text(properties.get("Path", "/"), properties.spot / "Path")
        made: dict[str, str] = {
            "uuid": str(derived),
            "hex": derived.hex[:17],
            "letters": _letters(derived.int, 10),
        }
        return (
            made[field]
            if field in made
            else names.resolver.text(properties.get(field, ""), properties.spot / field)
        )


def _letters(number: int, count: int) -> str:
    found = ""
    for _ in range(count):
        number, index = divmod(number, len(_LETTERS))
        found += _LETTERS[index]
    return found


def _objects(template: Members, name: str) -> dict[str, Members]:
    """The members of a section that are objects; what else stands there is no resource."""
    section = template.get(name)
    entries: dict[str, Any] = section if isinstance(section, Members) else {}
    return {key: each for key, each in entries.items() if isinstance(each, Members)}


def _properties(resource: Members) -> Members:
    found = resource.get("Properties")
    return found if isinstance(found, Members) else Members(resource.spot / "Properties")


def _text(value: Value) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
