"""A state store made by hand: DynamoDB on demand, Lambda functions, and SQS between them."""

from __future__ import annotations

from decimal import Decimal

from asl.compare.figures import Sheet
from asl.compare.offer import Charge, Count, Offer, Span, Variant, ceil, charge, counts, term, total
from asl.compare.question import Question
from asl.compare.workload import Workload

_KB = 1_024


def dynamodb(asked: Question) -> Offer:
    """A conditional write for each step, one for the start and one for the end; a read for each step."""
    found = asked.counts(_counts)
    sheet, month = asked.sheet, asked.month(found)
    charges = _charges(sheet, month)
    writes, *others = charges
    audited = total(others) + writes.usd * sheet["audit_factor"].number
    cosmos = charge("request units", month["cosmos db request units"], sheet["cosmos_million_ru"])
    return Offer(
        sheet=sheet,
        counts=found[:3],
        charges=charges,
        hosts="Lambda",
        compute=asked.compute(lambda work: work.tasks + work.retries, _task_ms),
        variants=[
            Variant("with an audit row in each transaction", audited),
            Variant("on Cosmos DB serverless, without queues", cosmos.usd),
        ],
        checks=asked.checks(
            {
                "largest_item_bytes": asked.most(lambda work: work.largest_bytes, children=True)
                + sheet["item_bytes"].number,
                "fan_in_per_second": asked.most(lambda work: work.widest, children=True),
                "function_ms": asked.most(lambda work: work.longest_task_ms),
            }
        ),
    )


def _task_ms(work: Workload) -> int:
    return sum(ms * times for ms, times in work.task_ms)


def _charges(sheet: Sheet, month: dict[str, Span]) -> list[Charge]:
    return [
        charge("write units", month["write units"], sheet["million_write_units"]),
        charge("read units", month["read units"], sheet["million_read_units"]),
        charge("SQS requests", month["SQS requests"], sheet["million_messages"]),
    ]


def _counts(work: Workload, sheet: Sheet) -> list[Count]:
    writes = reads = messages = cosmos = Decimal(0)
    for each, times in work.all_of_it:
        item = each.mean_state_bytes + sheet["item_bytes"].number
        checkpoints = each.tasks + 2 + each.waits + each.callbacks * sheet["callback_writes"].number
        looks = each.tasks + each.callbacks
        writes += times * checkpoints * ceil(item / sheet["write_unit_bytes"].number)
        reads += times * looks * ceil(item / sheet["read_unit_bytes"].number)
        ru = checkpoints * sheet["cosmos_write_ru"].number + looks * sheet["cosmos_read_ru"].number
        cosmos += times * ru * ceil(item / _KB)
        messages += times * each.tasks * sheet["task_messages"].number
        messages += times * each.retries * sheet["retry_messages"].number
    counters = sum(each.branches * times for each, times in work.all_of_it) + work.child_count
    return [
        *counts(
            write_units=[term("checkpoints of the state", writes), term("counters of branches", counters)],
            read_units=[term("reads of the state", reads)],
        ),
        Count("SQS requests", (term("tasks and retries", messages),)),
        Count("cosmos db request units", (term("checkpoints and reads", cosmos),)),
    ]
