"""The placeholders of a case: which text stands for each, and which may stand for any."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.conformance.aws.corpus import Case, Step
from tests.conformance.aws.normalise import Pattern, words


class Placeholders:
    """The placeholders of a case: those whose text is chosen here, and those that answers bring.

    Attributes:
        tokens: The placeholders that stand for whatever an answer holds in their place.
        patterns: Texts to blank in an answer before it is compared.
    """

    def __init__(self, case: Case) -> None:
        """Chooses the recorded example for each placeholder that a request holds."""
        asked = [step.params for step in case.steps if step.operation.startswith(("Create", "Start"))]
        names = [execution_name(step) for step in case.started()]
        sent = json.dumps([asked, names, list(case.lambdas)])
        self._chosen = {
            each.placeholder: each.example
            for each in case.bindings
            if each.example is not None and each.placeholder in sent
        }
        self.tokens = {each.placeholder for each in case.bindings if each.pattern is None} - {*self._chosen}
        self.patterns: list[Pattern] = [
            (re.compile(each.pattern), each.placeholder) for each in case.bindings if each.pattern is not None
        ]

    def fill(self, value: Any) -> Any:
        """A value with the chosen texts in the place of their placeholders."""
        if isinstance(value, dict):
            return {key: self.fill(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, str):
            for placeholder in sorted(self._chosen, key=len, reverse=True):
                value = value.replace(placeholder, self._chosen[placeholder])
        return value

    def recorded(self, answer: Any) -> Any:
        """A recorded answer with the chosen texts, as `normalise` would leave them."""
        if isinstance(answer, dict):
            return {key: self.recorded(member) for key, member in answer.items()}
        if isinstance(answer, list):
            return [self.recorded(item) for item in answer]
        return words(self.fill(answer)) if isinstance(answer, str) else answer


def execution_name(step: Step) -> str:
    """The name of an execution: as asked for, else as the ARN of the answer calls it."""
    name: str | None = step.params.get("name")
    arn = (step.binds or {}).get("executionArn")
    return name or (_COLON.split(arn)[7] if arn else "execution")


_COLON = re.compile(r":(?![^<]*>)")
"""What parts an ARN, in which a placeholder such as ``<resource:1>`` has a colon of its own."""
