"""The systems that are compared, and the comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from asl.compare import azure, dynamodb, inngest, step_functions, temporal
from asl.compare.figures import Book
from asl.compare.offer import Offer
from asl.compare.question import Question
from asl.compare.workload import Workload

SYSTEMS: dict[str, Callable[[Question, Book], Offer]] = {
    "standard": lambda asked, _: step_functions.standard(asked),
    "express": lambda asked, _: step_functions.express(asked),
    "azure": lambda asked, _: azure.functions(asked),
    "azure-dts": lambda asked, _: azure.task_scheduler(asked),
    "temporal": lambda asked, _: temporal.cloud(asked),
    "temporal-self-hosted": temporal.self_hosted,
    "inngest": lambda asked, _: inngest.inngest(asked),
    "dynamodb": lambda asked, _: dynamodb.dynamodb(asked),
}
"""Every system, in the order in which they are told."""


def compare(
    works: Sequence[Workload],
    per_month: int,
    book: Book,
    *,
    systems: Sequence[str] = (),
    free: bool = False,
    refusals: Sequence[str] = (),
) -> list[Offer]:
    """What each system offers for a workload.

    Args:
        works: What one execution does, or several that take turns, each as often as the others.
        per_month: How many executions there are in a month.
        book: The figures.
        systems: Which systems, all of them by default.
        free: Whether free tiers are taken off.
        refusals: Why Step Functions would not take the machine as an Express one.
    """
    return [
        SYSTEMS[name](
            Question(
                sheet=book.sheets[name],
                shared=book.shared,
                works=tuple(works),
                per_month=per_month,
                free=free,
                refusals=tuple(refusals),
            ),
            book,
        )
        for name in systems or SYSTEMS
    ]
