"""The services of this process as tests ask them, without an emulator around."""

from __future__ import annotations

from typing import Any

from emulator.clients import client
from emulator.services import Services
from emulator.transport import answered_in_process


class OtherServices:
    """Backends of which most are answered in this process.

    Attributes:
        services: What answers.
        given: Clients that are used instead, by service.
        endpoints: What is told of the services that have an endpoint.
    """

    own = None

    def __init__(self, **given: Any) -> None:
        self.services = Services()
        self.given = given
        self.endpoints: dict[str, str] = {}

    def client(self, service: str, region: str, account: str) -> Any:
        if service in self.given:
            return self.given[service]
        made = client(service, "http://localhost:4599", region_name=region, aws_access_key_id=account)
        made._endpoint = answered_in_process(
            made._endpoint, lambda request: self.services.answer(request, account)
        )
        return made

    def endpoint(self, service: str) -> str | None:
        return self.endpoints.get(service)
