"""The same workload priced and judged on other systems: pure, from a run's history and a book of figures."""

from asl.compare.figures import Book, Figure, Sheet, Unpriced, book
from asl.compare.offer import Charge, Check, Count, Offer, Span, Term, Variant
from asl.compare.overrides import InvalidPrices, overridden
from asl.compare.step_functions import express_refusals
from asl.compare.systems import SYSTEMS, compare
from asl.compare.temporal import break_even_actions
from asl.compare.workload import Children, Fan, Workload, workload

__all__ = [
    "SYSTEMS",
    "Book",
    "Charge",
    "Check",
    "Children",
    "Count",
    "Fan",
    "Figure",
    "InvalidPrices",
    "Offer",
    "Sheet",
    "Span",
    "Term",
    "Unpriced",
    "Variant",
    "Workload",
    "book",
    "break_even_actions",
    "compare",
    "express_refusals",
    "overridden",
    "workload",
]
