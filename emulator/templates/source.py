"""A file of the user's: its value in objects that know where they stand, and the places in its text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from asl.jsontypes import InvalidJSON, loads
from asl.parser.positions import Position, Steps, offset_position
from emulator.templates.json_tree import JSONTree
from emulator.templates.problems import Place, Problem, TemplateProblem

MAX_DEPTH = 200
"""So many levels may a file nest; whoever reads it goes down by recursion."""

MAX_BYTES = 50_000_000
"""So large may a file be; the plan of a large Terraform project has some megabytes."""


class Spot:
    """A place in a source by its path; line and column are looked up when somebody asks."""

    __slots__ = ("source", "steps")

    def __init__(self, source: Source, steps: Steps = ()) -> None:
        self.source = source
        self.steps = steps

    def __truediv__(self, step: str | int) -> Spot:
        return Spot(self.source, (*self.steps, step))

    @property
    def place(self) -> Place:
        """File, line and column: those of the nearest ancestor where the path leads nowhere."""
        line, column = self.source.position(self.steps)
        return Place(str(self.source.path), line, column)

    @property
    def path(self) -> str:
        """The path for people."""
        return "/".join(str(each) for each in self.steps)


class Members(dict[str, Any]):
    """An object of a source."""

    __slots__ = ("spot",)

    def __init__(self, spot: Spot) -> None:
        super().__init__()
        self.spot = spot


class Items(list[Any]):
    """An array of a source."""

    __slots__ = ("spot",)

    def __init__(self, spot: Spot) -> None:
        super().__init__()
        self.spot = spot


Value: TypeAlias = Any
"""A JSON value whose objects are `Members` and whose arrays are `Items`."""


class Tree(Protocol):
    """Knows where the parts of a text stand."""

    def position(self, steps: Steps) -> Position:
        """Line and column of a member, or of the nearest of its ancestors that is there."""

    def text_position(self, steps: Steps, offset: int) -> Position | None:
        """Where a character of a string stands, if the string is written line by line as it is."""


class Source:
    """A file that was read.

    Attributes:
        path: Where it is, as it was named.
        text: What it holds.
        value: The value that it stands for.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.value: Value = None
        self._tree: Tree | None = None

    @property
    def root(self) -> Spot:
        """The place of the whole."""
        return Spot(self)

    def position(self, steps: Steps) -> Position:
        """Line and column of a member, or of the nearest of its ancestors that is there."""
        return self._places().position(steps)

    def text_position(self, steps: Steps, offset: int) -> Position | None:
        """Where a character of a string stands, if the string is written line by line as it is."""
        return self._places().text_position(steps, offset)

    def _places(self) -> Tree:
        if self._tree is None:
            self._tree = JSONTree(self.text)
        return self._tree

    @classmethod
    def read(cls, path: Path, *, cloudformation: bool = True) -> Source:
        """The file at a path, JSON or YAML.

        Args:
            path: Where it is.
            cloudformation: Whether YAML's scalars are those of YAML 1.1 (``yes`` is true) and short
                forms such as ``!Ref`` stand for functions; else they are JSON's.

        Raises:
            TemplateProblem: It cannot be read, or is neither.
        """
        source = cls(path, read_text(path))
        if source.text.lstrip()[:1] in ("{", "["):
            source._read_json()
        else:
            source._read_yaml(cloudformation)
        return source

    def _read_json(self) -> None:
        try:
            self.value = located(loads(self.text), self.root)
        except InvalidJSON as error:
            if self.path.suffix in (".yaml", ".yml"):  # a flow mapping with a comment, say
                self._read_yaml(True)
                return
            line, column = offset_position(self.text, error.offset)
            raise refused(f"this is not JSON: {error.message}", self.path, line, column) from None

    def _read_yaml(self, cloudformation: bool) -> None:
        from emulator.templates.yaml_tree import InvalidYAML, YAMLTree

        try:
            tree = YAMLTree(self.text, cloudformation=cloudformation)
            self._tree, self.value = tree, tree.value(self.root)
        except InvalidYAML as error:
            line, column = error.position or (None, None)
            raise refused(f"this is not YAML: {error}", self.path, line, column) from None


def refused(message: str, path: Path, line: int | None = None, column: int | None = None) -> TemplateProblem:
    """The error that a file cannot be used at all."""
    return TemplateProblem([Problem(message, Place(str(path), line, column))])


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        TemplateProblem: It cannot be read, is too large, or is not UTF-8.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise refused(f"the file is larger than {MAX_BYTES:,} bytes", path)
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise refused(f"cannot be read: {error.strerror or type(error).__name__}", path) from None
    except (UnicodeDecodeError, ValueError) as error:
        raise refused(f"is not UTF-8 text: {error}", path) from None


def located(value: Value, spot: Spot) -> Value:
    """A plain JSON value as one that knows its places.

    Raises:
        InvalidJSON: It nests deeper than `MAX_DEPTH`.
    """
    if len(spot.steps) > MAX_DEPTH:
        raise InvalidJSON(f"it is nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, dict):
        members = Members(spot)
        for key, each in value.items():
            members[key] = located(each, spot / key)
        return members
    if isinstance(value, list):
        items = Items(spot)
        items.extend(located(each, spot / index) for index, each in enumerate(value))
        return items
    return value


def spot_in(value: Value, steps: Iterator[str | int] | Steps, spot: Spot) -> Spot:
    """Where the member at a path stands, or the nearest of its ancestors that is there."""
    for step in steps:
        if isinstance(value, Members):
            name = str(step)
            if name not in value:
                break
            value, spot = value[name], value.spot / name
        elif isinstance(value, Items):
            index = int(step) if str(step).isdigit() else len(value)
            if index >= len(value):
                break
            value, spot = value[index], value.spot / index
        else:
            break
        if isinstance(value, Members | Items) and value.spot.source is not spot.source:
            spot = value.spot
    return spot
