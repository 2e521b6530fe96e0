"""Every rule has a page: its wrong example breaks the rule and no other, its right one breaks none."""

import re

import pytest

import asl
from asl.query.jsonata import JSONata, JSONataUnavailable
from asl.rules import book
from asl.rules.table import JSONATA_MISSING, NOT_JSON, RULES, TOO_DEEP, TOO_LARGE
from asl.spec.quotas import DEFINITION_BYTES
from tests.rules.documents import FOLDER, SOURCE, documents

every_rule = pytest.mark.parametrize("code", RULES)
every_page = pytest.mark.parametrize("code", book.ALL)

LONGER_THAN_A_PAGE = {
    TOO_LARGE.code: lambda text: text.replace("...", "x" * DEFINITION_BYTES),
    TOO_DEEP.code: lambda text: text.replace('"..."', '{"in": ' * 200 + "1" + "}" * 200),
}
"""What the examples become whose three dots stand for more of the same."""


def whole(example, code):
    return LONGER_THAN_A_PAGE[code](example.text) if example.shortened else example.text


def told(example, code):
    """The diagnostics of an example."""
    return asl.validate(whole(example, code), type="EXPRESS" if example.express else "STANDARD")


def test_every_rule_has_a_page_and_every_page_a_rule():
    assert sorted(path.name for path in SOURCE.iterdir()) == sorted(f"{code}.md" for code in book.ALL)


@pytest.fixture(autouse=True)
def without_the_engine(request, monkeypatch):
    """The page on the missing package is about where it is missing."""

    def missing(expression):
        raise JSONataUnavailable

    if "code" in request.fixturenames and request.getfixturevalue("code") == JSONATA_MISSING.code:
        monkeypatch.setattr(JSONata, "_by_engine", missing)


@every_rule
def test_the_wrong_example_breaks_this_rule_and_no_other(code):
    page = book.page(code)
    found = told(page.wrong, code)
    assert {(each.rule, each.code, each.severity) for each in found} == {
        (code, page.rule.aws, page.rule.severity)
    }


@every_rule
def test_the_right_example_breaks_none(code):
    page = book.page(code)
    assert told(page.right, code) == []
    assert page.right.text != page.wrong.text
    assert page.right.express == page.wrong.express
    assert not page.right.shortened


def test_what_is_shortened_is_lengthened_here():
    assert {code for code in RULES if book.page(code).wrong.shortened} == set(LONGER_THAN_A_PAGE)


@every_page
def test_examples_are_tidy(code):
    page = book.page(code)
    languages = re.findall(r"^```(\w+)$", (SOURCE / f"{code}.md").read_text("utf-8"), re.MULTILINE)
    assert languages == ["text" if code == NOT_JSON.code else "json", "json"]
    for example in (page.wrong, page.right):
        assert max(map(len, example.text.splitlines())) <= 100
        assert len(example.text.splitlines()) <= 25


@every_page
def test_the_text_is_short_and_plain(code):
    page = book.page(code)
    assert len(page.title) <= 72
    assert page.title[-1] not in ".!?"
    assert not set(page.title) & set("`|*_")
    assert 1 <= len(page.text.split("\n\n")) <= 3
    assert max(map(len, page.text.splitlines())) <= 108
    assert set(re.findall(r"(?:ASL|ADV)[0-9]{3}", page.text)) <= set(book.ALL) - {code}


def test_titles_differ():
    assert len({book.page(code).title for code in book.ALL}) == len(book.ALL)


# ------------------------------------------------------------------ looking rules up


@pytest.mark.parametrize("code", ["ASL202", "asl202", "Asl202"])
def test_a_rule_is_found_by_its_code(code):
    assert book.find(code) == [RULES["ASL202"]]


def test_rules_are_found_by_awss_code():
    assert [rule.code for rule in book.find("missing_transition_target")] == ["ASL201", "ASL202", "ASL203"]


def test_every_code_is_found():
    assert {rule.code for code in book.codes() for rule in book.find(code)} == set(book.ALL)


@pytest.mark.parametrize("look", [book.page, book.find])
@pytest.mark.parametrize(
    ("code", "near"),
    [("ASL2O2", "ASL202"), ("202", "ASL202"), ("MISSING_TARGET", "MISSING_TRANSITION_TARGET")],
)
def test_an_unknown_code_tells_what_is_near(look, code, near):
    with pytest.raises(
        LookupError, match=re.escape(f"no rule has the code '{code}'; did you mean ")
    ) as error:
        look(code)
    assert near in error.value.near


def test_an_unknown_code_that_nothing_is_near():
    with pytest.raises(book.UnknownCode) as error:
        book.find("?")
    assert (str(error.value), error.value.near) == ("no rule has the code '?'", [])


# ------------------------------------------------------------------ docs/rules


def test_the_documentation_is_written_anew():
    written = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}
    assert written == documents(), "run: python -m tests.rules"
