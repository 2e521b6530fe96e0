"""`asl explain`: pages and lists, for people and for programs, and what it says of unknown codes."""

import json
import subprocess

import pytest

from asl.rules import book
from tests.cli.shared import COMMAND, environment

PAGE = book.page("ASL202")


@pytest.mark.parametrize("code", ["ASL202", "asl202"])
def test_a_page(asl, code):
    result = asl("explain", code)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[:3] == [f"ASL202: {PAGE.title}", "error MISSING_TRANSITION_TARGET", ""]
    assert PAGE.text in result.stdout
    wrong, right = lines.index("Wrong"), lines.index("Right")
    assert lines[wrong + 2 : right - 1] == [f"  {line}" for line in PAGE.wrong.text.splitlines()]
    assert lines[right + 2 : -2] == [f"  {line}" for line in PAGE.right.text.splitlines()]
    assert lines[-1] == f"hint: {PAGE.rule.advice}"


def test_what_is_to_be_known_of_an_example_is_told(asl):
    assert asl("explain", "ASL601").stdout.count("\n  As an Express machine:\n") == 2
    assert "\n  Shortened, " in asl("explain", "ASL003").stdout


@pytest.mark.parametrize("code", book.ALL)
def test_every_page_is_printed(asl, code):
    result = asl("explain", code)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{code}: {book.page(code).title}\n")


def test_several_codes(asl):
    one, two = asl("explain", "ASL202").stdout, asl("explain", "ASL101").stdout
    assert asl("explain", "ASL202", "ASL101").stdout == f"{one}\n{two}"


def test_a_code_of_awss_lists_its_rules(asl):
    result = asl("explain", "missing_transition_target")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Transitions",
        *(f"  {code}  {book.page(code).title}" for code in ("ASL201", "ASL202", "ASL203")),
    ]


def test_a_code_of_awss_with_one_rule_is_its_page(asl):
    assert asl("explain", "MISSING_END_STATE").stdout == asl("explain", "ASL204").stdout


def test_without_a_code_all_are_listed(asl):
    result = asl("explain")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("  ")] == list(book.ALL)
    assert [line for line in lines if line and not line.startswith(" ")] == list(book.GROUPS.values())
    assert f"  ASL801  {book.page('ASL801').title} (warning)" in lines


@pytest.mark.parametrize(
    ("code", "near"),
    [("ASL2O2", "ASL202"), ("202", "ASL202"), ("missing_target", "MISSING_TRANSITION_TARGET")],
)
def test_an_unknown_code(asl, code, near):
    result = asl("explain", "ASL101", code)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no rule has the code" in result.stderr
    assert f"did you mean {near}" in result.stderr
    assert "asl explain lists all" in result.stderr


# ------------------------------------------------------------------ for programs


def test_json(asl):
    result = asl("explain", "ASL202", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == [
        {
            "code": "ASL202",
            "aws": "MISSING_TRANSITION_TARGET",
            "severity": "ERROR",
            "title": PAGE.title,
            "advice": PAGE.rule.advice,
            "text": PAGE.text,
            "wrong": PAGE.wrong.text,
            "right": PAGE.right.text,
        }
    ]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], list(book.ALL)),
        (["ASL203", "ASL101"], ["ASL203", "ASL101"]),
        (["ASL203", "MISSING_TRANSITION_TARGET", "asl203"], ["ASL203", "ASL201", "ASL202"]),
    ],
)
def test_json_of_several(asl, codes, expected):
    assert [each["code"] for each in json.loads(asl("explain", *codes, "--json").stdout)] == expected


@pytest.mark.parametrize(
    ("begun", "expected"),
    [
        ("ASL20", ["ASL201", "ASL202", "ASL203", "ASL204"]),
        ("asl90", ["ASL902"]),
        ("MISSING_E", ["MISSING_END_STATE"]),
    ],
)
def test_codes_are_completed(here, begun, expected):
    env = environment() | {
        "_ASL_COMPLETE": "bash_complete",
        "COMP_WORDS": f"asl explain {begun}",
        "COMP_CWORD": "2",
    }
    result = subprocess.run(COMMAND, env=env, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == [f"plain,{code}" for code in expected]


def test_completion_shows_titles(here):
    env = environment() | {
        "_ASL_COMPLETE": "fish_complete",
        "COMP_WORDS": "asl explain ",
        "COMP_CWORD": "ASL202",
    }
    result = subprocess.run(COMMAND, env=env, capture_output=True, text=True, check=True)
    assert result.stdout == f"plain,ASL202\t{PAGE.title}\n"


# ------------------------------------------------------------------ on a terminal


def test_a_terminal_is_coloured(terminal):
    shown = terminal("explain", "ASL202")
    assert "\x1b[1mASL202: " in shown
    assert "\x1b[32mNext\x1b[0m" in shown  # code in prose, without its backticks
    assert '\x1b[34m"StartAt"\x1b[0m' in shown


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [(["--no-color"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})],
)
@pytest.mark.parametrize("codes", [[], ["ASL202"]])
def test_no_colour(terminal, codes, arguments, variables):
    shown = terminal("explain", *codes, *arguments, **variables)
    assert book.page("ASL202").title in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("columns", [40, 90, 300])
def test_prose_fits_the_terminal(terminal, columns):
    shown = terminal("explain", "ASL202", "--no-color", COLUMNS=str(columns)).splitlines()
    prose = shown[3 : shown.index("Wrong") - 1]
    assert max(map(len, prose)) <= min(columns, 100)
    assert " ".join(" ".join(prose).split()) == " ".join(PAGE.text.replace("`", "").split())


def test_a_terminal_without_unicode(terminal):
    shown = terminal("explain", "ASL003", PYTHONIOENCODING="ascii")
    assert "three dots" in shown
