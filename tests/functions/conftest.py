"""The world of a test."""

import pytest

from tests.functions.shared import World


@pytest.fixture
def world():
    made = World()
    yield made
    made.functions.close()
    assert made.functions.runs.processes() == 0


@pytest.fixture(scope="module")
def same_world():
    """One for all tests of a module, where starting processes anew would only take time."""
    made = World()
    yield made
    made.functions.close()
