"""The question that systems are asked: a workload, how often in a month, and by which figures."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec

from asl.compare.figures import Figure, Sheet
from asl.compare.offer import Charge, Check, Count, Span, charge, checks, mean, span, total
from asl.compare.workload import Workload

MB_PER_GB = 1_024


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a system is asked.

    Attributes:
        sheet: What is known of the system.
        shared: What is known of all of them.
        works: One execution, or several that take turns, each as often as the others.
        per_month: How many executions there are in a month.
        free: Whether free tiers are taken off.
        refusals: Why Step Functions would not take the machine as an Express one.
    """

    sheet: Sheet
    shared: Sheet
    works: tuple[Workload, ...]
    per_month: int
    free: bool = False
    refusals: tuple[str, ...] = ()

    def counts(self, of: Callable[[Workload, Sheet], list[Count]]) -> list[Count]:
        """What an execution takes, on average."""
        return mean([of(work, self.sheet) for work in self.works])

    def month(self, counts: list[Count]) -> dict[str, Span]:
        """Unit -> how many of them a month's executions take."""
        return {each.unit: each.total * self.per_month for each in counts}

    def per_second(self, each: Decimal | int) -> Decimal:
        """So many a second, on average over a month, if one execution takes so many."""
        return Decimal(each) * self.per_month / self.shared["month_seconds"].number

    def most(self, of: Callable[[Workload], Decimal | int], *, children: bool = False) -> Decimal:
        """The most that one of the executions takes, or of those that they start."""
        works = [each for work in self.works for each in (work, *(child for child, _ in work.children))]
        return max(Decimal(of(work)) for work in (works if children else self.works))

    def checks(self, used: dict[str, Decimal]) -> list[Check]:
        """How the workload stands to the system's limits."""
        return checks(self.sheet, used, self.shared["near"].number)

    def free_of(self, figure: Figure) -> Decimal:
        """An amount that is free, or nothing where free tiers are not to be taken off."""
        return figure.number if self.free else Decimal(0)

    def memory_gb(self) -> Decimal:
        """The memory of a function."""
        return self.shared["function_mb"].number / MB_PER_GB

    def compute(self, calls: Callable[[Workload], int], ms: Callable[[Workload], int]) -> Span:
        """What Lambda asks for the tasks of a month.

        Args:
            calls: How often an execution calls a function.
            ms: How long these work, all together.
        """
        made, busy = span(self._mean(calls)), span(self._mean(ms)) * self.memory_gb() / 1_000
        return total(self._lambda(made, busy))

    def _lambda(self, calls: Span, gb_seconds: Span) -> list[Charge]:
        shared = self.shared
        return [
            charge("calls of functions", calls, shared["lambda_million_requests"]),
            charge("functions at work", gb_seconds, shared["lambda_gb_second"]),
        ]

    def _mean(self, of: Callable[[Workload], int]) -> Decimal:
        """So many a month, of executions and their children."""
        every = sum(of(each) * times for work in self.works for each, times in work.all_of_it)
        return Decimal(every) * self.per_month / len(self.works)
