"""Items of a distributed Map, read from S3 one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from asl.interpreter.map_run import Item
from asl.jsontypes import JSON
from asl.signals import S3Call
from emulator.ports import Unreachable
from emulator.tasks.maps import items_csv, items_json, items_manifest, items_parquet
from emulator.tasks.maps.items_s3 import Client, S3Object, chunks, failed, named, object_of, told

LIST = "s3:listObjectsV2"
FORMATS = ("CSV", "JSON", "JSONL", "PARQUET")


def read(reader: S3Call, client: Callable[[str], Any]) -> Iterator[Item]:
    """The items that an ItemReader reads. Nothing is asked for before the first is taken.

    Args:
        reader: What it calls, its values computed.
        client: Gives what answers for a service, by boto3's name of it.

    Raises:
        Failure: They cannot be read: States.ItemReaderFailed.
    """
    config = reader.config
    most = _most(config)
    try:
        s3 = client("s3")
    except Unreachable as nobody:
        raise failed(str(nobody)) from None
    if reader.action != LIST:
        found = _of_object(s3, object_of(reader.parameters), config)
    elif config.get("Transformation") == "LOAD_AND_FLATTEN":
        found = _of_objects(s3, reader.parameters, config)
    else:
        bucket = named(reader.parameters, "Bucket")
        found = (Item(each, None, f"S3://{bucket}") for each in _listed(s3, reader.parameters))
    yield from islice(found, most)


def _most(config: dict[str, JSON]) -> int | None:
    """How many items may be read; None for all of them, which 0 means too (recorded)."""
    most = config.get("MaxItems")
    if most is None:
        return None
    if isinstance(most, bool) or not isinstance(most, int):
        raise failed(f"MaxItems must be a whole number and is {most!r}.")
    if most < 0:
        raise failed("field MaxItems must be positive")  # recorded
    return most or None


def _of_object(s3: Client, place: S3Object, config: dict[str, JSON]) -> Iterator[Item]:
    kind, manifest = config.get("InputType"), config.get("ManifestType")
    if manifest == "ATHENA_DATA":
        if kind not in FORMATS:
            raise failed(
                "With the ManifestType ATHENA_DATA, InputType says what the objects are that the manifest "
                "names: CSV, JSONL or PARQUET."
            )
        rows = items_manifest.athena(
            s3, place, lambda each: (item.value for item in _values(s3, each, config))
        )
    elif kind == "MANIFEST" or manifest is not None:
        rows = items_manifest.inventory(s3, place)
    else:
        yield from _values(s3, place, config)
        return
    for source, value in rows:
        yield Item(value, None, source.uri)


def _of_objects(s3: Client, parameters: dict[str, JSON], config: dict[str, JSON]) -> Iterator[Item]:
    """The items of all objects listed; an object that stands for a folder holds none."""
    more = {name: value for name, value in parameters.items() if name == "ExpectedBucketOwner"}
    bucket = named(parameters, "Bucket")
    for each in _listed(s3, parameters):
        if each["Size"] or not each["Key"].endswith("/"):
            yield from _values(s3, S3Object(bucket, each["Key"], more), config)


def _values(s3: Client, place: S3Object, config: dict[str, JSON]) -> Iterator[Item]:
    """The items of one object."""
    uri, kind = place.uri, config.get("InputType")
    if kind == "CSV":
        form = items_csv.form(config)
        for row in items_csv.values(chunks(s3, place), form, uri):
            yield Item(row, None, uri)
    elif kind == "JSONL":
        for found in items_json.values_of_lines(chunks(s3, place), uri):
            yield Item(found.value, None, uri)
    elif kind == "JSON":
        tokens = items_json.tokens_of(config.get("ItemsPointer"))
        for found in items_json.values(chunks(s3, place), tokens, uri):
            yield Item(found.value, found.key, uri)
    elif kind == "PARQUET":
        for values in items_parquet.values(s3, place):
            yield Item(values, None, uri)
    else:
        raise failed(f"ReaderConfig needs the InputType of {uri}: {', '.join(FORMATS)} or MANIFEST.")


def _listed(s3: Client, parameters: dict[str, JSON]) -> Iterator[dict[str, Any]]:
    """What ``s3:listObjectsV2`` tells of each object, page by page."""
    bucket = named(parameters, "Bucket")
    asked = dict(parameters)
    while True:
        with told(f"The objects of S3://{bucket} could not be listed"):
            page = s3.list_objects_v2(**asked)
        for each in page.get("Contents", ()):
            yield _described(each)
        token = page.get("NextContinuationToken")
        if not page.get("IsTruncated") or not token:
            return
        asked["ContinuationToken"] = token


def _described(listed: dict[str, Any]) -> dict[str, JSON]:
    """An object as an item: AWS writes Etag so, and times in seconds (developer guide)."""
    modified = listed["LastModified"]
    return {
        "Etag": listed.get("ETag", ""),
        "Key": listed["Key"],
        "LastModified": int(modified.timestamp()) if isinstance(modified, datetime) else modified,
        "Size": listed["Size"],
        "StorageClass": listed.get("StorageClass", "STANDARD"),
    }
