"""What the AWS SDKs for Java call services, members and exceptions: Step Functions shows their names.

The rules are those of the second SDK's code generator. They give the prefix that AWS lists for every
service that botocore has, but for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec


class Dialect(msgspec.Struct, frozen=True):
    """How an integration writes members and times.

    Attributes:
        written: Gives a member's name in Step Functions for that in the model.
        renamed: Members that are called otherwise than by that rule: the shape and the member.
        instants: Whether times are ISO 8601 texts; else they are milliseconds since the epoch.
    """

    written: Callable[[str], str]
    renamed: Mapping[tuple[str, str], str]
    instants: bool

    def member(self, shape: Any, name: str) -> str:
        """What a member of one of botocore's structures is called."""
        return self.renamed.get((shape.name, name)) or self.written(name)


def member(name: str) -> str:
    """A member of a model as ``aws-sdk`` integrations write it: ``DbInstanceIdentifier``, ``KmsKeyId``.

    An acronym at its beginning is one word; what comes later stays as it is (``ChecksumCRC32``).
    """
    end = 1
    while end < len(name) and name[end].isupper() and not name[end + 1 : end + 2].islower():
        end += 1
    return name[:1].upper() + name[1:end].lower() + name[end:]


def capitalised(name: str) -> str:
    """A member of a model as optimised integrations write it: ``MD5OfMessageBody``, ``TaskArn``."""
    return name[:1].upper() + name[1:]


SECOND = Dialect(member, {("AttributeValue", "NULL"): "Nul"}, instants=True)
"""Integrations on the second AWS SDK for Java: all of ``aws-sdk``."""
FIRST = Dialect(capitalised, {}, instants=False)
"""Optimised integrations, on the first. That times are numbers is known of jobs' descriptions."""


def prefix(service_id: str) -> str:
    """What errors of a service begin with in ``aws-sdk`` integrations: ``DynamoDb``, ``Sfn``.

    Args:
        service_id: The service's id in botocore's model.
    """
    return _PREFIXES.get(service_id) or pascal(service_id.removesuffix(" Service"))


_PREFIXES = {"MemoryDB": "MemoryDB"}
"""Those that AWS lists otherwise than the rule has it."""


def exception(shape_name: str) -> str:
    """The class of a modelled error in the second SDK: ``NoSuchKeyException``."""
    name = shape_name.removesuffix("Fault")
    return pascal(name if name.endswith("Exception") else f"{name}Exception")


def exception_of_first(shape_name: str) -> str:
    """The class of a modelled error in the first SDK: ``NotFoundException``."""
    name = shape_name.removesuffix("Fault")
    return name if name.endswith("Exception") else f"{name}Exception"


@lru_cache(maxsize=1024)
def pascal(text: str) -> str:
    """A name in words of one capital each: ``KMSInvalidState`` becomes ``KmsInvalidState``."""
    for pattern, put in _WORDS:
        text = pattern.sub(put, text)
    return "".join(word[:1].upper() + word[1:].lower() for word in text.split())


_WORDS = [
    (re.compile(pattern), put)
    for pattern, put in (
        (r"[^A-Za-z0-9]+", " "),
        (r"([^a-z]{2,})v([0-9]+)", r"\1 v\2 "),
        (r"([^A-Z]{2,})V([0-9]+)", r"\1 V\2 "),
        (r"(?<=[a-z])(?=[A-Z][a-zA-Z0-9])", " "),
        (r"([A-Z]+)([A-Z][a-z])", r"\1 \2"),
        (r"([0-9])([a-zA-Z])", r"\1 \2"),
    )
]
