"""JSONata mode before its engine: its states are declared and checked for structure, and not run yet."""

from __future__ import annotations

from typing import NoReturn

from asl.jsontypes import JSON
from asl.spec.fields import Expression, Language


class JSONataNotYet:
    """Takes every value as it stands; a machine that has a JSONata state is refused by the parser."""

    name: Language = "JSONata"

    def path(self, text: str) -> Expression:
        """Never asked: paths belong to JSONPath fields."""
        return Expression(text, _never)

    def variable(self, text: str) -> Expression:
        """Never asked: paths belong to JSONPath fields."""
        return Expression(text, _never)

    def path_or_intrinsic(self, text: str, field: str) -> Expression:
        """Never asked: paths belong to JSONPath fields."""
        return Expression(text, _never)

    def reference(self, text: str) -> Expression:
        """Never asked: ResultPath is a JSONPath field."""
        return Expression(text, _never)

    def template(self, value: JSON, field: str) -> Expression:
        """The template, not looked into."""
        return Expression(field, _never)

    def scalar(self, text: str, field: str) -> Expression | None:
        """The expression between ``{%`` and ``%}``, not looked into.

        Raises:
            ValueError: The string begins like an expression and does not end like one.
        """
        if not text.startswith("{%"):
            return None
        if not text.endswith("%}"):
            raise ValueError("JSONata string must start with {% and end with %}")
        return Expression(text, _never)


def _never(data: JSON, environment: object) -> NoReturn:
    raise AssertionError("a JSONata machine is refused before it runs")
