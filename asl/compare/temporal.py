"""Temporal, in its cloud and on servers of one's own."""

from __future__ import annotations

from decimal import Decimal

from asl.compare.figures import Book, Sheet
from asl.compare.offer import (
    Charge,
    Count,
    Offer,
    Span,
    Variant,
    charge,
    counts,
    span,
    term,
    total,
    with_bill,
)
from asl.compare.question import Question
from asl.compare.workload import Workload

_BYTES_PER_GB = 1_000_000_000
_MS_PER_HOUR = 3_600_000


def cloud(asked: Question) -> Offer:
    """In Temporal Cloud on the Developer plan."""
    found = asked.counts(_counts)
    month = asked.month(found)
    return Offer(
        sheet=asked.sheet,
        counts=found,
        charges=_developer(asked.sheet, month),
        hosts="your workers",
        variants=[Variant("on the Business plan", total(_business(asked.sheet, month)))],
        checks=asked.checks(
            {
                **_history_limits(asked, asked.sheet),
                "pending": asked.most(lambda work: work.widest, children=True),
                "signals": asked.most(lambda work: work.told, children=True),
                "actions_per_second": asked.per_second(found[0].total.high),
            }
        ),
    )


def self_hosted(asked: Question, book: Book) -> Offer:
    """On servers of one's own: what these cost is the user's figure, and what the cloud asks the measure."""
    sheet = book.sheets["temporal"]
    found = asked.counts(lambda work, _: _counts(work, sheet)[:1])
    asking = total(_developer(sheet, asked.month(asked.counts(lambda work, _: _counts(work, sheet)))))
    variants = [Variant("in Temporal Cloud: worth it if your servers cost less", asking)]
    held = asked.checks(
        {
            **_history_limits(asked, sheet),
            "payload_warning_bytes": asked.most(lambda work: work.largest_bytes, children=True),
        }
    )
    offer = Offer(sheet=asked.sheet, counts=found, hosts="your workers", variants=variants, checks=held)
    return with_bill(offer, lambda: [charge("nodes, database, operation", span(1), asked.sheet["month"])])


def break_even_actions(sheet: Sheet) -> Decimal:
    """The actions a month at which Temporal Cloud asks as much as servers of one's own cost.

    Raises:
        Unpriced: What these cost is not given.
    """
    return sheet["month"].number / sheet["break_even_action"].number


def history(work: Workload, sheet: Sheet) -> tuple[int, Decimal]:
    """Events and bytes of one execution's history there, its children's not included.

    Each activity writes three events, a timer two, a signal one, a child three; whatever is waited for
    lets a workflow task run, which writes three more. Retries write none. (A model of ours.)
    """
    wakes = work.wakes + work.child_count
    events = 2 + 3 * (1 + wakes) + 3 * work.tasks + 2 * (work.waits + work.timers)
    events += work.told + 3 * work.child_count
    return events, events * sheet["event_bytes"].number + work.payload_bytes


def _counts(work: Workload, sheet: Sheet) -> list[Count]:
    def every(name: str) -> int:
        return sum(getattr(each, name) * times for each, times in work.all_of_it)

    active = retained = Decimal(0)
    for each, times in work.all_of_it:
        gb = times * history(each, sheet)[1] / _BYTES_PER_GB
        active += gb * each.ms / _MS_PER_HOUR
        retained += gb * sheet["retention_hours"].number
    return counts(
        actions=[
            term("start", 1, sheet["start_actions"]),
            term("activities", every("tasks"), sheet["activity_actions"]),
            term("retries", every("retries"), sheet["activity_actions"]),
            term("timers", every("waits") + every("timers"), sheet["timer_actions"]),
            term("signals", every("told"), sheet["signal_actions"]),
            term("children", work.child_count, sheet["child_actions"]),
        ],
        active_gb_hours=[term("history while it is open", active)],
        retained_gb_hours=[term("history once it is closed", retained)],
    )


def _developer(sheet: Sheet, month: dict[str, Span]) -> list[Charge]:
    usage = [
        charge("actions", month["actions"], sheet["million_actions"]),
        charge("storage of open runs", month["active GB hours"], sheet["active_gb_hour"]),
        charge("storage of closed runs", month["retained GB hours"], sheet["retained_gb_hour"]),
    ]
    return [*usage, charge("Developer plan", total(usage), sheet["developer_share"])]


def _business(sheet: Sheet, month: dict[str, Span]) -> list[Charge]:
    def beyond(unit: str, included: str, hours: Decimal) -> Span:
        return month[unit].less(sheet[f"business_included_{included}"].number * hours)

    hours = sheet["gb_month_hours"].number
    actions = beyond("actions", "actions", Decimal(1))
    active = beyond("active GB hours", "active_gb", hours)
    retained = beyond("retained GB hours", "retained_gb", hours)
    usage = [
        charge("actions", actions, sheet["business_million_actions"]),
        charge("storage of open runs", active, sheet["active_gb_hour"]),
        charge("storage of closed runs", retained, sheet["retained_gb_hour"]),
    ]
    least, share = sheet["business_least"].number, total(usage) * sheet["business_share"].number
    plan = Span(max(least, share.low), max(least, share.high))
    return [*usage, Charge("Business plan", span(1), sheet["business_least"], plan)]


def _history_limits(asked: Question, sheet: Sheet) -> dict[str, Decimal]:
    return {
        "history_events": asked.most(lambda work: history(work, sheet)[0], children=True),
        "history_bytes": asked.most(lambda work: history(work, sheet)[1], children=True),
        "payload_bytes": asked.most(lambda work: work.largest_bytes, children=True),
    }
