"""What EventBridge's rules lead to here: state machines, which are started, and functions, which are invoked.

Moto keeps the rules and matches events with them, and knows nothing of our state machines and functions.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

from asl.jsontypes import JSON, dumps
from emulator.log import log
from emulator.ports import Backends

Deliver: TypeAlias = Callable[[str, str], None]
"""Brings a text to what has an ARN."""

OURS = ("states", "lambda")
"""The services, as ARNs have them, whose resources are not moto's."""
_MEMBERS = (
    "version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail",
    "replay-name",
)  # fmt: skip
"""Of an event, as targets are given it."""

_delivering: ContextVar[Deliver] = ContextVar("delivering")


class Targets:
    """Starts state machines and invokes functions.

    Args:
        backends: What they are reached by.
    """

    def __init__(self, backends: Backends) -> None:
        self._backends = backends

    def deliver(self, arn: str, text: str) -> None:
        """Starts or invokes what has an ARN; it is not waited for. Blocks until that has begun."""
        _, _, service, region, account, *_ = arn.split(":")
        if service == "states":
            client = self._backends.client("stepfunctions", region, account)
            client.start_execution(stateMachineArn=arn, input=text)
        else:
            client = self._backends.client("lambda", region, account)
            client.invoke(FunctionName=arn, InvocationType="Event", Payload=text.encode())


def nowhere(arn: str, text: str) -> None:
    """Stands where there are no state machines and no functions."""
    raise LookupError("there are no state machines and functions here that rules could lead to")


@contextmanager
def delivering(deliver: Deliver) -> Iterator[None]:
    """Lets rules that match within the block, on this thread, lead to what is ours."""
    token = _delivering.set(deliver)
    try:
        yield
    finally:
        _delivering.reset(token)


def teach(rule: Any) -> None:
    """Has moto's class of rules leave our targets to us; outside of `delivering` nothing is changed.

    As on AWS a target that cannot be reached is no failure of PutEvents: the log tells of it.
    """
    by_moto = rule.send_to_targets
    if hasattr(by_moto, "taught"):
        return

    def send_to_targets(self: Any, original_event: dict[str, Any], transform_input: bool = True) -> None:
        deliver = _delivering.get(None)
        if deliver is None:
            by_moto(self, original_event, transform_input)
            return
        for target in _reached(self, original_event):
            if _service(target) in OURS:
                send = partial(_send, self, target, original_event, deliver)
            else:
                alone = copy.copy(self)
                alone.targets = [target]
                send = partial(by_moto, alone, copy.deepcopy(original_event), transform_input)
            _tried(send, self, target)

    send_to_targets.taught = True  # type: ignore[attr-defined]
    rule.send_to_targets = send_to_targets


def _tried(send: Callable[[], None], rule: Any, target: Mapping[str, Any]) -> None:
    try:
        send()
    except NotImplementedError:
        log.warning("the rule %s leads to %s, which moto does not serve", rule.name, target["Arn"])
    except Exception as error:
        log.warning("the rule %s does not reach %s: %s", rule.name, target["Arn"], error)


def _reached(rule: Any, event: dict[str, Any]) -> list[dict[str, Any]]:
    """The targets of a rule for an event; none if it is disabled, or has a schedule and no pattern."""
    pattern = rule.event_pattern
    if rule.state == "DISABLED" or not pattern.get_pattern():
        return []
    try:
        return list(rule.targets) if pattern.matches_event(event) else []
    except Exception as error:  # a pattern that moto took and stumbles over
        log.warning("the pattern of the rule %s cannot be matched: %r", rule.name, error)
        return []


def _service(target: Mapping[str, Any]) -> str:
    """The service in a target's ARN; empty where it is none, which moto takes as well."""
    return f"{target.get('Arn', '')}:::".split(":")[2]


def _send(rule: Any, target: Mapping[str, Any], event: dict[str, Any], deliver: Deliver) -> None:
    told = {name: event[name] for name in _MEMBERS if name in event}
    time = event.get("time")
    if isinstance(time, int | float):
        told["time"] = datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    about = {
        "aws.events.rule-arn": str(rule.arn),
        "aws.events.rule-name": str(rule.name),
        "aws.events.event.ingestion-time": told.get("time"),
    }
    deliver(target["Arn"], input_of(target, told, about))


# ------------------------------------------------------------------ what a target is given


def input_of(target: Mapping[str, Any], event: dict[str, JSON], about: Mapping[str, JSON]) -> str:
    """What a target is given for an event: a text of its own, a part of the event, or all of it.

    Args:
        target: The target, as PutTargets has it.
        event: The event.
        about: Further variables of input transformers.
    """
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        return dumps(_at(event, target["InputPath"]))
    transformer = target.get("InputTransformer")
    if not transformer:
        return dumps(event)
    paths = transformer.get("InputPathsMap") or {}
    variables = {
        **about,
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": event,
        **{name: _at(event, path) for name, path in paths.items()},
    }
    return _PIECE.sub(partial(_filled, variables), str(transformer.get("InputTemplate", "")))


_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|<([\w.-]+)>')
_VARIABLE = re.compile(r"<([\w.-]+)>")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\['([^']*)'\]")


def _filled(variables: Mapping[str, JSON], piece: re.Match[str]) -> str:
    """A piece of a template: a variable becomes JSON, and within quotes the text of it."""
    if piece[1] is not None:
        return dumps(variables[piece[1]]) if piece[1] in variables else piece[0]

    def within(name: re.Match[str]) -> str:
        if name[1] not in variables:
            return name[0]
        value = variables[name[1]]
        return dumps(value if isinstance(value, str) else "" if value is None else dumps(value))[1:-1]

    return _VARIABLE.sub(within, piece[0])


def _at(event: JSON, path: str) -> JSON:
    """What a path leads to; null where that is nothing. EventBridge knows names and indices only."""
    found = event
    for name, index, quoted in _STEP.findall(path.removeprefix("$")):
        if isinstance(found, dict):
            found = found.get(name or quoted)
        elif isinstance(found, list) and index and int(index) < len(found):
            found = found[int(index)]
        else:
            return None
    return found
