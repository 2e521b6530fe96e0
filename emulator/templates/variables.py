"""Variables of the Serverless Framework, such as ``${self:custom.table}`` and ``${opt:stage, 'dev'}``."""

from __future__ import annotations

import os
import re
from pathlib import Path

from emulator.templates.names import Surroundings
from emulator.templates.problems import Problem, TemplateProblem
from emulator.templates.source import Items, Members, Source, Spot, Value

DEPTH_MAX = 50
"""So many variables may lead into each other."""

SIZE_MAX = 1_000_000
"""So many characters may a text unfold to, and so many variables may be filled in."""

_INNERMOST = re.compile(r"\$\{((?:self|opt|env|sls|aws|file|param|ssm|cf|s3|strToBool|git)\b[^${}]*)\}")
_FILE = re.compile(r"file\(([^()]+)\)(?::(.*))?")
_ALTERNATIVES = re.compile(r""",(?=(?:[^'"]*['"][^'"]*['"])*[^'"]*$)""")


class Variables:
    """Fills in the variables of a service.

    Attributes:
        problems: Those that could not be filled in.
    """

    def __init__(self, document: Members, around: Surroundings) -> None:
        self.problems: list[Problem] = []
        self._document = document
        self._around = around
        self._files: dict[Path, Source] = {}
        self._open: list[str] = []
        self._count = 0

    def value(self, value: Value, spot: Spot) -> Value:
        """A value with all its variables filled in; what cannot be stays as it is, and is noted."""
        if isinstance(value, str):
            return self._text(value, spot) if "${" in value else value
        if isinstance(value, Members):
            members = Members(value.spot)
            members.update({key: self.value(each, value.spot / key) for key, each in value.items()})
            return members
        if isinstance(value, Items):
            items = Items(value.spot)
            items.extend(self.value(each, value.spot / index) for index, each in enumerate(value))
            return items
        return value

    def at(self, path: str) -> Value:
        """The value at a path of the service, such as ``provider.stage``; None where there is none."""
        return self._walk(self._document, path)

    def _text(self, text: str, spot: Spot) -> Value:
        left: set[str] = set()
        while True:
            match = next((each for each in _INNERMOST.finditer(text) if each[0] not in left), None)
            if match is None:
                return text
            known, value = self._variable(match[1], spot)
            if not known:
                self.problems.append(
                    Problem(f"{match[0]} is not known here: give it with --parameter '{match[1]}=VALUE'",
                            spot.place, property=spot.path)
                )  # fmt: skip
                left.add(match[0])
                continue
            unknown = _left_in(value)
            if unknown is not None:
                message = f"{match[0]} leads to {unknown}, which is not known here"
                self.problems.append(Problem(message, spot.place, property=spot.path))
            if match[0] == text:
                return value
            if isinstance(value, Members | Items):
                self.problems.append(
                    Problem(f"{match[0]} is no text, and stands within one", spot.place, property=spot.path)
                )
                left.add(match[0])
            else:
                written = _written(value)
                left.update(each[0] for each in _INNERMOST.finditer(written))  # they were tried already
                text = text.replace(match[0], written)
                self._check_size(len(text), spot)

    def _variable(self, inside: str, spot: Spot) -> tuple[bool, Value]:
        """Whether a variable is known, and its value: that of the first alternative that has one."""
        if inside in self._open or len(self._open) > DEPTH_MAX:
            return False, None
        self._count += 1
        self._check_size(self._count, spot)
        self._open.append(inside)
        try:
            for each in _ALTERNATIVES.split(inside):
                known, value = self._alternative(each.strip(), spot)
                if known:
                    return True, value
            return False, None
        finally:
            self._open.pop()

    def _alternative(self, text: str, spot: Spot) -> tuple[bool, Value]:
        if text[:1] in ("'", '"') and text[-1:] == text[:1]:
            return True, text[1:-1]
        given = self._around.given(text)
        if given is not None:
            return True, given
        kind, _, name = text.partition(":")
        if kind == "self":
            value = self.at(name)
            return value is not None, value
        if kind == "opt":
            given = self._around.given(name)
            return given is not None, given
        if kind == "env":
            return name in os.environ, os.environ.get(name)
        if kind in ("sls", "aws"):
            value = self._surrounding(text)
            return value is not None, value
        match = _FILE.fullmatch(text)
        if match is not None:
            return self._file(match[1].strip(), match[2] or "", spot)
        literal = {"true": True, "false": False, "null": None}
        return (True, literal[text]) if text in literal else (text.isdigit(), text)

    def _check_size(self, size: int, spot: Spot) -> None:
        if size > SIZE_MAX:
            message = "the variables unfold to too much"
            raise TemplateProblem([Problem(message, spot.place, property=spot.path)])

    def _surrounding(self, text: str) -> Value:
        around = self._around
        if text == "sls:stage":
            return self.stage()
        return {"aws:region": around.region, "aws:accountId": around.account}.get(text)

    def stage(self) -> str:
        """The stage: given as ``stage``, else the provider's, else dev."""
        given = self._around.given("stage") or self._around.given("opt:stage")
        return given or str(self.at("provider.stage") or "dev")

    def _file(self, name: str, address: str, spot: Spot) -> tuple[bool, Value]:
        path = spot.source.path.parent / name
        if path not in self._files and path.suffix in (".yml", ".yaml", ".json") and path.is_file():
            try:
                self._files[path] = Source.read(path, cloudformation=False)
            except TemplateProblem as error:
                self.problems += error.problems
        if path not in self._files:
            return False, None
        source = self._files[path]
        found = self._walk(source.value, address) if address else self.value(source.value, source.root)
        return found is not None, found

    def _walk(self, value: Value, path: str) -> Value:
        """The value at a path within another, where each step may be a variable that leads elsewhere."""
        for step in path.split("."):
            if isinstance(value, Members):
                value, spot = value.get(step), value.spot / step
            elif isinstance(value, Items) and step.isdigit() and int(step) < len(value):
                value, spot = value[int(step)], value.spot / int(step)
            else:
                return None
            value = self._text(value, spot) if isinstance(value, str) else value
        return self.value(value, spot)


def _left_in(value: Value) -> str | None:
    """A variable in a value that could not be filled in."""
    if isinstance(value, str):
        match = _INNERMOST.search(value)
        return match[0] if match else None
    inside = value.values() if isinstance(value, Members) else value if isinstance(value, Items) else ()
    return next((left for left in map(_left_in, inside) if left is not None), None)


def _written(value: Value) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else "" if value is None else str(value)
