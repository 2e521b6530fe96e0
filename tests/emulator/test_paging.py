"""Pages of a list and the tokens between them."""

from __future__ import annotations

import pytest

from emulator.api.operations.shared import TOKEN_LIFE, page
from emulator.errors import InvalidToken

ITEMS = list(range(250))


def test_pages_give_everything_once_and_in_order():
    seen, members = [], {"maxResults": 7}
    while True:
        shown, token = page(ITEMS, members, "list")
        seen += shown
        if not token:
            break
        members = {"maxResults": 7, **token}
    assert seen == ITEMS


@pytest.mark.parametrize("members", [{}, {"maxResults": 0}])
def test_a_page_has_100_items_by_itself(members):
    shown, token = page(ITEMS, members, "list")
    assert (len(shown), set(token)) == (100, {"nextToken"})


def test_the_last_page_has_no_token_even_if_it_is_full():
    assert page(ITEMS, {"maxResults": 250}, "list") == (ITEMS, {})
    assert page([], {}, "list") == ([], {})


def test_a_token_is_short_and_good_for_one_list_and_one_day():
    _, token = page(ITEMS, {"maxResults": 1}, "list" * 1000, now=5)
    assert len(token["nextToken"]) <= 1024
    assert page(ITEMS, {"maxResults": 1, **token}, "list" * 1000, now=5 + TOKEN_LIFE)[0] == [1]
    with pytest.raises(InvalidToken, match=r"^Invalid Token: 'Invalid token'$"):
        page(ITEMS, token, "other", now=5)
    with pytest.raises(InvalidToken):
        page(ITEMS, token, "list" * 1000, now=6 + TOKEN_LIFE)


@pytest.mark.parametrize(
    "token", ["x", "é", "e30=", "WzEsMiwzXQ==", "WzEsMl0=", "MQ==", "W251bGwsbnVsbCxudWxsXQ=="]
)
def test_any_other_text_is_no_token(token):
    with pytest.raises(InvalidToken):
        page(ITEMS, {"nextToken": token}, "list")
