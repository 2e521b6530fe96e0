"""The table of rules: codes that stay what they are, and nothing left out."""

import re

import pytest

from asl.rules import Rule, advised, book, table

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
    assert list(dict.fromkeys(book.group(rule) for rule in book.ALL.values())) == list(book.GROUPS.values())


# ------------------------------------------------------------------ advice


def test_every_piece_of_advice_is_in_its_table():
    constants = [value for value in vars(advised).values() if isinstance(value, Rule)]
    assert list(advised.ADVICE.values()) == constants
    assert list(advised.ADVICE) == sorted(set(advised.ADVICE))


@pytest.mark.parametrize("rule", advised.ADVICE.values(), ids=list(advised.ADVICE))
def test_advice_is_well_formed(rule):
    assert re.fullmatch(r"ADV[0-9]{3}", rule.code)
    assert (rule.aws, rule.severity) == ("ADVICE", "ADVICE")
    assert rule.advice
    assert not rule.advice.endswith(".")
