"""Functions of retried tasks, called twice with one idempotency key: which of them do their work twice."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from math import prod
from typing import Any, TypeAlias

import msgspec

from asl.advice.facts import Facts
from asl.advice.finding import Finding, diagnostic
from asl.advice.retries import attempts
from asl.handlers import Handler, LambdaContext
from asl.jsontypes import dumps
from asl.rules import advised

Added: TypeAlias = Callable[[], list[str]]
"""Tells what was added to services since it was asked last, such as ``sqs's SendMessage``."""

LONGEST = 60
"""Characters of a value that are shown."""


class Seen(msgspec.Struct):
    """What came of calling a state's function twice.

    Attributes:
        calls: How often it was.
        suspicions: Of how many of these a second call did something else, or something again.
        first: What the first of these was about.
    """

    calls: int = 0
    suspicions: int = 0
    first: str = ""


class Twice:
    """Calls functions twice where their task is retried, and gives on what the first call gave.

    The second call has the same event and the same idempotency key, and says that it is the next attempt,
    as if the first answer had been lost. A call that fails is not made again: that is the Retry's work.

    Args:
        facts: The machine.
        added: Tells what was added to services, where that can be known.

    Attributes:
        states: State -> what came of it.
    """

    def __init__(self, facts: Facts, added: Added = list) -> None:
        self.states: dict[str, Seen] = {}
        self.added = added
        self._facts = facts
        self._retried = {
            node.name: prod(attempts(each.state) for each in node.levels)
            for node in facts.all("Task")
            if any(attempts(each.state) > 1 for each in node.levels)
        }

    def of(self, functions: Mapping[str, Handler]) -> dict[str, Handler]:
        """The functions, each called twice where its task is retried."""
        return {name: self._twice(function) for name, function in functions.items()}

    def findings(self) -> Iterator[Finding]:
        """The states whose functions are suspicious."""
        for name, seen in self.states.items():
            if not seen.suspicions:
                continue
            node = self._facts.nodes[name]
            message = (
                f"'{name}' is retried, and called twice with one idempotency key its function {seen.first}"
            )
            yield Finding(
                name,
                diagnostic(advised.NOT_IDEMPOTENT, node.place, message),
                {"attempts": self._retried[name], "calls": seen.calls, "suspicions": seen.suspicions},
                serious=True,
            )

    # ------------------------------------------------------------------ calling

    def _twice(self, function: Handler) -> Handler:
        def called(event: Any, context: Any) -> Any:
            if not isinstance(context, LambdaContext) or context.state not in self._retried:
                return function(event, context)
            again = deepcopy(event)
            self.added()  # forgets what others added
            answer = function(event, context)
            if inspect.isawaitable(answer):
                return self._awaited(function, answer, again, context)
            added = self.added()
            try:
                self._compare(context, (answer, added), function(again, context.again()))
            except Exception as error:
                self._note(context, f"fails: {type(error).__name__}: {error}"[:LONGEST])
            return answer

        return called

    async def _awaited(self, function: Handler, first: Any, event: Any, context: LambdaContext) -> Any:
        answer = await first
        added = self.added()
        try:
            self._compare(context, (answer, added), await function(event, context.again()))
        except Exception as error:
            self._note(context, f"fails: {type(error).__name__}: {error}"[:LONGEST])
        return answer

    def _compare(self, context: LambdaContext, first: tuple[Any, list[str]], answer: Any) -> None:
        again = Counter(self.added()) & Counter(first[1])
        differs = difference(first[0], answer)
        if again:
            self._note(context, f"does again: {', '.join(sorted(again))}")
        else:
            self._note(context, None if differs is None else f"answers something else: {differs}")

    def _note(self, context: LambdaContext, suspicion: str | None) -> None:
        seen = self.states.setdefault(context.state, Seen())
        seen.calls += 1
        if suspicion is not None:
            seen.suspicions += 1
            seen.first = seen.first or suspicion


def difference(first: Any, second: Any, place: str = "$") -> str | None:
    """The first place where two answers differ, with what was there and what is; None if they are equal."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in [*first, *(key for key in second if key not in first)]:
            if key not in second or key not in first:
                return f"{place}.{key} is {'missing' if key in first else 'new'}"
            found = difference(first[key], second[key], f"{place}.{key}")
            if found is not None:
                return found
        return None
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        pairs = enumerate(zip(first, second, strict=True))
        return next(
            (found for at, pair in pairs if (found := difference(*pair, f"{place}[{at}]")) is not None), None
        )
    return None if first == second else f"{place} was {_shown(first)}, then {_shown(second)}"


def _shown(value: Any) -> str:
    try:
        text = dumps(value)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
