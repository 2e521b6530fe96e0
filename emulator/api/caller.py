"""Whose request it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from emulator.settings import Settings

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/[^/,\s]*/([^/,\s]+)/")
_ACCOUNT = re.compile(r"\d{12}")


class Caller(msgspec.Struct, frozen=True):
    """On whose account a request is made, and in which region."""

    account: str
    region: str


def caller(headers: Mapping[str, str], settings: Settings) -> Caller:
    """Whose request it is: an access key of twelve digits is the account, and the signature names the region.

    Nothing here is secret, so no signature is checked.

    Args:
        headers: The request's headers, names in lower case.
        settings: Say who a caller is that tells neither.
    """
    match = _CREDENTIAL.search(headers.get("authorization", ""))
    if match is None:
        return Caller(settings.account, settings.region)
    key, region = match.groups()
    return Caller(key if _ACCOUNT.fullmatch(key) else settings.account, region)
