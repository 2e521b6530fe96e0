"""What is kept of functions: their records and their code, found and changed under one lock."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable
from typing import Any

from emulator.functions import code
from emulator.functions.errors import ResourceNotFoundException, ServiceException
from emulator.functions.names import LATEST, Named
from emulator.records import FunctionCode, FunctionRecord, FunctionVersion


class Shelf:
    """Functions by ARN, and archives by their digest.

    Attributes:
        lock: Held while records are read or changed.
        records: Functions by ARN.
    """

    def __init__(self, keep: Callable[[Any], None], drop: Callable[[Any], None]) -> None:
        self.lock = threading.RLock()
        self.records: dict[str, FunctionRecord] = {}
        self._archives: dict[str, bytes] = {}
        self._keep = keep
        self._drop = drop

    def restore(self, records: Iterable[FunctionRecord], archives: Iterable[FunctionCode]) -> None:
        """Takes up what was kept before."""
        with self.lock:
            self.records.update((each.arn, each) for each in records)
            self._archives.update((each.sha256, each.archive) for each in archives)

    def clear(self) -> None:
        """Forgets everything; what keeps it has to be told by the caller."""
        with self.lock:
            self.records.clear()
            self._archives.clear()

    def record(self, place: Named) -> FunctionRecord:
        """A function's record.

        Raises:
            ResourceNotFoundException: There is none.
        """
        found = self.records.get(place.arn)
        if found is None:
            raise place.missing()
        return found

    def save(self, record: FunctionRecord) -> None:
        """Keeps a record that is new or was changed."""
        self.records[record.arn] = record
        self._keep(record)

    def remove(self, record: FunctionRecord) -> None:
        """Forgets a function."""
        del self.records[record.arn]
        self._drop(record)
        self.forget_unused()

    # -------------------------------------------------------------- code

    def add_archive(self, archive: bytes) -> str:
        """Keeps an archive; gives its digest."""
        digest = code.sha256(archive)
        if digest not in self._archives:
            self._archives[digest] = archive
            self._keep(FunctionCode(digest, archive))
        return digest

    def archive(self, digest: str) -> bytes:
        """An archive.

        Raises:
            ServiceException: It is lost, as by a database that was cut.
        """
        found = self._archives.get(digest)
        if found is None:
            raise ServiceException("The code of this function is not there any more; upload it again")
        return found

    def forget_unused(self) -> None:
        """Forgets the archives that no function is made of any more."""
        used = {
            each.code
            for record in self.records.values()
            for each in (record.latest, *record.versions.values())
        }
        for digest in self._archives.keys() - used:
            self._drop(FunctionCode(digest, self._archives.pop(digest)))

    # -------------------------------------------------------------- versions

    def version(self, place: Named) -> tuple[str, FunctionVersion]:
        """The version that a qualifier means, with its number; of an alias one by its weights.

        Raises:
            ResourceNotFoundException: There is no such function, version or alias.
        """
        record = self.records.get(place.arn)
        if record is None:
            raise ResourceNotFoundException(f"Function not found: {place.qualified}")
        number = place.qualifier or LATEST
        alias = record.aliases.get(number)
        if alias is not None:
            number = _drawn(alias.version, alias.weights)
        if number == LATEST:
            return LATEST, record.latest
        found = record.versions.get(int(number)) if number.isdecimal() else None
        if found is None:
            raise ResourceNotFoundException(f"Function not found: {place.qualified}")
        return number, found


def _drawn(version: str, weights: dict[str, float]) -> str:
    """The alias's own version, or another one as often as its weight says."""
    draw = random.random()  # noqa: S311 - not for secrets
    for other, weight in weights.items():
        if draw < weight:
            return other
        draw -= weight
    return version
