"""What the Map Runs of one execution read items with, and write results with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from asl.interpreter.map_run import Item
from asl.map_services import Results
from asl.signals import StartMapRun
from emulator.tasks.maps import items, results
from emulator.tasks.maps.s3_folder import S3Folder


class S3MapServices:
    """Reads items from S3 and writes results there.

    Args:
        client: Gives what answers for a service, by boto3's name of it.
    """

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client = client

    def items(self, command: StartMapRun) -> Iterator[Item]:
        """The items of a Map Run that has an ItemReader.

        Raises:
            Failure: They cannot be read; raised as they are taken.
        """
        assert command.reader is not None
        return items.read(command.reader, self._client)

    def results(self, command: StartMapRun) -> Results:
        """What takes the results of a Map Run that has a ResultWriter."""
        return results.Results(command, self._client)


def map_services(client: Callable[[str], Any], s3_root: str | None) -> S3MapServices:
    """What Map Runs read and write with.

    Args:
        client: Gives what answers for a service, by boto3's name of it.
        s3_root: The folder whose folders are buckets, in the place of S3's; None for those of S3.
    """
    if s3_root is None:
        return S3MapServices(client)
    folder = S3Folder(Path(s3_root))
    return S3MapServices(lambda service: folder)
