"""Advice: what AWS takes and runs, and what could cost less or stand more, in figures of sample runs."""

from asl.advice.advise import Advice, advise
from asl.advice.bill import Bill
from asl.advice.evidence import Evidence
from asl.advice.facts import Facts
from asl.advice.finding import Finding, Saving

__all__ = ["Advice", "Bill", "Evidence", "Facts", "Finding", "Saving", "advise"]
