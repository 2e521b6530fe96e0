"""The estimate as a page that stands alone: totals, table and bars, and the machine drawn; light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from asl.cost import start_rule
from cli.costs.advice import worth
from cli.costs.estimate import Estimate
from cli.costs.table import LABELS, figure, price_source, spreads, state_usd, title, totals, verdict
from cli.figures import usd

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --page: #fff;
  --panel: #f5f7fa; --bar: #2f7f9e; --warn: #9a5b00; --over: #b3261e; --within: #1e7a3c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa5b4; --line: #323b47;
  --page: #14181e; --panel: #1c222a; --bar: #58b3d3; --warn: #e0a458; --over: #ff8a80; --within: #7bd88f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem 4rem; background: var(--page);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .6rem; }
.about, .small { color: var(--soft); }
.small { font-size: .875rem; max-width: 60rem; }
.cards { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.5rem 0; }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.25rem;
  flex: 1 1 18rem; }
.card.own { border-color: var(--bar); box-shadow: inset 0 0 0 1px var(--bar); }
.card b { display: block; font-size: 1.8rem; line-height: 1.3; }
.warn { color: var(--warn); } .over { color: var(--over); } .within { color: var(--within); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.bar { width: 40%; min-width: 8rem; }
.bar span { display: block; height: .8rem; border-radius: .2rem; background: var(--bar); min-width: 2px; }
.drawing svg { max-width: 100%; height: auto; }
@media print { body { max-width: none; padding: 0; } }
""".strip()


def page(told: Estimate, drawn: str) -> str:
    """The page.

    Args:
        told: The estimate.
        drawn: The machine as SVG.
    """
    return "\n".join(_lines(told, drawn)) + "\n"


def _lines(told: Estimate, drawn: str) -> Iterator[str]:
    name = _text(told.samples.name)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>What {name} costs</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>"
    yield f'<h1>{name}</h1>\n<p class="about">{_text(title(told))}</p>'
    yield from _cards(told)
    yield from (f'<p class="{kind}">{_text(line)}</p>' for kind, line in verdict(told))
    yield "<h2>By state</h2>"
    yield from _states(told)
    if len(told.samples.each) > 1:
        yield "<h2>The samples, one execution each</h2>"
        yield from _ranges(told)
    if told.samples.ways:
        yield "<h2>Ways that were taken</h2>"
        yield from _ways(told)
    if told.advice.findings:
        yield "<h2>Advice</h2>"
        yield from _advice(told)
    yield f'<h2>The machine</h2>\n<div class="drawing scroll">\n{drawn}</div>'
    yield "<h2>What the figures are</h2>"
    for note in [*told.notes, start_rule(told.asked.count_start), price_source(told)]:
        yield f'<p class="small">{_text(note)}</p>'
    yield "</body>\n</html>"


def _advice(told: Estimate) -> Iterator[str]:
    yield '<div class="scroll">\n<table>'
    for each in told.advice.findings:
        hint = _text(each.diagnostic.hint or "")
        said = f'{_text(each.diagnostic.message)}<br><span class="small">{hint}</span>'
        yield f'<tr><td>{each.code}</td><td class="n">{worth(each)}</td><td>{said}</td></tr>'
    yield "</table>\n</div>"


def _text(text: str) -> str:
    return escape(text.encode("utf-8", "replace").decode())


def _cards(told: Estimate) -> Iterator[str]:
    yield '<div class="cards">'
    for label, amount, about in totals(told):
        own = " own" if label == LABELS[told.samples.kind] else ""
        yield f'<div class="card{own}">{label}<b>{_text(amount)}</b>'
        yield f'<span class="small">{_text(about)}</span></div>'
    yield "</div>"
    if told.asked.budget is not None:
        kind = "over" if told.over_budget else "within"
        limit = usd(told.asked.budget)
        yield f'<p class="{kind}">{kind.capitalize()} the budget: {usd(told.usd)} a month of {limit}.</p>'


def _states(told: Estimate) -> Iterator[str]:
    by_state = told.month.by_state
    most = max(by_state.values(), default=0)
    yield '<div class="scroll">\n<table>\n<tr><th>State</th><th class="n">Transitions</th>'
    yield '<th class="n">Price</th><th></th></tr>'
    for name, amount in by_state.items():
        share = 100 * amount / most if most else 0
        yield (
            f'<tr><td>{_text(name)}</td><td class="n">{figure(amount)}</td>'
            f'<td class="n">{usd(state_usd(told, name))}</td>'
            f'<td class="bar"><span style="width:{share:.1f}%"></span></td></tr>'
        )
    yield "</table>\n</div>"


def _ranges(told: Estimate) -> Iterator[str]:
    yield '<div class="scroll">\n<table>\n<tr><th></th><th class="n">Half</th><th class="n">9 in 10</th>'
    yield '<th class="n">Most</th></tr>'
    for label, cells in spreads(told):
        yield f"<tr><td>{label}</td>{''.join(f'<td class=n>{each}</td>' for each in cells)}</tr>"
    yield "</table>\n</div>"


def _ways(told: Estimate) -> Iterator[str]:
    yield '<div class="scroll">\n<table>'
    for state, ends in told.samples.ways.items():
        whole = sum(ends.values())
        for end, taken in ends.items():
            yield (
                f'<tr><td>{_text(state)}</td><td>{_text(end)}</td><td class="n">{taken / whole:.0%}</td></tr>'
            )
    yield "</table>\n</div>"
