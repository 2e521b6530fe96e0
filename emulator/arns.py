"""ARNs of Step Functions: written, and taken apart with AWS's complaints."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

import msgspec

from emulator.errors import InvalidArn

Kind: TypeAlias = Literal["stateMachine", "execution", "express", "activity", "mapRun"]
KINDS: tuple[Kind, ...] = ("stateMachine", "execution", "express", "activity", "mapRun")

_VERSION = re.compile("[1-9][0-9]*")
_ROLE = re.compile(r"arn:aws[a-z0-9-]*:iam::\d{12}:role/\S+")


class Arn(msgspec.Struct, frozen=True):
    """An ARN of Step Functions, taken apart.

    Attributes:
        text: The whole ARN.
        region: Its region.
        account: Its account.
        kind: What it names.
        name: The first part of the name: the state machine's, for an execution too.
        rest: What follows the name: a version or alias, an execution's name and run.
    """

    text: str
    region: str
    account: str
    kind: Kind
    name: str
    rest: str = ""

    @property
    def machine(self) -> str:
        """The ARN without its qualifier: of a version or alias, that of the state machine."""
        return self.text.removesuffix(f":{self.rest}") if self.rest else self.text

    @property
    def label(self) -> str:
        """The label of the Distributed Map state that it names within a state machine; empty if none."""
        return self.name.partition("/")[2]

    @property
    def version(self) -> int | None:
        """The number of the state machine version that it names, or None. An alias is never just digits."""
        return int(self.rest) if _VERSION.fullmatch(self.rest) else None


def parse(text: str, *kinds: Kind) -> Arn:
    """The ARN that a text is.

    Args:
        text: What was sent.
        kinds: What it may name; anything if none is given.

    Raises:
        InvalidArn: It is none, or names something else. Texts recorded.
    """
    parts = text.split(":")
    if len(parts) < 6 or parts[0] != "arn" or not parts[1].startswith("aws") or parts[2] != "states":
        raise InvalidArn(f"Invalid Arn: 'Invalid ARN prefix: {text}'")
    kind = next((each for each in KINDS if each == parts[5]), None)
    if kind is None or len(parts) < 7 or not parts[6]:
        raise InvalidArn(f"Invalid Arn: 'Resource type not valid in this context: {parts[5]}'")
    if kinds and kind not in kinds:
        raise InvalidArn(f"Invalid Arn: 'Resource type not valid in this context: {kind}'")
    return Arn(text, parts[3], parts[4], kind, parts[6], ":".join(parts[7:]))


def arn(region: str, account: str, *parts: str) -> str:
    """The ARN of something of Step Functions: ``arn(region, account, "stateMachine", "name")``."""
    return ":".join(["arn", partition_of(region), "states", region, account, *parts])


def partition_of(region: str) -> str:
    """The partition that a region belongs to."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def checked_role(text: str) -> str:
    """The ARN of an IAM role; whether there is such a role is not asked.

    Raises:
        InvalidArn: It is none. Text measured by others.
    """
    if not _ROLE.fullmatch(text):
        raise InvalidArn(f"Invalid Role Arn: '{text}'")
    return text


def account_of(text: str) -> str:
    """The account in an ARN of any service; empty if there is none."""
    parts = text.split(":", 5)
    return parts[4] if len(parts) == 6 else ""
