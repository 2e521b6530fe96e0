"""Definitions compiled: once each, however many executions run them."""

from __future__ import annotations

from functools import lru_cache

import asl
from asl.elements.machine import StateMachine
from emulator.records import MachineType


@lru_cache(maxsize=256)
def compiled(definition: str, type: MachineType) -> StateMachine:
    """The state machine that a definition describes.

    Raises:
        asl.InvalidDefinition: It cannot be run.
    """
    return asl.parse(definition, type=type)
