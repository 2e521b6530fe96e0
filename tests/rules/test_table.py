"""The table of rules: codes that stay what they are, and nothing left out."""

import re

import pytest

from asl.rules import Rule, book, table

CONSTANTS = {name: value for name, value in vars(table).items() if isinstance(value, Rule)}


def test_every_rule_is_in_the_table():
    assert list(table.RULES.values()) == list(CONSTANTS.values())


def test_codes_are_unique_and_in_order():
    codes = [rule.code for rule in CONSTANTS.values()]
    assert codes == sorted(set(codes))
    assert list(table.RULES) == codes


@pytest.mark.parametrize("rule", CONSTANTS.values(), ids=CONSTANTS)
def test_a_rule_is_well_formed(rule):
    assert re.fullmatch(r"ASL[0-9]{3}", rule.code)
    assert re.fullmatch(r"[A-Z]+(_[A-Z]+)+", rule.aws)
    assert rule.severity in ("ERROR", "WARNING")
    assert rule.advice
    assert not rule.advice.endswith(".")
    assert "\n" not in rule.advice


def test_every_rule_has_a_group_and_every_group_a_rule():
    assert list(dict.fromkeys(book.group(rule) for rule in CONSTANTS.values())) == list(book.GROUPS.values())
