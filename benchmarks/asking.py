"""The process that asks a server: started, told what to measure, and listened to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from benchmarks.measure import ROOT
from benchmarks.servers import KEYS, Started

ENDS_WITHIN = 120.0
SERVING, SERVICES = "benchmarks.client", "benchmarks.client_services"


class Failed(Exception):
    """Something could not be measured; the text says why."""


def ask(server: Started, what: str, *, client: str = SERVING, **more: Any) -> dict[str, Any]:
    """What a client saw of a server.

    Raises:
        Failed: It saw something else than it should, or no end.
    """
    return answer(begin(server, what, client=client, **more))


def begin(server: Started, what: str, *, client: str = SERVING, **more: Any) -> subprocess.Popen[str]:
    """A client that asks a server."""
    host, port = server.address
    job = json.dumps({"ask": what, "url": f"http://{host}:{port}", **more})
    asking = subprocess.Popen(
        [sys.executable, "-m", client],
        cwd=ROOT,
        env={**os.environ, **KEYS, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert asking.stdin is not None
    asking.stdin.write(job)
    asking.stdin.close()
    asking.stdin = None
    return asking


def answer(asking: subprocess.Popen[str]) -> dict[str, Any]:
    """What a client saw.

    Raises:
        Failed: It saw something else than it should, or no end.
    """
    try:
        out, err = asking.communicate(timeout=ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        asking.kill()
        asking.communicate()
        raise Failed(f"no end within {ENDS_WITHIN:.0f} s") from None
    if asking.returncode != 0:
        raise Failed((err.strip().splitlines() or ["no reason given"])[-1][:160])
    told: dict[str, Any] = json.loads(out)
    return told
