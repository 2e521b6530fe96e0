"""Every Step Functions client of this process answered by an emulator in it, also beside moto's mocks."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import botocore.endpoint

from asl.handlers import Handler
from emulator.clocks import Clock
from emulator.settings import Settings
from emulator.testing.inside import InProcess, in_process
from emulator.transport import answered_in_process, is_answered

_open: list[InProcess] = []
"""Emulators whose contexts are open; the last answers."""
_lock = threading.Lock()
_original: Any = None


@contextmanager
def mock_stepfunctions(
    handlers: Mapping[str, Handler] | None = None,
    *,
    clock: Clock | str = "virtual",
    settings: Settings | None = None,
) -> Iterator[InProcess]:
    """Answers all ``stepfunctions`` clients of boto3 in process, those made before too.

    Clients of other services go where they went: to moto, if its ``mock_aws`` is open, else to AWS.
    It does not matter which of the two is opened first. Clients of another `in_process` emulator
    stay with theirs. Threads share it.

    Args:
        handlers: As `in_process` takes them.
        clock: As `in_process` takes it.
        settings: As `in_process` takes them.
    """
    with in_process(handlers, clock=clock, settings=settings, forget=False) as inside:
        with _lock:
            _open.append(inside)
            _patch()
        try:
            yield inside
        finally:
            with _lock:
                _open.remove(inside)
                _unpatch()


def _patch() -> None:
    """Asks the emulator where botocore would send a request, of Step Functions only."""
    global _original
    if _original is None:
        _original = botocore.endpoint.Endpoint._do_get_response
        botocore.endpoint.Endpoint._do_get_response = _response


def _unpatch() -> None:
    global _original
    if not _open:
        botocore.endpoint.Endpoint._do_get_response = _original
        _original = None


def _response(endpoint: Any, request: Any, operation: Any, context: Any) -> Any:
    with _lock:
        inside, original = list(_open), _original
    ours = operation.service_model.service_name == "stepfunctions" and not is_answered(endpoint)
    if inside and ours:
        endpoint = answered_in_process(endpoint, inside[-1].post)
    if original is None:  # the context was closed while this call was on its way
        original = botocore.endpoint.Endpoint._do_get_response
    return original(endpoint, request, operation, context)
