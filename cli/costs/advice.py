"""Advice on a machine, weighed by samples: made of them, and its amounts in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from asl.advice import Advice, Bill, Facts, Finding, advise
from asl.cost import Prices
from asl.cost.month import mean
from asl.parser import read_document
from cli.costs.samples import Samples
from cli.figures import usd


def bill_of(
    samples: Samples, per_month: int | None, count_start: bool | None, prices: Prices, free: int
) -> Bill:
    """What advice on a machine is weighed by.

    Args:
        samples: One at least.
        per_month: How many executions are started in a month; None for the price of a million.
        count_start: Which starts are transitions, as `asl.cost.cost` takes it.
        prices: Of the region.
        free: The month's free transitions that are this machine's.
    """
    made = mean(samples.uses, count_start).transitions
    return Bill(prices, made, per_month, free, counts_starts=count_start is not False)


def advice_on(
    samples: Samples, bill: Bill, *, more: Iterable[Finding] = (), ignore: Collection[str] = ()
) -> Advice:
    """What samples advise.

    Args:
        samples: One at least.
        bill: What it is weighed by.
        more: What was found in other ways.
        ignore: Codes that are not to be heard.

    Raises:
        UnknownRegion: The region is not billed in US dollars.
    """
    definition = read_document(samples.definition, yaml=samples.yaml).value
    facts = Facts(definition, samples.kind, samples.evidence, bill)
    return advise(facts, samples.definition, yaml=samples.yaml, more=more, ignore=ignore)


def dollars(finding: Finding) -> float:
    """The US dollars that a finding is worth; 0 where that is not told."""
    saved = None if finding.saving is None else finding.saving.usd
    return saved or finding.risk_usd or 0.0


def worth(finding: Finding) -> str:
    """What a finding is worth in money: what it saves, or what it may cost; empty where that is not told."""
    if finding.saving is not None and finding.saving.usd is not None:
        return f"saves {usd(finding.saving.usd)}"
    return "" if finding.risk_usd is None else f"risks {usd(finding.risk_usd)}"


def first_of_each(findings: Sequence[Finding], most: int) -> tuple[list[Finding], dict[str, int]]:
    """The first findings of each code, and how many more there are, by code."""
    counted: Counter[str] = Counter()
    shown = []
    for each in findings:
        counted[each.code] += 1
        if counted[each.code] <= most:
            shown.append(each)
    return shown, {code: number - most for code, number in counted.items() if number > most}
