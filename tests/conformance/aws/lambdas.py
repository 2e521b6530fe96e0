"""The Lambda functions of a recorded case, as plain Python handlers."""

from __future__ import annotations

import builtins
import json
import linecache
from collections.abc import Callable
from typing import Any

from tests.conformance.aws.corpus import Behaviour

Handler = Callable[[Any, Any], Any]

_FILE = "/var/task/handler.py"
"""Where Lambda keeps a function's code, and so what its stack traces name."""


def handler(behaviour: Behaviour) -> Handler:
    """A handler that behaves as described.

    Functions that sleep do not: how long they take is said on the virtual clock, by `seconds`.
    """
    return _KINDS[behaviour.kind](behaviour)


def seconds(behaviours: dict[str, Behaviour]) -> dict[str, float]:
    """How long each function takes, for those that take their time."""
    return {name: each.seconds for name, each in behaviours.items() if each.kind == "sleep_then_echo"}


def _echo(behaviour: Behaviour) -> Handler:
    return lambda event, context: event


def _return(behaviour: Behaviour) -> Handler:
    return lambda event, context: behaviour.value


def _return_raw(behaviour: Behaviour) -> Handler:
    # The runtime sends bytes as they are, and Step Functions reads them as JSON: a function
    # that returns the JSON value gives the same answer to the last byte.
    value = json.loads(behaviour.body)
    return lambda event, context: value


def _return_raw_repeat(behaviour: Behaviour) -> Handler:
    # Not JSON without its quotes; recorded only where AWS refuses it by its size.
    return lambda event, context: behaviour.char * behaviour.count


def _return_prefixed_event(behaviour: Behaviour) -> Handler:
    return lambda event, context: behaviour.prefix + str(event)


def _raise(behaviour: Behaviour) -> Handler:
    source = _raising_source(behaviour)
    # Tracebacks quote the line from this cache; no such file exists. One case has at most one
    # function that raises, so they do not get in each other's way.
    linecache.cache[_FILE] = (len(source), None, source.splitlines(keepends=True), _FILE)
    module: dict[str, Any] = {}
    exec(compile(source, _FILE, "exec"), module)  # the only way to a traceback of a file that is not there
    function: Handler = module["handler"]
    return function


def _raising_source(behaviour: Behaviour) -> str:
    lines = []
    if not hasattr(builtins, behaviour.error_type):
        lines = [f"class {behaviour.error_type}(Exception):", "    pass"]
    lines += [""] * ((behaviour.line or 2) - 2 - len(lines))
    message = json.dumps(behaviour.error_message) if behaviour.error_message else ""
    lines += ["def handler(event, context):", f"    raise {behaviour.error_type}({message})"]
    return "\n".join(lines) + "\n"


_KINDS: dict[str, Callable[[Behaviour], Handler]] = {
    "echo": _echo,
    "return": _return,
    "return_raw": _return_raw,
    "return_raw_repeat": _return_raw_repeat,
    "return_prefixed_event": _return_prefixed_event,
    "sleep_then_echo": _echo,
    "raise": _raise,
}
