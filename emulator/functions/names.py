"""How a function is named: by its name, a part of its ARN or the whole, with or without a qualifier."""

from __future__ import annotations

import re

import msgspec

from emulator.arns import partition_of
from emulator.functions.errors import InvalidParameterValueException, ResourceNotFoundException

LATEST = "$LATEST"

_NAME = re.compile(
    r"(?:arn:(?P<partition>aws[a-zA-Z-]*):lambda:(?P<region>[a-z0-9-]+):)?"
    r"(?:(?P<account>\d{12}):)?(?:function:)?(?P<name>[a-zA-Z0-9_-]+)"
    r"(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9_-]+))?"
)


class Named(msgspec.Struct, frozen=True):
    """A function as a request names it.

    Attributes:
        region: Where it is.
        account: Whose it is.
        name: Its name.
        qualifier: The version or alias, if one is named.
    """

    region: str
    account: str
    name: str
    qualifier: str | None = None

    @property
    def arn(self) -> str:
        """The function's ARN, without its qualifier."""
        return f"arn:{partition_of(self.region)}:lambda:{self.region}:{self.account}:function:{self.name}"

    @property
    def qualified(self) -> str:
        """The ARN with the qualifier that is meant, ``$LATEST`` where none is named."""
        return f"{self.arn}:{self.qualifier or LATEST}"

    def missing(self) -> ResourceNotFoundException:
        """What is answered where there is no such function."""
        arn = f"{self.arn}:{self.qualifier}" if self.qualifier else self.arn
        return ResourceNotFoundException(f"Function not found: {arn}")


def named(text: str, account: str, region: str, qualifier: str | None = None) -> Named:
    """What a FunctionName and a Qualifier name together.

    Args:
        text: The FunctionName: a name, or an ARN or a part of one.
        account: Whose function it is where the name does not say.
        region: Where it is where the name does not say.
        qualifier: The Qualifier.

    Raises:
        InvalidParameterValueException: It is none, or the two name different qualifiers.
    """
    match = _NAME.fullmatch(text)
    if match is None or len(match["name"]) > 64:
        raise InvalidParameterValueException(f"'{text[:200]}' is no name or ARN of a function")
    within = match["qualifier"]
    if within is not None and qualifier is not None and within != qualifier:
        raise InvalidParameterValueException(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    return Named(match["region"] or region, match["account"] or account, match["name"], qualifier or within)
