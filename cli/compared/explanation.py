"""The explanation of a comparison: the formulas with the numbers put in, sources, doubts and notes."""

from __future__ import annotations

from collections.abc import Iterator

import click

from asl.compare import Charge, Offer, Unpriced, break_even_actions
from cli.compared import words
from cli.compared.table import labelled

_NOTES = {
    "onboarding": "begin",
    "operation": "operate",
    "debugging": "debug",
    "idempotency": "idempotent",
    "human_step": "a person",
    "latency": "latency",
}
"""The notes beside the pitfalls, which are always told, and what they are called."""


def lines(offers: list[Offer], width: int) -> Iterator[str]:
    """How each system's figures come about."""
    for offer in offers:
        yield ""
        yield click.style(f"{offer.sheet.title}: how it is reckoned", bold=True)
        yield from _counts(offer, width)
        yield from _bill(offer, width)
        for check in (each for each in offer.checks if each.used):
            told = f"{words.standing(check)} ({words.source(check.limit)})"
            yield from labelled("limit", told, width)
        for name, label in _NOTES.items():
            yield from labelled(label, offer.sheet.notes[name], width)
        yield from labelled("promise", f"as told above, by {offer.sheet.guarantee_source}", width)
        yield from labelled("notes", f"from {offer.sheet.notes_source}", width)
        for doubt in offer.sheet.doubts:
            yield from labelled("doubt", doubt, width)


def _counts(offer: Offer, width: int) -> Iterator[str]:
    for found in offer.counts:
        if found.terms:
            yield from labelled("counts", f"{found.unit}: {words.formula(found)}", width)


def _bill(offer: Offer, width: int) -> Iterator[str]:
    for charge in offer.charges:
        yield from labelled("a month", f"{_line(charge)} ({words.source(charge.price)})", width)
    if offer.usd is not None:
        yield from labelled("together", words.amount(offer.usd), width)
    if offer.unpriced is not None:
        figure = offer.unpriced
        told = f"{figure.why}; give {offer.sheet.name}.{figure.name}, in USD {words.what_for(figure)}"
        yield from labelled("no price", told, width)
    if "break_even_action" in offer.sheet.figures:
        yield from _break_even(offer, width)


def _line(charge: Charge) -> str:
    figure, usd = charge.price, words.amount(charge.usd)
    if not figure.price:  # a share of an amount, or what a plan includes
        return f"{charge.what}: {words.price(figure)} = {usd}"
    return f"{charge.what}: {words.numbers(charge.quantity)} x {words.price(figure)} = {usd}"


def _break_even(offer: Offer, width: int) -> Iterator[str]:
    try:
        actions = break_even_actions(offer.sheet)
    except Unpriced:
        return
    told = f"Temporal Cloud asks as much for {actions:,.0f} actions a month"
    yield from labelled("break-even", told, width)
