"""What becomes of the results of a Map Run: the state's result, or files in S3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asl.errors import RESULT_WRITER_FAILED, Failure
from asl.jsontypes import JSON, encode
from asl.map_services import Child, Outputs
from asl.signals import StartMapRun
from asl.spec.quotas import STANDARD
from emulator.ports import Unreachable
from emulator.tasks.maps.child_records import told
from emulator.tasks.maps.results_files import FILE_BYTES, PART_BYTES, Destination, Spool

GROUPS = ("FAILED", "PENDING", "SUCCEEDED")
"""The kinds of files, in the order in which the manifest has them. What is pending when a Map Run ends has
made it fail, and of a run that fails nothing is written."""


class Results:
    """The results of one Map Run, in whichever order they come.

    Nothing is written to S3 before `close`. Until then they are on disk, so that memory stays as small as
    it is. A Map Run that goes on after a restart tells again what had ended, and the files, whose names
    follow from its ARN, are written once, or over those that it was about to write. In a file they stand in
    the order of the items, so that the same run writes the same; AWS's own order is not known.

    Args:
        command: The Map Run, which has a ResultWriter.
        client: Gives what answers for a service, by boto3's name of it.
        limit: How many bytes the state's result may take; None for any number.
        file_bytes: How large a file may become. Limit: AWS's is 5 GB (developer guide, "ResultWriter").
        part_bytes: How much is sent at a time; S3 takes no less than 5 MiB.
    """

    def __init__(
        self,
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
        writer = command.writer
        assert writer is not None
        exported = bool(writer.action)
        self._form = writer.config.get("Transformation") or ("NONE" if exported else "COMPACT")
        self._lines = writer.config.get("OutputType") == "JSONL"
        self._parameters = writer.parameters if exported else None
        self._own = Outputs(limit, command.state)
        self._spool = Spool()

    def add(self, number: int, child: Child) -> None:
        """Takes the result of an execution, or a later one in the place of its first."""
        values = self._formed(child)
        if self._parameters is None:
            self._own.put(number, values)
        else:
            group = GROUPS.index("SUCCEEDED" if child.status == "SUCCEEDED" else "FAILED")
            self._spool.put(number, group, [encode(value) for value in values])

    def close(self) -> JSON:
        """Writes what is to be written, and gives the state's result.

        Raises:
            Failure: It could not be written (States.ResultWriterFailed), or is larger than a state's
                result may be (States.DataLimitExceeded). Nothing is lost: after a redrive it is tried again.
        """
        return self._own.close() if self._parameters is None else self._export(self._parameters)

    def abort(self) -> None:
        """Lets go of what has not been written."""
        self._own.abort()
        self._spool.close()

    def _formed(self, child: Child) -> list[JSON]:
        """What is written of an execution: of one that failed all that is told, always (developer guide)."""
        if self._form == "NONE" or child.status != "SUCCEEDED":
            return [told(child)]
        if self._form == "FLATTEN" and isinstance(child.output, list):
            return child.output
        return [child.output]

    def _export(self, parameters: dict[str, JSON]) -> JSON:
        arn = self._command.arn
        destination = _destination(parameters, arn, self._s3(), *self._bounds)
        files: dict[str, JSON] = {
            group: destination.write(group, self._spool.entries(number), lines=self._lines)
            for number, group in enumerate(GROUPS)
        }
        key = destination.manifest(
            encode({"DestinationBucket": destination.bucket, "MapRunArn": arn, "ResultFiles": files})
        )
        return {"MapRunArn": arn, "ResultWriterDetails": {"Bucket": destination.bucket, "Key": key}}

    def _s3(self) -> Any:
        try:
            return self._client("s3")
        except Unreachable as nobody:
            raise Failure(RESULT_WRITER_FAILED, str(nobody)) from None


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
