"""How AWS services are reached: at an endpoint that was named, in this process, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from botocore.config import Config

from emulator.clients import client
from emulator.ports import Own
from emulator.settings import EVERY
from emulator.transport import Request, Response, answered_in_process

Ask: TypeAlias = Callable[[Request, str], Response]
"""Answers a request on an account, in this process."""

CONNECT_SECONDS = 5
READ_SECONDS = 310
"""A synchronous Express execution, the longest call, lasts five minutes."""
_OPTIONS = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
    inject_host_prefix=False,
    max_pool_connections=32,
)


class ServiceBackends:
    """Gives clients, each made once.

    Args:
        endpoints: URLs by what boto3 calls the service, and by `EVERY`.
        answered: What is answered here by the emulator itself.
        others: Answers for all other services.
        url: Gives the URL that requests in process are written to; services put it into their answers.
        own: The emulator, if there is one.
    """

    def __init__(
        self,
        endpoints: Mapping[str, str],
        answered: Mapping[str, Ask],
        others: Ask,
        url: Callable[[], str],
        own: Own | None,
    ) -> None:
        self._endpoints = dict(endpoints)
        self._own = answered
        self._emulator = own
        self._others = others
        self._url = url
        self._made: dict[tuple[str, str, str], Any] = {}
        self._lock = threading.Lock()

    @property
    def own(self) -> Own | None:
        """The emulator, unless another endpoint is meant by Step Functions."""
        return self._emulator if self.endpoint("stepfunctions") is None else None

    def endpoint(self, service: str) -> str | None:
        """Where a service is reached over the network; None if it is answered in this process."""
        named = self._endpoints.get(service)
        if named is not None or service in self._own:
            return named
        return self._endpoints.get(EVERY)

    def client(self, service: str, region: str, account: str) -> Any:
        """A botocore client of a service. Its requests are signed with the account as access key."""
        key = (service, region, account)
        made = self._made.get(key)
        if made is None:
            with self._lock:
                made = self._made.get(key) or self._make(service, region, account)
                self._made[key] = made
        return made

    def _make(self, service: str, region: str, account: str) -> Any:
        endpoint = self.endpoint(service)
        made = client(
            service,
            endpoint or self._url(),
            region_name=region,
            aws_access_key_id=account,
            config=_OPTIONS,
        )
        if endpoint is None:
            ask = self._own.get(service, self._others)
            made._endpoint = answered_in_process(made._endpoint, lambda request: ask(request, account))
        return made
