"""The book of rules: a page for each, with a definition that breaks it and the same one mended."""

from __future__ import annotations

import re

import msgspec

from asl.rules.advised import ADVICE
from asl.rules.rule import Rule
from asl.rules.table import RULES

GROUPS = {
    "ASL0": "The document",
    "ASL1": "Fields",
    "ASL2": "Transitions",
    "ASL3": "Names",
    "ASL4": "Paths, intrinsic functions and expressions",
    "ASL5": "Tasks",
    "ASL6": "What Express cannot do",
    "ASL7": "Map",
    "ASL8": "What AWS takes, and nobody wants",
    "ASL9": "This release",
    "ADV1": "Advice",
}
"""What the rules of a hundred are about, by the beginning of their codes."""

ALL = RULES | ADVICE
"""Every rule by its code: those of the validator, then advice."""

AS_EXPRESS = "As an Express machine"
SHORTENED = "Shortened"
"""How the note above an example begins where the example is no whole Standard machine."""

_PAGE = re.compile(
    r"# (?P<title>[^\n]+)\n\n(?P<text>.+?)\n\n## Wrong\n\n(?P<wrong>.+?)\n\n## Right\n\n(?P<right>.+?)\n",
    re.DOTALL,
)
_EXAMPLE = re.compile(r"(?:(?P<note>[^`]+):\n\n)?```(?:json|text)\n(?P<text>.+?)```", re.DOTALL)


class Example(msgspec.Struct, frozen=True):
    """A definition on a page.

    Attributes:
        text: The definition, as it would stand in a file.
        note: What is to be known of it, "" for a whole Standard machine.
    """

    text: str
    note: str = ""

    @property
    def express(self) -> bool:
        """Whether it is a definition of an Express machine."""
        return self.note.startswith(AS_EXPRESS)

    @property
    def shortened(self) -> bool:
        """Whether something is left out, since the whole would be too long for a page."""
        return self.note.startswith(SHORTENED)


class Page(msgspec.Struct, frozen=True):
    """What is to be said of a rule.

    Attributes:
        rule: The rule.
        title: What is wrong, in one line.
        text: What AWS asks, why, and who says so; Markdown.
        wrong: A definition that breaks this rule and no other.
        right: The same, mended.
    """

    rule: Rule
    title: str
    text: str
    wrong: Example
    right: Example


class UnknownCode(LookupError):
    """No rule has this code.

    Attributes:
        near: The codes that may have been meant.
    """

    def __init__(self, code: str, near: list[str]) -> None:
        meant = f"; did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"no rule has the code {code!r}{meant}")
        self.near = near


def page(code: str) -> Page:
    """The page of the rule with this code.

    Raises:
        UnknownCode: There is no such rule.
    """
    if code not in ALL:
        raise _unknown(code)
    written = _PAGE.fullmatch(_source(code))
    assert written is not None, f"{code}.md has not the parts of a page"
    return Page(
        ALL[code], written["title"], written["text"], _example(written["wrong"]), _example(written["right"])
    )


def find(code: str) -> list[Rule]:
    """The rules that a code stands for: one for a code of ours, one or several for one of AWS's.

    Args:
        code: In capitals or not.

    Raises:
        UnknownCode: It is neither.
    """
    wanted = code.upper()
    if wanted in ALL:
        return [ALL[wanted]]
    found = [rule for rule in ALL.values() if rule.aws == wanted]
    if not found:
        raise _unknown(wanted)
    return found


def codes() -> list[str]:
    """Every code that can be looked up: ours, then AWS's."""
    return [*ALL, *dict.fromkeys(rule.aws for rule in ALL.values())]


def group(rule: Rule) -> str:
    """What the rules around a rule are about."""
    return GROUPS[rule.code[:4]]


def _unknown(code: str) -> UnknownCode:
    from difflib import get_close_matches

    return UnknownCode(code, get_close_matches(code.upper(), codes(), n=3))


def _source(code: str) -> str:
    from pathlib import Path

    return (Path(__file__).with_name("pages") / f"{code}.md").read_text("utf-8")


def _example(section: str) -> Example:
    written = _EXAMPLE.fullmatch(section)
    assert written is not None, "an example is one block, and above it at most one line that ends in a colon"
    return Example(written["text"], written["note"] or "")
