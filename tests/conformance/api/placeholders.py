"""The placeholders of a case as its requests and answers bring them, one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from tests.conformance.api.cases import ApiCase
from tests.conformance.api.refusals import request_behind
from tests.conformance.aws.placeholders import Placeholders


class InOrder(Placeholders):
    """Placeholders of which a text is chosen only if a request needs it before an answer tells it."""

    def __init__(self, case: ApiCase, before: Sequence[Any] = ()) -> None:
        """``before`` is what is asked before the case's own steps."""
        super().__init__(case)
        examples = {each.placeholder: each.example for each in case.bindings if each.example is not None}
        chosen: dict[str, str] = {}
        told: set[str] = set()
        for asked, answered in [(json.dumps(before), ""), *_conversation(case)]:
            known = chosen.keys() | told
            chosen |= {each: text for each, text in examples.items() if each in asked and each not in known}
            told |= {each for each in examples if each in answered and each not in chosen}
        self._chosen = chosen | _lengths(case)
        self.tokens = examples.keys() - chosen.keys()

    def bring(self, tokens: Iterable[str]) -> None:
        """Lets answers tell what more placeholders stand for: those of which no text was chosen, and tokens
        of tasks, which no test can choose."""
        of_tasks = {each for each in self._chosen if each.startswith("<task_token:")}
        for each in of_tasks:
            del self._chosen[each]
        self.tokens |= of_tasks | {each for each in tokens if each not in self._chosen}


def _lengths(case: ApiCase) -> dict[str, str]:
    """Texts of which only the length is recorded: ``<invalid_token_3097_chars>``."""
    sent = json.dumps([step.params for step in case.steps])
    return {match[0]: "x" * int(match[1]) for match in re.finditer(r"<\w+_(\d+)_chars>", sent)}


def _conversation(case: ApiCase) -> list[tuple[str, str]]:
    """All that a case asks and is answered, as JSON texts."""
    said = [(json.dumps(list(case.lambdas)), "")]
    for step in case.steps:
        answers = [case.expected[key] for key in step.expect or ()]
        said.append((json.dumps(step.params), json.dumps([step.binds, answers])))
    behind = [request_behind(case.expected[key]) for key in case.expected_without_step]
    return [*said, (json.dumps(behind), "")]
