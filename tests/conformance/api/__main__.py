"""Prints, area by area, how far the API answers as AWS did, and each place where not."""

from __future__ import annotations

import argparse
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from tests.conformance.api.cases import ApiCase, left_out_by, recorded
from tests.conformance.api.exceptions import EXCEPTIONS
from tests.conformance.api.replay import play
from tests.conformance.api.since import is_of_its_day
from tests.conformance.aws import corpus
from tests.conformance.aws.compare import Difference

Played = TypeVar("Played", bound=ApiCase)

_COLUMNS = ("full", "since", "lenient", "excepted", "unequal", "played", "left out", "total")
"""``since``: equal but for members of another day; each case counts in all columns it belongs to."""
_SHOWN = 5


class Player(NamedTuple, Generic[Played]):
    """Cases, and how they are played.

    Attributes:
        name: The package's.
        about: What its shares tell.
        cases: Gives all cases.
        left_out_by: The rule that leaves a case out, or None.
        play: Every difference in a case.
        exceptions: Why cases may be unequal.
    """

    name: str
    about: str
    cases: Callable[[], Iterable[Played]]
    left_out_by: Callable[[Played], object]
    play: Callable[[Played], list[Difference]]
    exceptions: Mapping[str, str]


def main(player: Player[Played]) -> None:
    """Plays the chosen cases and prints the differences and the table."""
    parser = argparse.ArgumentParser(prog=f"python -m {player.name}", description=player.about)
    parser.add_argument("--id", default="", help="only cases whose id holds this")
    parser.add_argument("--area", help="only cases of this area")
    parser.add_argument("-v", "--verbose", action="store_true", help="every difference, also the excepted")
    options = parser.parse_args()
    if reason := corpus.missing():
        raise SystemExit(reason)
    tally: Counter[tuple[str, str]] = Counter()
    for case in player.cases():
        if options.id not in case.id or options.area not in {None, case.area}:
            continue
        for verdict in _verdicts(player, case, verbose=options.verbose):
            tally[case.area, verdict] += 1
            tally["all", verdict] += 1
    print(f"\n{'':26}" + "".join(f"{column:>10}" for column in _COLUMNS))
    for area in sorted({area for area, _ in tally}, key=lambda area: (area == "all", area)):
        print(f"{area:26}" + "".join(f"{tally[area, column] or '-':>10}" for column in _COLUMNS))


def _verdicts(player: Player[Played], case: Played, *, verbose: bool) -> list[str]:
    if player.left_out_by(case):
        return ["left out", "total"]
    try:
        found = player.play(case)
    except Exception:  # whoever works on the API wants the other cases as well
        found = [Difference("play", "answers", traceback.format_exc())]
    verdicts = ["played", "total"]
    left = [each for each in found if not is_of_its_day(case, each)]
    verdicts += [] if found else ["full"]
    verdicts += [] if left else ["since"]
    verdicts += [] if any(not case.tolerates(each) for each in left) else ["lenient"]
    if left:
        verdicts.append("excepted" if case.id in player.exceptions else "unequal")
    if left and (verbose or case.id not in player.exceptions):
        _print(case, left, player.exceptions.get(case.id), verbose=verbose)
    return verdicts


def _print(case: ApiCase, found: list[Difference], reason: str | None, *, verbose: bool) -> None:
    print(f"\n{case.area}  {case.id}  (recorded {(case.recorded_date or '')[:10]})")
    if reason is not None:
        print(f"  excepted: {reason}")
    for each in found[: None if verbose else _SHOWN]:
        print(f"  {each}" if verbose or each.path == "play" else f"  {str(each)[:400]}")
    if len(found) > _SHOWN and not verbose:
        print(f"  ... and {len(found) - _SHOWN} more")


if __name__ == "__main__":
    main(Player("tests.conformance.api", str(__doc__), recorded, left_out_by, play, EXCEPTIONS))
