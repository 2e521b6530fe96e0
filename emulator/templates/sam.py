"""What AWS SAM adds to CloudFormation, as far as state machines and functions see it."""

from __future__ import annotations

from emulator.templates.source import Items, Members, Value

_SERVERLESS = "AWS::Serverless::"
_ROLES_FOR = (f"{_SERVERLESS}Function", f"{_SERVERLESS}StateMachine")


def expanded(template: Members) -> Members:
    """A template with its Globals put into the resources, and with the roles that SAM makes."""
    resources = template.get("Resources")
    if not isinstance(resources, Members) or not any(_is_serverless(each) for each in resources.values()):
        return template
    globals_ = template.get("Globals")
    made = Members(resources.spot)
    for logical_id, resource in resources.items():
        if not _is_serverless(resource):
            made[logical_id] = resource
            continue
        kind = str(resource["Type"]).removeprefix(_SERVERLESS)
        common = globals_.get(kind) if isinstance(globals_, Members) else None
        made[logical_id] = _with_globals(resource, common)
        role = f"{logical_id}Role"
        if resource["Type"] in _ROLES_FOR and role not in resources:
            made[role] = Members(resource.spot)
            made[role]["Type"] = "AWS::IAM::Role"
    found = Members(template.spot)
    found.update(template)
    found["Resources"] = made
    return found


def _is_serverless(resource: Value) -> bool:
    return isinstance(resource, Members) and str(resource.get("Type")).startswith(_SERVERLESS)


def _with_globals(resource: Members, common: Value) -> Members:
    properties = resource.get("Properties")
    if not isinstance(common, Members):
        return resource
    own = properties if isinstance(properties, Members) else Members(resource.spot / "Properties")
    found = Members(resource.spot)
    found.update(resource)
    found["Properties"] = _merged(common, own)
    return found


def _merged(common: Members, own: Members) -> Members:
    """Both in one: objects are merged, lists follow each other, and of anything else the own one counts."""
    found = Members(own.spot)
    found.update(common)
    for key, value in own.items():
        general = common.get(key)
        if isinstance(general, Members) and isinstance(value, Members) and not _is_function(general, value):
            found[key] = _merged(general, value)
        elif isinstance(general, Items) and isinstance(value, Items):
            both = Items(value.spot)
            both.extend([*general, *value])
            found[key] = both
        else:
            found[key] = value
    return found


def _is_function(*values: Members) -> bool:
    return any(len(each) == 1 and next(iter(each)).startswith(("Fn::", "Ref")) for each in values)
