"""A real server on a free port, and clients that others have made."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shared import COMMAND, environment

HANDLERS = 'def greet(event, context):\n    return {"greeting": f"Hello, {event[\'name\']}!"}\n'
INSTALLED = Path(os.environ["ASL_SMOKE"]).resolve() if os.environ.get("ASL_SMOKE") else None
"""Where `make smoke` has installed the clients; without it only what takes a moment is run."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What `asl serve` says when it is ready: its ``url``, and the ``environment`` of its clients."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "handlers.py").write_text(HANDLERS, encoding="utf-8")
    command = [*COMMAND, "serve", "--port", "0", "--json", "--handlers", "handlers.py"]
    with subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield json.loads(child.stdout.readline())
            child.send_signal(signal.SIGTERM)
            assert child.wait(timeout=30) == 0
        finally:
            child.kill()


@pytest.fixture(scope="module")
def told(server: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a client: those that the server told, and none of the user's own."""
    nothing = tmp_path_factory.mktemp("home")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and name.lower() not in ("http_proxy", "no_proxy", "all_proxy")
    }
    # The user's settings are below HOME, and a pager would wait for somebody to read.
    return kept | server["environment"] | {"HOME": str(nothing), "AWS_PAGER": ""}


@pytest.fixture(scope="module")
def installed() -> Path:
    """The folder in which `make smoke` has installed the clients."""
    if INSTALLED is None:
        pytest.skip("takes several seconds: `make smoke` runs it")
    return INSTALLED


@pytest.fixture(scope="module")
def aws() -> str:
    """The AWS command line."""
    found = shutil.which("aws", path=None if INSTALLED is None else str(INSTALLED / "bin"))
    if found is None:
        pytest.skip("there is no `aws`: `make smoke` installs it")
    return found
