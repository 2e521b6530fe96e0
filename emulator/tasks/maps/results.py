"""What becomes of the results of a Map Run: the state's result, or files in S3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from asl.errors import DATA_LIMIT_EXCEEDED, RESULT_WRITER_FAILED, Failure
from asl.jsontypes import JSON, encode, size
from asl.map_simulation import Child
from asl.signals import S3Call, StartMapRun
from asl.spec.quotas import STANDARD
from emulator.ports import Unreachable
from emulator.tasks.maps.child_records import ChildRecord, record_of
from emulator.tasks.maps.results_files import FILE_BYTES, PART_BYTES, Destination, Spool

GROUPS = ("FAILED", "PENDING", "SUCCEEDED")
"""The kinds of files, in the order in which the manifest has them."""


class Results:
    """The results of one Map Run, in whichever order they come.

    Nothing is written to S3 before `close`. Until then they are on disk, so that memory stays as small as
    it is. A Map Run that goes on after a restart tells again what had ended, and the files, whose names
    follow from its ARN, are written once, or over those that it was about to write.

    Args:
        writer: ResultWriter, its values computed; None if there is none.
        command: The Map Run.
        client: Gives what answers for a service, by boto3's name of it.
        limit: How many bytes the state's result may take; None for any number.
        file_bytes: How large a file may become. Limit: AWS's is 5 GB (developer guide, "ResultWriter").
        part_bytes: How much is sent at a time; S3 takes no less than 5 MiB.
    """

    def __init__(
        self,
        writer: S3Call | None,
        command: StartMapRun,
        client: Callable[[str], Any],
        *,
        limit: int | None = STANDARD.payload_bytes,
        file_bytes: int = FILE_BYTES,
        part_bytes: int = PART_BYTES,
    ) -> None:
        self._command = command
        self._client = client
        self._bounds = (file_bytes, part_bytes)
        config = {} if writer is None else writer.config
        exported = writer is not None and bool(writer.action)
        self._form = config.get("Transformation") or ("NONE" if exported else "COMPACT")
        self._lines = config.get("OutputType") == "JSONL"
        self._parameters = writer.parameters if writer is not None and exported else None
        self._kept = _Kept(limit, command.state)
        self._spools: dict[str, Spool] = {}

    def add(self, index: int, child: Child) -> None:
        """Takes the result of an execution, whose number in the Map Run is given."""
        self.put(index, record_of(child))

    def put(self, index: int, record: ChildRecord) -> None:
        """Takes a record, also of what never began."""
        values = self._formed(record)
        if self._parameters is None:
            self._kept.put(index, values)
            return
        group = record.status if record.status in GROUPS else "FAILED"
        spool = self._spools.get(group)
        if spool is None:
            spool = self._spools[group] = Spool()
        for value in values:
            spool.put(encode(value))

    def close(self) -> JSON:
        """Writes what is to be written, and gives the state's result.

        Raises:
            Failure: It could not be written (States.ResultWriterFailed), or is larger than a state's
                result may be (States.DataLimitExceeded).
        """
        try:
            return self._kept.result() if self._parameters is None else self._export(self._parameters)
        finally:
            self.abort()

    def abort(self) -> None:
        """Lets go of what has not been written."""
        for spool in self._spools.values():
            spool.close()
        self._spools.clear()

    def _formed(self, record: ChildRecord) -> list[JSON]:
        """What is written of an execution: of one that failed its record always (developer guide)."""
        if self._form == "NONE" or record.status != "SUCCEEDED":
            return [record.told()]
        if self._form == "FLATTEN" and isinstance(record.output, list):
            return record.output
        return [record.output]

    def _export(self, parameters: dict[str, JSON]) -> JSON:
        arn = self._command.arn
        destination = _destination(parameters, arn, self._s3(), *self._bounds)
        files: dict[str, JSON] = {group: self._write(destination, group) for group in GROUPS}
        key = destination.manifest(
            encode({"DestinationBucket": destination.bucket, "MapRunArn": arn, "ResultFiles": files})
        )
        return {"MapRunArn": arn, "ResultWriterDetails": {"Bucket": destination.bucket, "Key": key}}

    def _s3(self) -> Any:
        try:
            return self._client("s3")
        except Unreachable as nobody:
            raise Failure(RESULT_WRITER_FAILED, str(nobody)) from None

    def _write(self, destination: Destination, group: str) -> list[JSON]:
        spool = self._spools.get(group)
        if spool is None:
            return []
        entries: Iterator[bytes] = spool.entries()
        return destination.write(group, entries, lines=self._lines)


class _Kept:
    """Results that are the state's own, no more of them than it may pass on."""

    def __init__(self, limit: int | None, state: str) -> None:
        self._limit = limit
        self._state = state
        self._found: dict[int, list[JSON]] = {}
        self._bytes = 1

    def put(self, index: int, values: list[JSON]) -> None:
        if self._limit is not None:
            self._bytes += sum(size(each) + 1 for each in values)
            if self._bytes > self._limit:  # it stays too large whatever comes, so nothing more is kept
                self._found.clear()
                return
        self._found[index] = values

    def result(self) -> list[JSON]:
        if self._limit is not None and self._bytes > self._limit:
            raise Failure(
                DATA_LIMIT_EXCEEDED,
                f"The state/task '{self._state}' returned a result with a size exceeding the maximum number "
                "of bytes service limit.",
            )
        return [value for index in sorted(self._found) for value in self._found[index]]


def _destination(
    parameters: dict[str, JSON], arn: str, s3: Any, file_bytes: int, part_bytes: int
) -> Destination:
    """Where results go: below the prefix, in a folder with the last part of the ARN (recorded)."""
    bucket, prefix = parameters.get("Bucket"), parameters.get("Prefix", "")
    if not isinstance(bucket, str) or not bucket:
        raise Failure(
            RESULT_WRITER_FAILED,
            "ResultWriter needs the parameter Bucket, a string that is not empty.",
        )
    if not isinstance(prefix, str):
        raise Failure(RESULT_WRITER_FAILED, "ResultWriter needs a string as the parameter Prefix.")
    folder = "/".join(filter(None, (prefix.removesuffix("/"), arn.rpartition(":")[2])))
    more = {name: value for name, value in parameters.items() if name not in ("Bucket", "Prefix")}
    return Destination(s3, bucket, folder, more, file_bytes, part_bytes)
