"""Pages of a list and the tokens between them."""

from __future__ import annotations

import asyncio
import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from time import perf_counter

import pytest

from emulator import Emulator, Settings
from emulator.api.operations.paging import TOKEN_LIFE, Paging, Stand
from emulator.clocks import VirtualClock
from emulator.errors import InvalidToken
from tests.emulator.shared import (
    ASK,
    PASS,
    ROLE,
    START,
    Refused,
    asked,
    call,
    created,
    emulated,
    run,
    settled,
)

ITEMS = list(range(250))


def page(items, members, bound_to="list", now=0, stand=lambda each: Stand((each,))):
    return Paging(members, bound_to, now).page(items, stand)


def pages(change=lambda items: items, items=ITEMS, size=7, stand=lambda each: Stand((each,))):
    """All items that are shown page by page, where the list is changed before each page but the first."""
    seen, members = [], {"maxResults": size}
    while True:
        shown, token = page(items, members, stand=stand)
        seen += shown
        if not token:
            return seen
        members = {"maxResults": size, **token}
        items = change(items)


def test_pages_give_everything_once_and_in_order():
    assert pages() == ITEMS


@pytest.mark.parametrize("members", [{}, {"maxResults": 0}])
def test_a_page_has_100_items_by_itself(members):
    shown, token = page(ITEMS, members)
    assert (len(shown), set(token)) == (100, {"nextToken"})


def test_the_last_page_has_no_token_even_if_it_is_full():
    assert page(ITEMS, {"maxResults": 250}) == (ITEMS, {})
    assert page([], {}) == ([], {})


# ------------------------------------------------------------------ lists that change between two pages


def test_what_is_added_in_front_or_behind_moves_nothing():
    stand = lambda each: Stand((-each,))  # noqa: E731
    newest_first = pages(lambda items: [items[0] + 1, *items], ITEMS[::-1], stand=stand)
    assert newest_first == ITEMS[::-1]
    added = iter(range(250, 260))
    assert pages(lambda items: [*items, *[each for each in [next(added, None)] if each]]) == list(range(260))


def test_what_is_deleted_leaves_nothing_else_out():
    kept = lambda items: [each for each in items if each % 7 != 6]  # noqa: E731  # the last of each page
    assert pages(kept)[:14] == [*range(7), 7, 8, 9, 10, 11, 12, 14]
    assert set(pages(kept)) >= set(kept(ITEMS))


@pytest.mark.parametrize("gone", [None, "d", "e"])
def test_of_one_instant_they_are_told_apart_by_their_names(gone):
    stand = lambda each: Stand((1,), each)  # noqa: E731
    seen = pages(lambda items: [each for each in items if each != gone], list("hgfedcba"), 4, stand)
    assert seen == [each for each in "hgfedcba" if each != gone or gone == "e"]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_added_or_deleted_what_stays_is_shown_once(seed):
    lots = random.Random(seed)
    alive = sorted(((lots.randrange(20), f"n{number}") for number in range(60)), key=lambda each: each[0])
    stays, shown, token = set(alive), [], {}
    while not shown or token:
        members = {"maxResults": lots.randrange(1, 9), **token}
        part, token = page(alive, members, stand=lambda each: Stand((each[0],), each[1]))
        shown += part
        for gone in lots.sample([each for each in alive if each != shown[-1]], 2):
            alive.remove(gone)
            stays.discard(gone)
        if len(shown) < 40:
            alive.append((20, f"later {len(shown)}"))
    assert len(shown) == len(set(shown))
    assert stays <= set(shown)


# ------------------------------------------------------------------ what a token is good for


def test_a_token_is_short_and_good_for_one_list_and_one_day():
    named, stand = "list" * 1000, lambda each: Stand((each,), f"{each}" * 1000)
    _, token = page(ITEMS, {"maxResults": 1}, named, 5, stand)
    assert len(token["nextToken"]) <= 1024
    assert page(ITEMS, {"maxResults": 1, **token}, named, 5 + TOKEN_LIFE, stand)[0] == [1]
    with pytest.raises(InvalidToken, match=r"^Invalid Token: 'Invalid token'$"):
        page(ITEMS, token, "other", 5)
    with pytest.raises(InvalidToken):
        page(ITEMS, token, named, 6 + TOKEN_LIFE)


def test_a_day_counts_from_each_page_anew():
    _, first = page(ITEMS, {"maxResults": 1}, now=0)
    _, second = page(ITEMS, {"maxResults": 1, **first}, now=TOKEN_LIFE)
    assert page(ITEMS, {"maxResults": 1, **second}, now=2 * TOKEN_LIFE)[0] == [2]


@pytest.mark.parametrize(
    "token", ["x", "é", "e30=", "WzEsMiwzXQ==", "WzEsMl0=", "MQ==", "W251bGwsbnVsbCxudWxsXQ==", "A" * 1024]
)
def test_any_other_text_is_no_token(token):
    with pytest.raises(InvalidToken):
        page(ITEMS, {"nextToken": token})


def test_a_token_with_another_place_in_it_is_forged():
    token = page(ITEMS, {"maxResults": 1})[1]["nextToken"]
    packed = urlsafe_b64decode(token)
    changed = packed.replace(b"[[0]", b"[[9]")
    assert changed != packed
    with pytest.raises(InvalidToken):
        page(ITEMS, {"nextToken": urlsafe_b64encode(changed).decode()})
    for place in range(len(token)):
        other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(InvalidToken):
            page(ITEMS, {"nextToken": other})
    for other in (token + "!", token + "=", " " + token, token[:4] + "\n" + token[4:]):
        with pytest.raises(InvalidToken):
            page(ITEMS, {"nextToken": other})


# ------------------------------------------------------------------ the lists of the API


@pytest.fixture
def emulator():
    with emulated() as emulator:
        call(emulator, "CreateActivity", name="ask")
        yield emulator


def every(emulator, operation, key, between=lambda: None, **members):
    """The names, or numbers, of all items that are listed page by page."""
    found = []
    answer = call(emulator, operation, **members)
    while True:
        found += [each.get("name") or each.get("id") for each in answer[key]]
        if "nextToken" not in answer:
            return found
        between()
        answer = call(emulator, operation, **members, nextToken=answer["nextToken"])


@pytest.fixture
def six(emulator):
    """A state machine with six executions that run, started one second after another."""
    machine = created(emulator, ASK)
    for number in range(6):
        call(emulator, "StartExecution", stateMachineArn=machine, name=f"n{number}")
        run(emulator, emulator.engine.advance_clock(START + 1000 * (number + 1)))
    return machine


def test_executions_that_start_between_pages_repeat_none(emulator, six):
    start = lambda: call(emulator, "StartExecution", stateMachineArn=six)  # noqa: E731
    listed = every(emulator, "ListExecutions", "executions", start, stateMachineArn=six, maxResults=2)
    assert listed == ["n5", "n4", "n3", "n2", "n1", "n0"]


def test_executions_that_end_between_pages_keep_their_place(emulator, six):
    arns = {each.record.name: arn for arn, each in emulator.executions.items()}
    names = iter(["n0", "n5"])

    def end():
        run(emulator, emulator.engine.advance_clock(emulator.clock.now() + 1000))
        call(emulator, "StopExecution", executionArn=arns[next(names)])

    listed = every(emulator, "ListExecutions", "executions", end, stateMachineArn=six, maxResults=2)
    assert listed == ["n5", "n4", "n3", "n2", "n1", "n0"]
    assert every(emulator, "ListExecutions", "executions", stateMachineArn=six)[:2] == ["n5", "n0"]


def test_those_that_a_filter_no_longer_lets_through_leave_no_other_out(emulator, six):
    arns = {each.record.name: arn for arn, each in emulator.executions.items()}
    names = iter(["n4", "n2"])
    end = lambda: call(emulator, "StopExecution", executionArn=arns[next(names)])  # noqa: E731
    members = {"stateMachineArn": six, "statusFilter": "RUNNING", "maxResults": 2}
    listed = every(emulator, "ListExecutions", "executions", end, **members)
    assert listed == ["n5", "n4", "n3", "n2", "n1", "n0"]  # each ended when it had been shown


@pytest.mark.parametrize(
    "other",
    [
        {"statusFilter": "RUNNING"},
        {"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:b"},
    ],
    ids=["filter", "machine"],
)
def test_other_arguments_make_it_no_token(emulator, six, other):
    created(emulator, ASK, "b")
    members = {"stateMachineArn": six, "maxResults": 2}
    token = call(emulator, "ListExecutions", **members)["nextToken"]
    with pytest.raises(Refused, match="InvalidToken: Invalid Token: 'Invalid token'"):
        call(emulator, "ListExecutions", **{**members, **other}, nextToken=token)
    assert call(emulator, "ListExecutions", **{**members, "maxResults": 3}, nextToken=token)["executions"]


@pytest.mark.parametrize("other", [{"reverseOrder": True}, {"includeExecutionData": False}], ids=str)
def test_a_history_has_one_token_for_each_way_to_read_it(emulator, other):
    arn = call(emulator, "StartExecution", stateMachineArn=created(emulator))["executionArn"]
    settled(emulator)
    token = call(emulator, "GetExecutionHistory", executionArn=arn, maxResults=1)["nextToken"]
    with pytest.raises(Refused, match="InvalidToken"):
        call(emulator, "GetExecutionHistory", executionArn=arn, nextToken=token, **other)
    same = {"reverseOrder": False, "includeExecutionData": True}
    told = call(emulator, "GetExecutionHistory", executionArn=arn, nextToken=token, **same)
    assert [each["id"] for each in told["events"]] == [2, 3, 4]


def test_a_history_that_grows_is_read_to_its_beginning_without_a_repetition(emulator):
    arn = call(emulator, "StartExecution", stateMachineArn=created(emulator, ASK))["executionArn"]
    settled(emulator)
    stop = lambda: call(emulator, "StopExecution", executionArn=arn)  # noqa: E731
    members = {"executionArn": arn, "maxResults": 2}
    seen = every(emulator, "GetExecutionHistory", "events", stop, reverseOrder=True, **members)
    assert seen == [3, 2, 1]
    assert every(emulator, "GetExecutionHistory", "events", **members) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("kind", "key"),
    [("StateMachine", "stateMachines"), ("Activity", "activities")],
)
def test_what_is_deleted_between_pages_leaves_no_other_out(emulator, kind, key):
    call(emulator, "DeleteActivity", activityArn="arn:aws:states:us-east-1:123456789012:activity:ask")
    more = {"definition": PASS, "roleArn": ROLE} if kind == "StateMachine" else {}
    arn_key = kind[0].lower() + kind[1:] + "Arn"
    arns = [call(emulator, f"Create{kind}", name=each, **more)[arn_key] for each in "fedcba"]
    gone = iter([arns[1], arns[2]])  # both were shown; the first was the last of its page
    drop = lambda: call(emulator, f"Delete{kind}", **{arn_key: next(gone)})  # noqa: E731
    operation = "ListStateMachines" if kind == "StateMachine" else "ListActivities"
    assert every(emulator, operation, key, drop, maxResults=2) == list("fedcba")


def test_a_token_is_good_after_a_restart(tmp_path):
    async def work():
        settings = Settings(database=str(tmp_path / "a.db"))
        token, names = None, []
        for _ in range(3):
            emulator = Emulator(settings, clock=VirtualClock(START))
            await emulator.open()
            if token is None:
                made = await asked(emulator, "CreateStateMachine", name="m", definition=PASS, roleArn=ROLE)
                members = {"stateMachineArn": made["stateMachineArn"], "maxResults": 2}
                for name in "abcdef":
                    await asked(
                        emulator, "StartExecution", stateMachineArn=made["stateMachineArn"], name=name
                    )
            more = {} if token is None else {"nextToken": token}
            answer = await asked(emulator, "ListExecutions", **members, **more)
            names += [each["name"] for each in answer["executions"]]
            token = answer.get("nextToken")
            await emulator.close()
        assert (names, token) == (list("fedcba"), None)

    asyncio.run(work())


def test_a_place_deep_in_a_long_history_is_found_at_once():
    places = range(10_000_000)[::-1]
    stand = lambda place: Stand((-place,))  # noqa: E731
    before = perf_counter()
    token = page(places, {"maxResults": 9_000_000}, stand=stand)[1]
    shown, _ = page(places, {"maxResults": 3, **token}, stand=stand)
    assert list(shown) == [999_999, 999_998, 999_997]
    assert perf_counter() - before < 0.1
