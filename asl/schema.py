"""The Amazon States Language as JSON Schema, for editors, made of the declarations that the parser reads."""

from __future__ import annotations

from typing import Any

from asl.elements.flow import COMMON
from asl.jsontypes import JSON
from asl.parser.machine import MACHINE
from asl.spec.fields import Element, Exclusive, Field
from asl.states import STATE_TYPES

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, JSON]:
    """The JSON Schema of a definition. It refuses nothing that `asl.parse` takes, but takes more.

    What it cannot tell: the query language in force, what is in an expression or a path, whether a
    target exists, and of the checks between fields any but those of fields that exclude each other.
    """
    definitions = _Definitions()
    return {"$schema": DIALECT, **definitions.object(MACHINE), "$defs": definitions.written}


class _Definitions:
    """What stands in ``$defs``: State, and each element where it is first referred to.

    Attributes:
        written: The schemas by name.
    """

    def __init__(self) -> None:
        self.written: dict[str, Any] = {"State": {}}
        self._elements: dict[str, Element] = {}
        self.written["State"] = self._state()

    def object(self, element: Element) -> dict[str, Any]:
        """The schema of an element."""
        properties = {field.name: self._field(field) for field in element.fields}
        if STATE_TYPES.get(element.name) is element:
            properties["Type"] = {"const": element.name}
        written: dict[str, Any] = {"title": element.name}
        if element.doc:
            written["description"] = element.doc
        written |= {"type": "object", "properties": properties}
        required = [field.name for field in element.fields if field.required]
        if required:
            written["required"] = required
        written["additionalProperties"] = False
        checks = [_exclusive(check, element) for check in element.checks if isinstance(check, Exclusive)]
        return {**written, "allOf": checks} if checks else written

    def _state(self) -> dict[str, Any]:
        """A state: its Type decides which schema it has.

        By ``if`` and ``then``: an editor then tells what is wrong for the Type that is written, and
        offers the fields of that one alone, or before there is one just Type. By ``oneOf`` it would have
        to guess which of the eight is meant by a state that fits none yet, as one that is being written:
        of an empty Type, VS Code then says that it must be Task, and offers only Succeed and Fail.
        """
        (kind,) = [field for field in COMMON if field.name == "Type"]
        types = [{"const": name, "description": element.doc} for name, element in STATE_TYPES.items()]
        choices = [
            {
                "if": {"type": "object", "properties": {"Type": {"const": name}}, "required": ["Type"]},
                "then": {"$ref": self._address(element)},
            }
            for name, element in STATE_TYPES.items()
        ]
        return {
            "title": "State",
            "type": "object",
            "properties": {"Type": {"description": kind.doc, "oneOf": types}},
            "required": ["Type"],
            "allOf": choices,
        }

    def _field(self, field: Field) -> dict[str, Any]:
        description = f"{field.doc} {field.only} only." if field.only else field.doc
        return {"description": description, **self._addressed(field.kind.schema())}

    def _addressed(self, schema: Any) -> Any:
        """A kind's schema, with the addresses of the elements that it refers to in their places."""
        if isinstance(schema, Element):
            return self._address(schema)
        if isinstance(schema, dict):
            return {key: self._addressed(each) for key, each in schema.items()}
        return [self._addressed(each) for each in schema] if isinstance(schema, list) else schema

    def _address(self, element: Element) -> str:
        known = self._elements.setdefault(element.name, element)
        assert known is element, f"two elements are called {element.name}"
        if element.name not in self.written:
            self.written[element.name] = {}  # an element can refer to itself
            self.written[element.name] = self.object(element)
        return f"#/$defs/{element.name}"


def _exclusive(check: Exclusive, element: Element) -> dict[str, Any]:
    """Fields that exclude each other; where two stand, an editor marks the one that is declared later."""
    names = [field.name for field in element.fields if field.name in check.names]
    written: dict[str, Any] = {
        "dependentSchemas": {
            name: {"properties": dict.fromkeys(names[place:], False)}
            for place, name in enumerate(names[:-1], 1)
        }
    }
    if check.none is not None:
        written["anyOf"] = [{"required": [name]} for name in names]
    return written
