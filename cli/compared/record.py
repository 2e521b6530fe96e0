"""The record of a comparison: one JSON object for programs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from asl.compare import Check, Count, Figure, Offer, Span, Workload
from cli.compared.running import Run
from cli.compared.table import Told


def record(told: Told, runs: list[Run], offers: list[Offer]) -> dict[str, Any]:
    """Everything that is told for people, and the figures behind it; amounts in US dollars, not rounded."""
    return {
        "machine": told.machine,
        "region": told.region,
        "executions_per_month": told.per_month,
        "free_tier": told.free,
        "task_seconds": told.task_seconds,
        "runs": [_run(run) for run in runs],
        "systems": [_offer(offer) for offer in offers],
    }


def _run(run: Run) -> dict[str, Any]:
    result = run.result
    return {
        "status": result.status,
        "error": result.error,
        "cause": result.cause,
        "workload": _workload(run.workload),
    }


def _workload(work: Workload) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(work)
    plain["children"] = [{"times": times, **_workload(child)} for child, times in work.children]
    return plain


def _offer(offer: Offer) -> dict[str, Any]:
    sheet = offer.sheet
    return {
        "name": sheet.name,
        "title": sheet.title,
        "unit": sheet.unit,
        "per_execution": {each.unit: _count(each) for each in offer.counts},
        "usd_per_month": None if offer.usd is None else _span(offer.usd),
        "unpriced": None if offer.unpriced is None else _figure(offer.unpriced),
        "verified": offer.is_verified,
        "possible": offer.possible,
        "refusals": offer.refusals,
        "compute_usd": None if offer.compute is None else _span(offer.compute),
        "hosts": offer.hosts,
        "charges": [
            {
                "what": each.what,
                "quantity": _span(each.quantity),
                "price": _figure(each.price),
                "usd": _span(each.usd),
            }
            for each in offer.charges
        ],
        "variants": [{"what": each.what, "usd": _span(each.usd)} for each in offer.variants],
        "guarantee": {"text": sheet.guarantee, "source": sheet.guarantee_source},
        "limits": [_check(each) for each in offer.checks],
        "notes": {**sheet.notes, "source": sheet.notes_source},
        "doubts": list(sheet.doubts),
    }


def _count(found: Count) -> dict[str, Any]:
    terms = [
        {"what": each.what, "times": _span(each.times), "each": float(each.each)} for each in found.terms
    ]
    return {**_span(found.total), "terms": terms}


def _span(span: Span) -> dict[str, float]:
    return {"low": float(span.low), "high": float(span.high)}


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "value": _plain(figure.value),
        "tiers": [{"price": float(tier.price), "up_to": tier.up_to} for tier in figure.tiers],
        "per": figure.per,
        "unit": figure.unit,
        "source": figure.source,
        "date": figure.date,
        "unverified": figure.unverified,
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "limit": check.limit.name,
        "about": check.limit.unit,
        "used": float(check.used),
        "allowed": _plain(check.limit.value),
        "verdict": check.verdict,
        "seconds": _plain(check.seconds),
        "then": check.limit.then,
        "source": check.limit.source,
        "date": check.limit.date,
        "unverified": check.limit.unverified,
    }


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
