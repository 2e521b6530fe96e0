"""What has to be created so that a server has what a template has: as requests of AWS's own APIs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from asl.defaults import ACCOUNT
from asl.jsontypes import dumps
from asl.parser.yaml import InvalidYAML, load_yaml
from emulator.templates import others
from emulator.templates.model import Function, Machine, Template
from emulator.templates.others import RULE
from emulator.templates.problems import Problem, TemplateProblem

PACKAGE_BYTES = 250_000_000
"""So large may the code of a function be. Limit: Lambda quotas, deployment package, unzipped."""

_LEFT_OUT = {"__pycache__", ".git", ".venv"}
_FIRST_TIME = (1980, 1, 1, 0, 0, 0)


class Creation(msgspec.Struct, frozen=True):
    """One request that creates something.

    Attributes:
        service: The client of boto3 that takes it.
        operation: The client's method.
        request: Its members.
        logical_id: What the template calls what is created.
        kind: Its type in the template, where another service than Step Functions and Lambda has it.
    """

    service: str
    operation: str
    request: dict[str, Any]
    logical_id: str
    kind: str = ""


def template_resources(template: Template, account: str = ACCOUNT) -> list[Creation]:
    """The requests that create what a template has, in the order in which things need each other.

    Other services' resources come first, then functions, activities and state machines, then rules.
    Functions with errors are left out, because nobody may call them.

    Args:
        template: What was loaded.
        account: The account of roles that the template does not name.

    Raises:
        TemplateProblem: A machine cannot be used, or the code of a function not be read.
    """
    found = other_resources(template)
    rules = [each for each in found if each.kind == RULE]
    found = [each for each in found if each.kind != RULE]
    found += [_function(each, account) for each in template.functions if not each.errors]
    found += [
        Creation("stepfunctions", "create_activity", {"name": each}, each) for each in template.activities
    ]
    machines = template.usable() if template.machines else []
    return found + [_machine(each, account) for each in machines] + rules


def other_resources(template: Template) -> list[Creation]:
    """The requests that create a template's tables, queues and the like."""
    return [
        Creation(service, operation, request, each.logical_id, each.kind)
        for each in template.resources
        for service, operation, request in others.requests(each)
    ]


def _machine(machine: Machine, account: str) -> Creation:
    request: dict[str, Any] = {
        "name": machine.name,
        "definition": _json(machine),
        "roleArn": machine.role or _role(machine.logical_id, account),
        "type": machine.type,
    }
    if machine.logging is not None:
        request["loggingConfiguration"] = machine.logging
    if machine.tracing is not None:
        request["tracingConfiguration"] = machine.tracing
    if machine.tags:
        request["tags"] = [{"key": key, "value": value} for key, value in machine.tags.items()]
    return Creation("stepfunctions", "create_state_machine", request, machine.logical_id)


def _json(machine: Machine) -> str:
    """The definition as the API takes it, which knows no YAML."""
    if not machine.yaml:
        return machine.definition
    try:
        return dumps(load_yaml(machine.definition).value)
    except InvalidYAML as error:
        message = f"the definition is not YAML: {error}"
        raise TemplateProblem([Problem(message, machine.place, machine.logical_id)]) from None


def _function(function: Function, account: str) -> Creation:
    request = {
        "FunctionName": function.name,
        "Runtime": function.runtime,
        "Handler": function.handler,
        "Role": _role(function.logical_id, account),
        "Code": {"ZipFile": package(function)},
        "Timeout": function.timeout,
        "MemorySize": function.memory,
        "Environment": {"Variables": dict(function.environment)},
    }
    return Creation("lambda", "create_function", request, function.logical_id)


def _role(logical_id: str, account: str) -> str:
    name = "".join(each if each.isalnum() else "-" for each in logical_id)
    return f"arn:aws:iam::{account}:role/{name}Role"


# ------------------------------------------------------------------ packages


def package(function: Function) -> bytes:
    """The zip file with a function's code; the same code gives the same bytes.

    Raises:
        TemplateProblem: The code cannot be read, or is too large.
    """
    code = function.code
    try:
        if code is not None and code.is_file() and code.suffix in (".zip", ".jar"):
            return code.read_bytes()
        return _zipped(function)
    except OSError as error:
        raise _refused(function, f"cannot be read: {error.strerror or type(error).__name__}") from None


def _zipped(function: Function) -> bytes:
    packed, size = io.BytesIO(), 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(function):
            size += len(content)
            if size > PACKAGE_BYTES:
                raise _refused(function, f"is larger than {PACKAGE_BYTES:,} bytes")
            entry = zipfile.ZipInfo(name, _FIRST_TIME)
            entry.external_attr = 0o755 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _files(function: Function) -> Iterator[tuple[str, bytes]]:
    """The files of a function's code by their path in the package."""
    if function.inline is not None:
        suffix = "py" if function.runtime.startswith("python") else "js"
        yield f"index.{suffix}", function.inline.encode()
        return
    code = function.code or Path()
    if code.is_file():
        yield code.name, code.read_bytes()
        return
    for each in sorted(code.rglob("*")):
        inside = each.relative_to(code)
        if each.is_file() and not _LEFT_OUT & set(inside.parts):
            yield inside.as_posix(), each.read_bytes()


def _refused(function: Function, why: str) -> TemplateProblem:
    message = f"the code of {function.logical_id} {why}"
    return TemplateProblem([Problem(message, function.place, function.logical_id)])
