"""Azure Durable Functions, on Azure Storage and on the Durable Task Scheduler."""

from __future__ import annotations

from decimal import Decimal

from asl.compare.figures import Figure, Sheet
from asl.compare.offer import (
    NOTHING,
    Charge,
    Count,
    Offer,
    Span,
    Variant,
    ceil,
    charge,
    counts,
    span,
    term,
    total,
    with_bill,
)
from asl.compare.question import MB_PER_GB, Question
from asl.compare.workload import Workload


def functions(asked: Question) -> Offer:
    """On the Consumption plan, with the state in queues and tables of Azure Storage.

    Source of the model: billing (each replay is an execution) and the Azure Storage provider; what an
    event takes of storage is inferred.
    """
    found = asked.counts(lambda work, sheet: _counts(work, sheet, asked.shared))
    month = asked.month(found)
    return Offer(
        sheet=asked.sheet,
        counts=found,
        charges=_charges(asked, month),
        hosts="included",
        variants=_variants(asked, month),
        checks=asked.checks(_limits(asked)),
    )


def episodes(work: Workload, batch: Decimal) -> Span:
    """How often the orchestrator goes on after its start, and is replayed for it.

    Results of branches that come together may be taken together, so many in one batch; a branch's
    own come one after the other.
    """
    alone = work.wakes - sum(fan.wakes for fan in work.fans)
    found = span(alone + 2 * work.retries)
    for fan in work.fans:
        found += Span(max(Decimal(fan.longest), ceil(fan.wakes / batch)), Decimal(fan.wakes))
    return found + Span(ceil(work.child_count / batch), Decimal(work.child_count))


def _counts(work: Workload, sheet: Sheet, shared: Sheet) -> list[Count]:
    every = work.all_of_it
    orchestrations = sum(times for _, times in every)
    going_on = sum((episodes(each, sheet["batch"].number) * times for each, times in every), NOTHING)
    starts = term("starts of orchestrators", orchestrations)
    clients = term("calls by clients", 1 + _sum(work, "told"))
    called = term("activities and their retries", _sum(work, "tasks") + _sum(work, "retries"))
    replays = term("replays of orchestrators", going_on)
    floor = _gb_seconds(sheet["least_ms"].number, sheet, shared)
    busy = sum(
        (times * number * _gb_seconds(max(sheet["least_ms"].number, Decimal(ms)), sheet, shared)
         for each, times in every for ms, number in each.task_ms),
        Decimal(0),
    )  # fmt: skip
    timers = _sum(work, "waits") + _sum(work, "timers") + _sum(work, "retries")
    return counts(
        executions=[clients, starts, called, replays],
        gb_seconds=[
            term("activities", busy),
            term("calls by clients", clients.times, floor),
            term("starts and replays", starts.times + replays.times, floor),
        ],
        queue_operations=[
            term("start", 1, sheet["start_queue"]),
            term("activities and their retries", called.times, sheet["activity_queue"]),
            term("timers and events", timers + _sum(work, "told"), sheet["event_queue"]),
            term("sub-orchestrations", work.child_count, sheet["child_queue"]),
        ],
        table_operations=[
            term("starts", starts.times, sheet["start_table"]),
            term("replays", replays.times, sheet["episode_table"]),
        ],
    )


def _sum(work: Workload, name: str) -> int:
    return sum(getattr(each, name) * times for each, times in work.all_of_it)


def _gb_seconds(ms: Decimal, sheet: Sheet, shared: Sheet) -> Decimal:
    step = sheet["memory_step_mb"].number
    return ms / 1_000 * ceil(shared["function_mb"].number / step) * step / MB_PER_GB


def _charges(asked: Question, month: dict[str, Span]) -> list[Charge]:
    sheet = asked.sheet
    return [
        *_plan(asked, month, sheet["million_executions"], sheet["gb_second"]),
        *_storage(asked, month, sheet["ten_thousand_queue_operations"]),
    ]


def _plan(asked: Question, month: dict[str, Span], each: Figure, gb_second: Figure) -> list[Charge]:
    free = asked.free_of(asked.sheet["free_executions"]), asked.free_of(asked.sheet["free_gb_seconds"])
    return [
        charge("executions", month["executions"].less(free[0]), each),
        charge("functions at work", month["GB seconds"].less(free[1]), gb_second),
    ]


def _storage(asked: Question, month: dict[str, Span], queue: Figure) -> list[Charge]:
    sheet = asked.sheet
    polls = asked.shared["month_seconds"].number / sheet["poll_seconds"].number
    idle = sheet["poll_operations"].number * (sheet["partitions"].number + 1) * polls
    return [
        charge("queue operations", month["queue operations"], queue),
        charge("table operations", month["table operations"], sheet["ten_thousand_table_operations"]),
        charge("polling, also when idle", span(idle), queue),
    ]


def _variants(asked: Question, month: dict[str, Span]) -> list[Variant]:
    sheet = asked.sheet
    consumption = _plan(asked, month, sheet["million_executions"], sheet["gb_second"])
    flex = _plan(asked, month, sheet["flex_million_executions"], sheet["flex_gb_second"])
    storage = _storage(asked, month, sheet["ten_thousand_queue_operations"])
    cheap = _storage(asked, month, sheet["ten_thousand_queue_operations_gpv1"])
    return [
        Variant("with queues on a GPv1 account", total([*consumption, *cheap])),
        Variant("on the Flex plan, its free amounts taken to be the same", total([*flex, *storage])),
    ]


def _limits(asked: Question) -> dict[str, Decimal]:
    most = asked.most
    return {
        "activity_ms": most(lambda work: work.longest_task_ms),
        "message_bytes": most(lambda work: work.largest_bytes, children=True),
        "steps_per_second": most(lambda work: work.in_a_row, children=True),
        "fan_out_per_second": most(lambda work: work.widest, children=True),
        "fan_in_per_second": most(lambda work: work.widest, children=True),
        "events_per_second": asked.per_second(most(lambda work: _sum(work, "told"))),
    }


def task_scheduler(asked: Question) -> Offer:
    """On the Durable Task Scheduler's Consumption plan, which bills each message to the app as an action."""
    found = asked.counts(_actions)
    most = max(each.total.high for work in asked.works for each in _actions(work, asked.sheet))
    offer = Offer(
        sheet=asked.sheet,
        counts=found,
        hosts="functions",
        checks=asked.checks(
            {
                "payload_bytes": asked.most(lambda work: work.largest_bytes, children=True),
                "actions_per_second": asked.per_second(found[0].total.high),
                "actions_at_once": most,
            }
        ),
    )
    return with_bill(offer, lambda: [charge("actions", asked.month(found)["actions"], asked.sheet["p_dts"])])


def _actions(work: Workload, sheet: Sheet) -> list[Count]:
    return counts(
        actions=[
            term("start", 1, sheet["start_actions"]),
            term("activities", _sum(work, "tasks"), sheet["activity_actions"]),
            term("retries", _sum(work, "retries"), sheet["retry_actions"]),
            term("timers", _sum(work, "waits") + _sum(work, "fired"), sheet["timer_actions"]),
            term("events", _sum(work, "told"), sheet["event_actions"]),
            term("sub-orchestrations", work.child_count, sheet["child_actions"]),
        ]
    )
