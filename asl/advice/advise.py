"""All the advice on a machine: every rule, placed in the text, and what is not worth telling left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from fractions import Fraction
from typing import TypeAlias

import msgspec

from asl.advice.bill import LEAST_USD
from asl.advice.facts import Facts
from asl.advice.finding import Finding
from asl.advice.limits import jobs_without_limit, transient_errors
from asl.advice.maps import one_by_one
from asl.advice.passes import pass_chains
from asl.advice.payloads import large_payloads
from asl.advice.polling import polling
from asl.advice.retries import retries_multiply
from asl.definition import placed
from asl.diagnostics import Diagnostic
from asl.jsontypes import JSON
from asl.parser import read_document

Adviser: TypeAlias = Callable[[Facts], Iterator[Finding]]

ADVISERS: tuple[Adviser, ...] = (
    large_payloads,
    retries_multiply,
    polling,
    pass_chains,
    one_by_one,
    jobs_without_limit,
    transient_errors,
)


class Advice(msgspec.Struct, frozen=True):
    """What is to be said of a machine.

    Attributes:
        findings: In the order in which their states stand in the definition.
        below_a_cent: How many are not told because they would save less than a cent a month.
        not_reached: How many are not told because no sample came to what they would save.
        ignored: How many are not told because their codes were to be ignored.
    """

    findings: list[Finding]
    below_a_cent: int = 0
    not_reached: int = 0
    ignored: int = 0


def advise(
    facts: Facts,
    source: str | bytes | JSON,
    *,
    yaml: bool = False,
    more: Iterable[Finding] = (),
    ignore: Collection[str] = (),
) -> Advice:
    """What is to be said of a machine.

    Args:
        facts: The machine, without errors, and what is known of its executions.
        source: Its definition: the text, for lines and columns, or the value.
        yaml: Whether a text is YAML.
        more: What was found in other ways.
        ignore: Codes of rules that are not to be heard.

    Raises:
        UnknownRegion: Money is asked for and the region is not billed in US dollars.
    """
    found = [*(each for rule in ADVISERS for each in rule(facts)), *more]
    heard = [each for each in found if each.code not in ignore]
    reached = [each for each in heard if not _is_unreached(each)]
    worth = [each for each in reached if each.serious or not _is_cheap(facts, each)]
    return Advice(
        _placed(worth, source, yaml),
        below_a_cent=len(reached) - len(worth),
        not_reached=len(heard) - len(reached),
        ignored=len(found) - len(heard),
    )


def _is_unreached(finding: Finding) -> bool:
    return finding.saving is not None and finding.saving.transitions <= Fraction(0)


def _is_cheap(facts: Facts, finding: Finding) -> bool:
    """Whether a month saves less than a cent; without a month, nothing is too cheap."""
    if facts.bill is None or facts.bill.per_month is None:
        return finding.saving is not None and finding.saving.usd is not None and finding.saving.usd <= 0
    usd = finding.risk_usd if finding.saving is None else finding.saving.usd
    return usd is not None and usd < LEAST_USD


def _placed(findings: list[Finding], source: str | bytes | JSON, yaml: bool) -> list[Finding]:
    by_text = {_key(each.diagnostic): each for each in findings}
    told = placed([each.diagnostic for each in by_text.values()], read_document(source, yaml=yaml))
    return [msgspec.structs.replace(by_text[_key(each)], diagnostic=each) for each in told]


def _key(diagnostic: Diagnostic) -> tuple[str, str | None, str]:
    return diagnostic.location, diagnostic.rule, diagnostic.message
