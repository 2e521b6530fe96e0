"""Clients: boto3 pointed at an emulator, and the host prefix that botocore would put before it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.client
import botocore.session
from botocore.config import Config

from asl.defaults import REGION
from emulator.settings import PORT

ENDPOINTS = ("AWS_ENDPOINT_URL_SFN", "AWS_ENDPOINT_URL")
"""The variables in which botocore itself, and so every SDK and the AWS CLI, looks for the endpoint."""
CREDENTIAL = "test"
"""A key and a secret that are none. An access key of twelve digits is taken for the account."""
READ_TIMEOUT = 310
"""Seconds: a synchronous Express execution lasts up to five minutes, and is answered at its end."""

_OURS = ("localhost", "127.0.0.1", "::1", "host.docker.internal")


def endpoint(url: str | None = None) -> str:
    """The endpoint to ask: the one given, that of the environment, or where `asl serve` listens."""
    named = next((os.environ[each] for each in ENDPOINTS if os.environ.get(each)), None)
    return url or named or f"http://127.0.0.1:{PORT}"


def client(service: str = "stepfunctions", endpoint_url: str | None = None, **options: Any) -> Any:
    """A boto3 client of an emulator: no credentials are looked for, and no prefix is put before the host.

    Args:
        service: The service, as boto3 calls it.
        endpoint_url: Where the emulator listens; by default as ``AWS_ENDPOINT_URL_SFN`` or
            ``AWS_ENDPOINT_URL`` says, else ``http://127.0.0.1:8083``.
        options: Anything else that ``boto3.client`` takes; they win over what is set here.
    """
    ours = Config(inject_host_prefix=False, read_timeout=READ_TIMEOUT)
    given = options.pop("config", None)
    settings: dict[str, Any] = {
        "endpoint_url": endpoint(endpoint_url),
        "region_name": os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or REGION,
        "aws_access_key_id": CREDENTIAL,
        "aws_secret_access_key": CREDENTIAL,
        **options,
    }
    with _lock:  # making a client changes its session, and a session takes long to make
        return _session().client(service, config=ours.merge(given) if given else ours, **settings)


_lock = threading.Lock()


@cache
def _session() -> Any:
    """A session that reads none of the user's files, where a profile could lead elsewhere."""
    nowhere = {"config_file": (None, None, os.devnull, None), "profile": (None, None, None, None)}
    nowhere["credentials_file"] = nowhere["config_file"]
    return boto3.session.Session(botocore_session=botocore.session.Session(session_vars=nowhere))


def patch_boto3(hosts: Collection[str] = ()) -> Callable[[], None]:
    """Keeps botocore from putting ``sync-`` before the host of an emulator, in every client of this process.

    Only endpoints on this machine are touched, so AWS's own keep their prefix. The variable
    ``AWS_DISABLE_HOST_PREFIX_INJECTION=true`` does the same without a patch, for all endpoints.

    Args:
        hosts: Further names under which an emulator is reached.

    Returns:
        What takes the patch back.
    """
    module: Any = botocore.client
    original = module.prepare_request_dict

    def prepared(request: dict[str, Any], endpoint_url: str, **options: Any) -> None:
        if _is_ours(endpoint_url, hosts):
            request.pop("host_prefix", None)
        original(request, endpoint_url=endpoint_url, **options)

    def undo() -> None:
        if module.prepare_request_dict is prepared:
            module.prepare_request_dict = original

    module.prepare_request_dict = prepared
    return undo


def _is_ours(url: str, hosts: Collection[str]) -> bool:
    name = urlsplit(url).hostname or ""
    return name in _OURS or name in hosts or name.endswith(".localhost")
