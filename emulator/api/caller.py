"""Whose request it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from emulator.settings import Settings

# Bounded, so that no header makes it slow; a region becomes part of ARNs, so it may not be just anything.
_CREDENTIAL = re.compile(r"Credential=([^/,\s]{1,128})/[^/,\s]{0,32}/([a-z][a-z0-9-]{1,31})/")
_ACCOUNT = re.compile("[0-9]{12}")


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
