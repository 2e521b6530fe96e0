"""State machines and functions of what `terraform show -json` prints: a plan or a state."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from emulator.templates.model import Function, Machine, Template
from emulator.templates.names import Surroundings
from emulator.templates.origins import TextOrigin
from emulator.templates.problems import Problem
from emulator.templates.source import Items, Members, Source, Spot
from emulator.templates.traced import Traced

DEPTH_MAX = 100
"""So deep may modules nest."""


def load_terraform(source: Source, around: Surroundings) -> Template:
    """What is in a plan or a state."""
    resources = [each for name in ("planned_values", "values") for each in _resources(source.value.get(name))]
    before = source.value.get("prior_state")
    known = resources + list(_resources(before.get("values") if isinstance(before, Members) else None))
    archives = _archives(known, source.path.parent)
    unknown = _unknown(source.value)
    reader = _Reader(around, archives, unknown, source.path.parent)
    return Template(
        path=source.path,
        machines=tuple(reader.machine(each) for each in resources if _is(each, "aws_sfn_state_machine")),
        functions=tuple(reader.function(each) for each in resources if _is(each, "aws_lambda_function")),
        activities=tuple(
            str(_values(each).get("name")) for each in resources if _is(each, "aws_sfn_activity")
        ),
    )


class _Reader:
    """Makes machines and functions of resources."""

    def __init__(
        self, around: Surroundings, archives: dict[Path, Path], unknown: dict[str, Members], folder: Path
    ) -> None:
        self._around = around
        self._archives = archives
        self._unknown = unknown
        self._folder = folder

    def machine(self, resource: Members) -> Machine:
        values, address = _values(resource), str(resource.get("address"))
        problems: list[Problem] = []
        definition = values.get("definition")
        spot = values.spot / "definition"
        if not isinstance(definition, str):
            why = "has none"
            if address in self._unknown and self._unknown[address].get("definition"):
                why = "is known only after apply: use what terraform show -json prints then"
            problems.append(_problem(f"the definition of {address} {why}", spot, address))
        kind = values.get("type") or "STANDARD"
        logging, tracing = (values.get(name) for name in ("logging_configuration", "tracing_configuration"))
        return Machine(
            logical_id=address,
            name=_text(values.get("name")) or _text(resource.get("name")),
            type="EXPRESS" if kind == "EXPRESS" else "STANDARD",
            definition=definition if isinstance(definition, str) else "",
            origin=TextOrigin(Traced(definition), spot) if isinstance(definition, str) else None,
            role=values.get("role_arn"),
            logging=_logging(_first(logging)),
            tracing={"enabled": bool(_first(tracing).get("enabled"))} if _first(tracing) else None,
            tags={name: str(each) for name, each in _members(values.get("tags")).items()},
            place=resource.spot.place,
            problems=tuple(problems),
            also=(_text(resource.get("name")),),
        )

    def function(self, resource: Members) -> Function:
        values, address = _values(resource), str(resource.get("address"))
        name = _text(values.get("function_name")) or _text(resource.get("name"))
        problems: list[Problem] = []
        code = self._code(values, address, problems)
        variables = _members(_first(values.get("environment")).get("variables"))
        around = self._around
        arn = f"arn:{around.partition}:lambda:{around.region}:{around.account}:function:{name}"
        return Function(
            logical_id=address,
            name=name,
            arn=_text(values.get("arn")) or arn,
            runtime=_text(values.get("runtime")),
            handler=_text(values.get("handler")),
            code=code,
            environment={key: _text(each) for key, each in variables.items() if each is not None},
            timeout=_number(values.get("timeout"), 3),
            memory=_number(values.get("memory_size"), 128),
            place=resource.spot.place,
            problems=tuple(problems),
        )

    def _code(self, values: Members, address: str, problems: list[Problem]) -> Path | None:
        filename = values.get("filename")
        spot = values.spot / "filename"
        if not isinstance(filename, str):
            problems.append(
                _problem("its code is in S3 or an image, which is not reached from here", spot, address)
            )
            return None
        path = self._folder / filename
        found = self._archives.get(path.resolve(), path)
        if not found.exists():
            problems.append(_problem(f"its code is not there: {found}", spot, address))
            return None
        return found


def _resources(values: Any, depth: int = 0) -> Iterator[Members]:
    """The resources of a module and of those within it; ``values`` has the root module."""
    module = values.get("root_module", values) if isinstance(values, Members) else None
    if not isinstance(module, Members) or depth > DEPTH_MAX:
        return
    yield from _items(module.get("resources"))
    for child in _items(module.get("child_modules")):
        yield from _resources(child, depth + 1)


def _is(resource: Members, kind: str) -> bool:
    return resource.get("type") == kind and resource.get("mode", "managed") == "managed"


def _archives(resources: list[Members], folder: Path) -> dict[Path, Path]:
    """The folder or file that each archive is made of, by the archive's own path."""
    found: dict[Path, Path] = {}
    for each in resources:
        values = _values(each)
        packed = values.get("source_dir") or values.get("source_file")
        output = values.get("output_path")
        if each.get("type") == "archive_file" and isinstance(packed, str) and isinstance(output, str):
            found[(folder / output).resolve()] = folder / packed
    return found


def _unknown(document: Members) -> dict[str, Members]:
    """What a plan does not know yet of each resource, by address."""
    found: dict[str, Members] = {}
    for each in _items(document.get("resource_changes")):
        change = each.get("change")
        after = change.get("after_unknown") if isinstance(change, Members) else None
        if isinstance(after, Members):
            found[str(each.get("address"))] = after
    return found


def _values(resource: Members) -> Members:
    found = resource.get("values")
    return found if isinstance(found, Members) else Members(resource.spot / "values")


def _items(value: Any) -> list[Members]:
    """The objects of a list."""
    return [each for each in value if isinstance(each, Members)] if isinstance(value, Items) else []


def _members(value: Any) -> dict[str, Any]:
    return value if isinstance(value, Members) else {}


def _number(value: Any, default: int) -> int:
    return value if isinstance(value, int) and value > 0 else default


def _first(block: Any) -> Any:
    """A block of Terraform's, which is a list of one, or nothing."""
    found = block[0] if isinstance(block, Items) and block else block
    return found if isinstance(found, Members) else {}


def _logging(block: Any) -> dict[str, Any] | None:
    if not block:
        return None
    group = block.get("log_destination")
    destinations = [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}] if group else []
    return {
        "level": block.get("level") or "OFF",
        "includeExecutionData": bool(block.get("include_execution_data")),
        "destinations": destinations,
    }


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _problem(message: str, spot: Spot, address: str) -> Problem:
    return Problem(message, spot.place, address, spot.path)
