"""All operations of the service are there, and answer what its model says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.api.model import service_model
from emulator.api.table import OPERATIONS
from tests.emulator.requests import FULL, World

REFUSED = {
    "DescribeMapRun": "ResourceNotFound",
    "UpdateMapRun": "ResourceNotFound",
    "SendTaskFailure": "InvalidToken",
    "SendTaskHeartbeat": "InvalidToken",
    "SendTaskSuccess": "InvalidToken",
}
"""What the requests name that does not exist."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        yield world


def test_every_operation_of_the_model_is_there_and_no_other() -> None:
    assert sorted(OPERATIONS) == sorted(service_model().operation_names)
    assert list(OPERATIONS) == sorted(OPERATIONS)
    assert len(OPERATIONS) == 37
    assert FULL.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_valid_request_is_answered_as_the_model_says(world: World, operation: str) -> None:
    answer = world.ask(operation, FULL[operation](world))
    assert answer.get("Error", {}).get("Code") == REFUSED.get(operation)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_same_request_again_is_answered(world: World, operation: str) -> None:
    members = FULL[operation](world)
    world.ask(operation, members)
    world.ask(operation, members)
