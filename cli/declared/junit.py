"""Verdicts as JUnit's XML, which build servers read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from cli.declared.play import Played, Verdict

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def junit(files: Iterable[Played]) -> str:
    """The report of all files; the times are those of the virtual clock."""
    suites = list(files)
    verdicts = [each for played in suites for each in played.verdicts]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{_totals(verdicts)}>"]
    for played in suites:
        lines.append(f"  <testsuite name={_quoted(played.suite.file)}{_totals(list(played.verdicts))}>")
        for each in played.verdicts:
            lines += _case(played.suite.machine_name, each)
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _totals(verdicts: list[Verdict]) -> str:
    failed = sum(not each.passed for each in verdicts)
    seconds = sum(each.milliseconds for each in verdicts) / 1000
    return f' tests="{len(verdicts)}" failures="{failed}" errors="0" time="{seconds:.3f}"'


def _case(machine: str, verdict: Verdict) -> list[str]:
    opening = f"    <testcase classname={_quoted(machine)} name={_quoted(verdict.name)}"
    opening += f' time="{verdict.milliseconds / 1000:.3f}"'
    if verdict.passed:
        return [f"{opening}/>"]
    text = "\n".join(verdict.failures)
    first = verdict.failures[0].partition("\n")[0]
    failure = f"      <failure message={_quoted(first)}>{escape(_NOT_IN_XML.sub('?', text))}</failure>"
    return [f"{opening}>", failure, "    </testcase>"]


def _quoted(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("?", text))
