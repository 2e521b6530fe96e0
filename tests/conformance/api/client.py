"""An SDK without a network: requests written, and answers read, by botocore itself."""

from __future__ import annotations

from typing import Any

from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from emulator import Emulator
from emulator.api import wire
from emulator.api.model import service_model
from emulator.transport import Response

PROTOCOL = "json"


def request(
    operation: str, members: dict[str, Any], *, account: str, region: str
) -> tuple[dict[str, str], bytes]:
    """The headers, named in lower case, and the body that botocore would send; nothing is validated."""
    written = create_serializer(PROTOCOL, include_validation=False).serialize_to_request(
        members, service_model().operation_model(operation)
    )
    body = written["body"]
    credential = f"AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/states/aws4_request"
    headers = {**written["headers"], "Authorization": f"{credential}, SignedHeaders=host, Signature=0"}
    encoded = body if isinstance(body, bytes) else body.encode()
    return {name.lower(): value for name, value in headers.items()}, encoded


def parsed(operation: str, response: Response) -> dict[str, Any]:
    """An answer as botocore shapes it, with an error's own members as a client adds them.

    Raises:
        botocore.parsers.ResponseParserError: No client could read it.
    """
    parser = create_parser(PROTOCOL)
    raw = {"status_code": response.status, "headers": response.headers, "body": response.body}
    answer: dict[str, Any] = parser.parse(raw, service_model().operation_model(operation).output_shape)
    if response.status >= 300:
        shape = service_model().shape_for_error_code(answer["Error"]["Code"])
        if shape is not None:
            answer |= parser.parse(raw, shape)
    return answer


async def call(
    emulator: Emulator, operation: str, members: dict[str, Any], *, account: str, region: str
) -> dict[str, Any]:
    """What a client with these credentials gets."""
    headers, body = request(operation, members, account=account, region=region)
    return parsed(operation, await wire.answer(emulator, headers, body))
