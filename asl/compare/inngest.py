"""Inngest: a function run is an execution, and so is each of its steps."""

from __future__ import annotations

from decimal import Decimal

from asl.compare.figures import Sheet
from asl.compare.offer import NOTHING, Charge, Count, Offer, Span, Variant, charge, counts, span, term, total
from asl.compare.question import Question
from asl.compare.workload import Workload


def inngest(asked: Question) -> Offer:
    """On the Pro plan; on the Free one where it is enough and free tiers are to be taken off."""
    found = asked.counts(_counts)
    month = asked.month(found)
    sheet = asked.sheet
    fits_free = (
        month["executions"].high <= sheet["free_executions"].number
        and month["events"].high <= sheet["free_events"].number
    )
    pro = _pro(sheet, month, "pro_month")
    variants = [Variant("with the base price of another copy", total(_pro(sheet, month, "pro_month_other")))]
    if fits_free:
        variants.append(Variant("on the Free plan, which is enough", NOTHING))
    return Offer(
        sheet=sheet,
        counts=found,
        charges=[_free(sheet, month)] if fits_free and asked.free else pro,
        hosts="your host",
        variants=variants,
        checks=asked.checks(_limits(asked)),
    )


def steps(work: Workload, sheet: Sheet) -> Decimal:
    """Steps of one run; a parent reads the items of a Distributed Map and sends their events."""
    return work.tasks + work.callbacks + work.waits + work.map_runs * sheet["fan_out_steps"].number


def _counts(work: Workload, sheet: Sheet) -> list[Count]:
    def every(name: str) -> int:
        return sum(getattr(each, name) * times for each, times in work.all_of_it)

    retry = Span(sheet["retry_low"].number, sheet["retry_high"].number)
    return counts(
        executions=[
            term("run", 1),
            term("steps", every("tasks")),
            term("sleeps", every("waits"), sheet["sleep"]),
            term("waits for events", every("callbacks"), sheet["sleep"]),
            term("retries", retry * every("retries")),
            term("steps that fan out", every("map_runs"), sheet["fan_out_steps"]),
            term("runs of items", work.child_count),
        ],
        events=[term("starts", 1 + work.child_count), term("answers", every("told"))],
    )


def _pro(sheet: Sheet, month: dict[str, Span], base: str) -> list[Charge]:
    executions = month["executions"].less(sheet["pro_executions"].number)
    events = month["events"].less(sheet["pro_events"].number)
    return [
        charge("Pro plan", span(1), sheet[base]),
        charge("executions beyond those included", executions, sheet["million_executions"]),
        charge("events beyond those included", events, sheet["million_events"]),
    ]


def _free(sheet: Sheet, month: dict[str, Span]) -> Charge:
    return Charge("Free plan", month["executions"], sheet["free_executions"], NOTHING)


def _limits(asked: Question) -> dict[str, Decimal]:
    most = asked.most
    return {
        "steps": most(lambda work: steps(work, asked.sheet), children=True),
        "step_bytes": most(lambda work: work.largest_bytes, children=True),
        "state_bytes": most(lambda work: work.result_bytes, children=True),
        "event_bytes": most(lambda work: work.input_bytes, children=True),
        "sleep_ms": most(lambda work: work.longest_wait_ms, children=True),
        "step_ms": most(lambda work: work.longest_task_ms),
        "steps_at_once": most(lambda work: work.widest, children=True),
    }
