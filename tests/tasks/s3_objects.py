"""Where tests of Map Runs put their objects: moto in this process, and folders."""

from __future__ import annotations

from typing import Any

import pytest

from asl.errors import Failure
from asl.interpreter.map_run import Item
from asl.signals import S3Call
from emulator.tasks.maps.items import read
from emulator.tasks.maps.s3_folder import S3Folder
from tests.tasks.reaching import ACCOUNT, REGION, moto

BUCKET = "data-bucket"


class Store:
    """A bucket of whatever answers for S3."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def put(self, key: str, body: bytes | str, **more: Any) -> None:
        body = body.encode() if isinstance(body, str) else body
        self.client.put_object(Bucket=BUCKET, Key=key, Body=body, **more)

    def get(self, key: str) -> bytes:
        body = self.client.get_object(Bucket=BUCKET, Key=key)["Body"]
        try:
            return body.read()
        finally:
            body.close()

    def items(self, key: str, *, more: dict[str, Any] | None = None, **config: Any) -> list[Item]:
        """The items of an object."""
        call = S3Call("s3:getObject", {"Bucket": BUCKET, "Key": key, **(more or {})}, config)
        return list(read(call, self.service))

    def values(self, key: str, **config: Any) -> list[Any]:
        return [item.value for item in self.items(key, **config)]

    def listed(self, parameters: dict[str, Any] | None = None, **config: Any) -> list[Item]:
        call = S3Call("s3:listObjectsV2", {"Bucket": BUCKET, **(parameters or {})}, config)
        return list(read(call, self.service))

    def cause(self, key: str, **config: Any) -> str:
        """The cause with which reading fails."""
        with pytest.raises(Failure) as caught:
            self.items(key, **config)
        assert caught.value.error == "States.ItemReaderFailed"
        return caught.value.cause or ""

    def service(self, name: str) -> Any:
        assert name == "s3"
        return self.client


def in_moto() -> Store:
    client = moto().client("s3", REGION, ACCOUNT)
    client.create_bucket(Bucket=BUCKET)
    return Store(client)


def in_folder(root: Any) -> Store:
    (root / BUCKET).mkdir()
    return Store(S3Folder(root))
