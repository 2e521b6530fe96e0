"""An expression, compiled once and evaluated often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from asl.jsontypes import JSON
from asl.query.jsonata import refusals
from asl.query.jsonata.failures import NOTHING, ExpressionFailure, JSONataSyntaxError
from asl.query.jsonata.shortcut import UNDECIDED, UNDEFINED, shortcut
from asl.query.jsonata.surroundings import Surroundings, Uses
from asl.query.jsonata.tokens import tokens

if TYPE_CHECKING:
    from asl.query.jsonata.evaluation import Evaluation


class JSONata:
    """An expression.

    Attributes:
        text: As written, without blanks around it: the form AWS shows in its messages.
        uses: What it reads.
        shortcut: Gives the value of a simple one, or UNDECIDED or UNDEFINED, for which `evaluate` is
            to be asked; None where there is none.
    """

    def __init__(self, text: str, available: frozenset[str]) -> None:
        self.text = text.strip()
        self._available = available
        self._evaluation: Evaluation | None = None
        short = shortcut(self.text)
        self.shortcut = None if short is None else short.closure
        if short is None:
            self.uses = self._by_engine().uses
        else:
            refusals.refuse_members(tokens(self.text), available)
            self.uses = Uses(short.members, short.variables)

    def evaluate(self, states: Mapping[str, JSON | Callable[[], JSON]], env: Surroundings) -> JSON:
        """The value.

        Args:
            states: The members of ``$states``, each as it is or as a function that makes it.
            env: Variables, time and chance.

        Raises:
            ExpressionFailure: There is none.
        """
        if self.shortcut is not None:
            value = self.shortcut(states, env)
            if value is UNDEFINED:
                raise ExpressionFailure(NOTHING)
            if value is not UNDECIDED:
                return value
        return self._by_engine().value(states, env)

    def _by_engine(self) -> Evaluation:
        if self._evaluation is None:
            from asl.query.jsonata.evaluation import Evaluation  # jlens costs start-up time

            self._evaluation = Evaluation(self.text, self._available)
        return self._evaluation


def compile_expression(text: str, *, available: frozenset[str] = refusals.MEMBERS) -> JSONata:
    """The expression that stands between ``{%`` and ``%}``.

    Args:
        text: The expression.
        available: The members of ``$states`` that exist at its place.

    Raises:
        JSONataSyntaxError: AWS would not create a state machine with it. Its position counts from
            the start of the text.
        JSONataUnavailable: It needs the engine, which is not installed.
    """
    try:
        return JSONata(text, available)
    except JSONataSyntaxError as error:
        if error.position is not None:
            error.position += len(text) - len(text.lstrip())
        raise
