"""Step Functions, as Standard and as Express workflows."""

from __future__ import annotations

from decimal import Decimal

from asl.compare.figures import Sheet
from asl.compare.offer import Charge, Count, Offer, Span, charge, counts, term, with_bill
from asl.compare.question import Question
from asl.compare.workload import Workload
from asl.cost import billed_mb, billed_ms, gb_seconds, memory_mb
from asl.definition import validate
from asl.elements.machine import StateMachine


def standard(asked: Question) -> Offer:
    """As a Standard workflow; the executions of a Distributed Map are what the machine says they are."""
    found = asked.counts(_standard_counts)
    offer = Offer(
        sheet=asked.sheet,
        counts=found,
        hosts="Lambda",
        compute=_lambda(asked),
        checks=asked.checks(_standard_limits(asked)),
    )
    return with_bill(offer, lambda: _standard_charges(asked, asked.month(found)))


def _standard_counts(work: Workload, sheet: Sheet) -> list[Count]:
    own = [(child, times) for child, times in work.children if not child.express]
    fast = [(child, times) for child, times in work.children if child.express]
    executions = 1 + sum(times for _, times in own)
    start_end = Span(sheet["start_end_low"].number, sheet["start_end_high"].number)
    return counts(
        transitions=[
            term("states", work.states),
            term("retries", work.transitions - work.states),
            term("executions of Map Runs started", work.child_count),
            term("states and retries in them", sum(child.transitions * times for child, times in own)),
            term("start and end", start_end * executions),
        ],
        requests=[term("Express executions of Map Runs", sum(times for _, times in fast))],
        gb_seconds=[
            term("GB-seconds of them", sum((_gb_seconds(child) * times for child, times in fast), Decimal(0)))
        ],
    )


def _standard_charges(asked: Question, month: dict[str, Span]) -> list[Charge]:
    sheet = asked.sheet
    free = asked.free_of(sheet["free_transitions"])
    charges = [charge("transitions", month["transitions"].less(free), sheet["thousand_transitions"])]
    if month["requests"].high:
        charges.append(charge("requests", month["requests"], sheet["million_requests"]))
        charges.append(charge("duration", month["GB seconds"], sheet["gb_second"]))
    return charges


def _standard_limits(asked: Question) -> dict[str, Decimal]:
    most = asked.most
    return {
        "execution_ms": most(lambda work: work.ms),
        "history_events": most(lambda work: work.events, children=True),
        "payload_bytes": most(lambda work: work.largest_bytes, children=True),
        "open_executions": asked.per_second(_mean_seconds(asked)),
        "inline_map_at_once": most(lambda work: work.widest_map, children=True),
        "map_run_at_once": most(lambda work: work.widest if work.children else 0),
    }


def _mean_seconds(asked: Question) -> Decimal:
    return Decimal(sum(work.ms for work in asked.works)) / len(asked.works) / 1_000


def express(asked: Question) -> Offer:
    """As an Express workflow, if it could be one."""
    found = asked.counts(_express_counts)
    held = asked.checks(
        {
            "execution_ms": asked.most(lambda work: work.ms),
            "payload_bytes": asked.most(lambda work: work.largest_bytes),
        }
    )
    too_long = any(check.verdict == "exceeded" for check in held if check.limit.name == "execution_ms")
    month = asked.month(found)
    offer = Offer(
        sheet=asked.sheet,
        counts=found,
        hosts="Lambda",
        compute=_lambda(asked),
        checks=held,
        possible=not asked.refusals and not too_long,
        refusals=list(asked.refusals),
    )
    if not offer.possible:
        return offer
    return with_bill(
        offer,
        lambda: [
            charge("requests", month["requests"], asked.sheet["million_requests"]),
            charge("duration", month["GB seconds"], asked.sheet["gb_second"]),
        ],
    )


def _express_counts(work: Workload, sheet: Sheet) -> list[Count]:
    return counts(
        requests=[term("execution", 1)],
        gb_seconds=[term(_billed(work), _gb_seconds(work))],
    )


def _billed(work: Workload) -> str:
    return f"{billed_ms(work.ms):,} ms x {_megabytes(work)} MB"


def _megabytes(work: Workload) -> int:
    return billed_mb(memory_mb(work.definition_bytes, work.inner_bytes))


def _gb_seconds(work: Workload) -> Decimal:
    return gb_seconds(billed_ms(work.ms), _megabytes(work))


def _lambda(asked: Question) -> Span:
    return asked.compute(lambda work: work.functions, lambda work: work.function_ms)


def express_refusals(machine: StateMachine) -> tuple[str, ...]:
    """Why Step Functions would not take a machine as an Express one: its own texts."""
    found = validate(machine.definition, type="EXPRESS")
    return tuple(dict.fromkeys(each.message for each in found if each.severity == "ERROR"))
