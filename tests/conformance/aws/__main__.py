"""Prints, area by area, how far the interpreter answers as AWS did, and each place where not."""

from __future__ import annotations

import argparse
import traceback
from collections import Counter

from tests.conformance.aws import corpus
from tests.conformance.aws.compare import Difference
from tests.conformance.aws.corpus import Case
from tests.conformance.aws.exceptions import EXCEPTIONS
from tests.conformance.aws.selection import played

_SHOWN = 5
"""Differences printed for a case without -v: the first ones explain those that follow."""
_WIDTH = 300


def main() -> None:
    """Plays the chosen cases and prints the table and the differences."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.aws", description=__doc__)
    parser.add_argument("--id", default="", help="only cases whose id holds this")
    parser.add_argument("--area", help="only cases of this area")
    parser.add_argument("--order", action="store_true", help="look only at the order of keys in JSON texts")
    parser.add_argument("-v", "--verbose", action="store_true", help="every difference, in full length")
    options = parser.parse_args()
    if reason := corpus.missing():
        raise SystemExit(reason)
    chosen = [case for case in played() if options.id in case.id and options.area in {None, case.area}]
    unequal = {case.id: found for case in chosen if (found := _differences(case, options.order))}
    for case in chosen:
        if case.id in unequal:
            _print(case, unequal[case.id], verbose=options.verbose)
    _print_table(chosen, unequal)


def _differences(case: Case, order: bool) -> list[Difference]:
    from tests.conformance.aws.play import play, play_for_order

    try:
        return play_for_order(case) if order else play(case)
    except Exception:  # whoever works on the core wants the other cases as well
        return [Difference("play", "a result", Raw(traceback.format_exc()))]


class Raw(str):
    """A text that is printed as it is, over several lines."""

    __slots__ = ()
    __repr__ = str.__str__


def _print(case: Case, differences: list[Difference], *, verbose: bool) -> None:
    print(f"\n{case.area}  {case.id}  (recorded {(case.recorded_date or '')[:10]})")
    if case.id in EXCEPTIONS:
        print(f"  excepted: {EXCEPTIONS[case.id]}")
    for each in differences[: None if verbose else _SHOWN]:
        for line in str(each).splitlines():
            print(f"  {line if verbose or each.path == 'play' else _shortened(line)}")
    if len(differences) > _SHOWN and not verbose:
        print(f"  ... and {len(differences) - _SHOWN} more")


def _shortened(line: str) -> str:
    return line if len(line) <= _WIDTH else f"{line[:_WIDTH]} ..."


def _print_table(chosen: list[Case], unequal: dict[str, list[Difference]]) -> None:
    tally = Counter((area, _verdict(case, unequal)) for case in chosen for area in (case.area, "all"))
    areas = [*sorted({case.area for case in chosen}), "all"]
    print(f"\n{'':24}" + "".join(f"{verdict:>10}" for verdict in _VERDICTS))
    for area in areas:
        print(f"{area:24}" + "".join(f"{tally[area, verdict] or '-':>10}" for verdict in _VERDICTS))


_VERDICTS = ("equal", "excepted", "unequal")


def _verdict(case: Case, unequal: dict[str, list[Difference]]) -> str:
    if case.id not in unequal:
        return "equal"
    return "excepted" if case.id in EXCEPTIONS else "unequal"


if __name__ == "__main__":
    main()
