"""Manifests: lists of objects that Athena or an S3 inventory wrote, and whose rows are the items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from asl.jsontypes import JSON, InvalidJSON, loads
from emulator.tasks.maps import items_csv, items_parquet
from emulator.tasks.maps.items_s3 import LONGEST, Client, S3Object, chunks, failed, lines

Rows: TypeAlias = Iterator[tuple[S3Object, JSON]]
"""Items, each with the object that it is from."""


def athena(client: Client, manifest: S3Object, read: Callable[[S3Object], Iterator[JSON]]) -> Rows:
    """The items of all objects that a manifest of Athena names, one in each line as ``s3://bucket/key``.

    Args:
        client: What answers for S3.
        manifest: The manifest.
        read: Gives the items of one object.

    Raises:
        Failure: A line is something else, or an object cannot be read.
    """
    for number, line in enumerate(lines(chunks(client, manifest), manifest.uri), 1):
        uri = line.decode("utf-8", "replace").strip().strip('"')
        if not uri:
            continue
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        if not uri.startswith("s3://") or not bucket or not key:
            raise failed(
                f"Line {number} of {manifest.uri} is not the URI of an object as a manifest of the "
                f"ManifestType ATHENA_DATA has it, s3://bucket/key: {uri[:100]!r}"
            )
        place = S3Object(bucket, key, _owner(manifest))
        for value in read(place):
            yield place, value


def inventory(client: Client, manifest: S3Object) -> Rows:
    """The rows of all files of an inventory, by the names of its schema; keys stay encoded as they are.

    Raises:
        Failure: It is no ``manifest.json`` of an inventory, or a file cannot be read.
    """
    told = _read(client, manifest)
    form, schema, files = told.get("fileFormat"), told.get("fileSchema"), told.get("files")
    if not isinstance(files, list) or not isinstance(schema, str) or not isinstance(form, str):
        raise failed(
            f"{manifest.uri} is not the manifest.json of an S3 inventory: it needs fileFormat, fileSchema "
            "and files."
        )
    bucket = told.get("destinationBucket")
    bucket = bucket.rpartition(":")[2] if isinstance(bucket, str) and bucket else manifest.bucket
    names = [each.strip() for each in schema.split(",")]
    for file in files:
        key = file.get("key") if isinstance(file, dict) else None
        if not isinstance(key, str):
            raise failed(f"{manifest.uri} names a file without a key.")
        place = S3Object(bucket, key, _owner(manifest))
        for value in _rows(client, place, form, names):
            yield place, value


def _rows(client: Client, place: S3Object, form: str, names: list[str]) -> Iterator[JSON]:
    if form.upper() == "CSV":
        return items_csv.values(chunks(client, place), items_csv.Csv(",", names), place.uri)
    if form.upper() == "PARQUET":
        return items_parquet.values(client, place)
    raise failed(f"An inventory in the format {form} cannot be read; let S3 write it as CSV.")


def _read(client: Client, manifest: S3Object) -> dict[str, JSON]:
    parts: list[bytes] = []
    for piece in chunks(client, manifest):
        parts.append(piece)
        if sum(map(len, parts)) > LONGEST:
            raise failed(f"{manifest.uri} is too long for a manifest: more than {LONGEST} bytes.")
    try:
        told = loads(b"".join(parts))
    except InvalidJSON as error:
        raise failed(f"{manifest.uri} is not JSON, as a manifest is: {error.message}") from None
    if not isinstance(told, dict):
        raise failed(f"{manifest.uri} is not the manifest.json of an S3 inventory: it holds no object.")
    return told


def _owner(manifest: S3Object) -> dict[str, JSON]:
    return {name: value for name, value in manifest.more.items() if name == "ExpectedBucketOwner"}
