"""The pytest plugin: an emulator of its own for every test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.testing import InProcess


@pytest.fixture
def stepfunctions_emulator() -> Iterator[InProcess]:
    """An emulator in this process, on a virtual clock: `register`, `clock`, `wait`, `client`."""
    from emulator.testing import in_process

    with in_process() as inside:
        yield inside


@pytest.fixture
def stepfunctions(stepfunctions_emulator: InProcess) -> Any:
    """A boto3 client of `stepfunctions_emulator`."""
    return stepfunctions_emulator.client()
