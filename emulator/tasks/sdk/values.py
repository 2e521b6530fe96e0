"""Values between JSON and botocore, by the models' shapes: made once for each shape, then only called."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from botocore.model import Shape

from asl.jsontypes import JSON
from emulator.sdk_names import Dialect
from emulator.tasks.sdk import scalars as sdk_scalars
from emulator.tasks.sdk.scalars import Faults, Reader, Refused, Unfit, Writer


class Values:
    """Writers and readers of one service's shapes in one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._writers: dict[Any, Writer] = {}
        self._readers: dict[Any, Reader] = {}

    # -------------------------------------------------------------- to botocore

    def writer(self, shape: Shape) -> Writer:
        """What writes values of a shape."""
        if getattr(shape, "is_document_type", False):
            return sdk_scalars.as_it_is
        more = shape.serialization
        key = (shape.name, "jsonvalue" in more, "streaming" in more)
        made = self._writers.get(key)
        if made is None:
            # A shape may hold itself: until it is made, what asks for it gets a way to it.
            self._writers[key] = lambda value, place, faults: self._writers[key](value, place, faults)
            made = self._writers[key] = self._written(shape)
        return made

    def _written(self, shape: Any) -> Writer:
        if "jsonvalue" in shape.serialization:
            return sdk_scalars.parsed_json
        if "streaming" in shape.serialization:
            return sdk_scalars.streamed
        if shape.type_name == "structure":
            return self._structure_writer(shape)
        if shape.type_name == "list":
            return sdk_scalars.list_writer(self.writer(shape.member), shape.metadata.get("min", 0))
        if shape.type_name == "map":
            return sdk_scalars.map_writer(self.writer(shape.value))
        if shape.type_name == "timestamp":
            return sdk_scalars.instant if self._dialect.instants else sdk_scalars.date
        if shape.type_name == "string":
            return sdk_scalars.string_writer(shape.metadata.get("min", 0))
        if shape.type_name in sdk_scalars.NUMBERS:
            return sdk_scalars.number_writer(
                sdk_scalars.NUMBERS[shape.type_name], shape.metadata.get("min", -math.inf)
            )
        return sdk_scalars.SCALARS[shape.type_name]

    def _structure_writer(self, shape: Any) -> Writer:
        own = {name: (name, self.writer(each)) for name, each in shape.members.items()}
        members = {**own, **{self._dialect.member(shape, name): each for name, each in own.items()}}
        filled = [name for name, each in shape.members.items() if each.metadata.get("idempotencyToken")]
        streams = [name for name, each in shape.members.items() if "streaming" in each.serialization]
        streams = streams if "ContentType" in shape.members else []
        required = [name for name in shape.required_members if name not in filled]

        def write(value: JSON, place: str, faults: Faults) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise Unfit
            written = {}
            for key, each in value.items():
                found = members.get(key)
                if found is None:
                    raise Refused(sdk_scalars.unknown(key))
                if each is None:
                    continue
                try:
                    written[found[0]] = found[1](each, f"{place}.{found[0]}" if place else found[0], faults)
                except Unfit:
                    raise Refused(sdk_scalars.bad_format(key)) from None
            if any(name in written for name in streams):
                written.setdefault("ContentType", sdk_scalars.STREAMED)
            for name in required:
                if name not in written:
                    faults.append(sdk_scalars.absent(f"{place}.{name}" if place else name))
            return written

        return write

    def nothing(self, value: JSON, place: str, faults: Faults) -> dict[str, Any]:
        """Writes the parameters of an operation that takes none."""
        for name in value:
            raise Refused(sdk_scalars.unknown(name))
        return {}

    # -------------------------------------------------------------- from botocore

    def reader(self, shape: Shape) -> Reader:
        """What reads values of a shape. Members are in the order of their names (recorded)."""
        if getattr(shape, "is_document_type", False):
            return sdk_scalars.same
        made = self._readers.get(shape.name)
        if made is None:
            self._readers[shape.name] = lambda value: self._readers[shape.name](value)
            made = self._readers[shape.name] = self._read(shape)
        return made

    def _read(self, shape: Any) -> Reader:
        if shape.type_name == "structure":
            return self._structure_reader(shape)
        if shape.type_name == "list":
            member = self.reader(shape.member)
            return (
                sdk_scalars.same
                if member is sdk_scalars.same
                else lambda value: [member(each) for each in value]
            )
        if shape.type_name == "map":
            inner = self.reader(shape.value)
            if inner is sdk_scalars.same:
                return inner
            return lambda value: {key: inner(each) for key, each in value.items()}
        if shape.type_name == "timestamp":
            return sdk_scalars.iso if self._dialect.instants else sdk_scalars.milliseconds
        return sdk_scalars.READERS.get(shape.type_name, sdk_scalars.same)

    def _structure_reader(self, shape: Any) -> Reader:
        members = sorted(
            (self._dialect.member(shape, name), name, self.reader(each))
            for name, each in shape.members.items()
            if not each.serialization.get("eventstream")  # nothing reads a stream of events to its end
        )

        def read(value: Mapping[str, Any]) -> JSON:
            return {name: reader(value[key]) for name, key, reader in members if value.get(key) is not None}

        return read
