import pytest

from tests.tasks.reaching import MOTO, moto


@pytest.fixture
def services():
    """Backends on an empty moto."""
    yield moto()
    MOTO.reset()
