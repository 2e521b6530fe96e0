"""What was noted and is not on its way to the disk yet."""

from __future__ import annotations

from typing import Any

from emulator.store.writer import Statement


class Staged:
    """Statements for the next commit, in order. A row that they insert can still be changed."""

    def __init__(self) -> None:
        self._statements: list[Statement] = []
        self._rows: dict[tuple[int, ...], list[Any]] = {}

    def __bool__(self) -> bool:
        return bool(self._statements)

    def add(self, sql: str, *parameters: object) -> None:
        """Adds a statement."""
        self._statements.append((sql, lambda: parameters))

    def add_late(self, statement: Statement) -> None:
        """Adds a statement whose parameters are made in the writer's thread."""
        self._statements.append(statement)

    def insert(self, key: tuple[int, ...], sql: str, row: list[Any]) -> None:
        """Adds a statement that inserts a row, which `row` gives until all is taken."""
        self._rows[key] = row
        self._statements.append((sql, lambda: tuple(row)))

    def row(self, key: tuple[int, ...]) -> list[Any] | None:
        """The row of a key, to be changed in place; None where it has been written, or is being."""
        return self._rows.get(key)

    def take(self) -> list[Statement]:
        """All statements, to be written; nothing is left."""
        taken, self._statements = self._statements, []
        self._rows = {}
        return taken
