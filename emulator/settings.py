"""What can be set about an emulator, and the values it has if nobody does."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Durability: TypeAlias = Literal["full", "process"]

ACCOUNT = "123456789012"
REGION = "us-east-1"
PORT = 8083
"""As Step Functions Local's."""


class Settings(msgspec.Struct, frozen=True):
    """The settings of one emulator.

    Attributes:
        host: The address to listen on.
        port: The port, 0 for any that is free.
        account: The account of callers whose access key is not an account id itself.
        region: The region of callers who name none.
        database: The file that keeps executions, or None for memory.
        durability: ``full``: what was acknowledged survives a power failure; ``process``: it
            survives the end of the process.
        clock: ``real``, ``virtual``, or ``x60`` and the like: so many times as fast.
        hosts: Names that requests may be addressed to, beside this machine's own.
        pool: How many blocking handlers may run at a time.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    account: str = ACCOUNT
    region: str = REGION
    database: str | None = None
    durability: Durability = "full"
    clock: str = "real"
    hosts: tuple[str, ...] = ()
    pool: int = 32
