"""Prints, area by area, how far tasks on other services answer as on AWS, and each place where not."""

from __future__ import annotations

from tests.conformance.api.__main__ import Player, main
from tests.conformance.services.exceptions import EXCEPTIONS
from tests.conformance.services.ready import played
from tests.conformance.services.replay import play

if __name__ == "__main__":
    main(Player("tests.conformance.services", str(__doc__), played, lambda case: None, play, EXCEPTIONS))
