"""ADV101: payloads that grow towards the quota."""

from __future__ import annotations

from tests.unit.advice.advising import each, machine, task, told

CODE = "ADV101"
KIB = 1024


def text(size):
    """A JSON string of so many bytes."""
    return "x" * (size - 2)


def test_a_state_that_makes_it_large():
    handlers = {"load": lambda event, context: text(100 * KIB)}
    (found,) = told(CODE, machine("Load", Load=task("load")), {}, handlers=handlers)
    assert found.diagnostic.message == "'Load' makes 100 KiB of 2 bytes; the quota is 256 KiB"
    assert found.figures == {"bytes_in": 2, "bytes_out": 100 * KIB, "quota_bytes": 256 * KIB}
    assert found.serious


def test_one_below_its_share_is_left_alone():
    handlers = {"load": lambda event, context: text(60 * KIB)}
    assert told(CODE, machine("Load", Load=task("load")), {}, handlers=handlers) == []


def test_one_that_grows_a_little_is_left_alone():
    handlers = {"load": lambda event, context: text(100 * KIB)}
    assert told(CODE, machine("Load", Load=task("load")), text(60 * KIB), handlers=handlers) == []


def test_the_largest_of_all():
    (found,) = told(CODE, machine("A", A={"Type": "Succeed"}), text(130 * KIB))
    assert found.diagnostic.message == "The largest payload, 130 KiB of 256 KiB, first comes to 'A'"
    assert found.figures == {"bytes": 130 * KIB, "quota_bytes": 256 * KIB}


def test_a_map_that_has_no_room_for_ten_times_the_items():
    handlers = {"load": lambda event, context: text(KIB)}
    definition = machine("All", All=each(machine("Load", Load=task("load"))))
    (found,) = told(CODE, definition, list(range(40)), handlers=handlers)
    # 40 texts of 1 KiB, 39 commas and two brackets
    assert found.figures["bytes_out"] == 40 * KIB + 41
    assert (found.figures["items"], found.figures["items_that_fit"]) == (40, 255)
    assert "which 255 items fill where the sample has 40" in found.diagnostic.message
    assert "ResultWriter" in str(found.diagnostic.hint)


def test_a_map_with_room_is_left_alone():
    handlers = {"load": lambda event, context: text(KIB)}
    definition = machine("All", All=each(machine("Load", Load=task("load"))))
    assert told(CODE, definition, list(range(20)), handlers=handlers) == []


def test_where_a_sample_fails_of_it():
    handlers = {"load": lambda event, context: text(300 * KIB if event else KIB)}
    (found,) = told(CODE, machine("Load", Load=task("load")), True, False, handlers=handlers)
    assert found.diagnostic.message == "'Load' makes more than 256 KiB: 1 of 2 samples failed there"
    assert found.figures == {"failed": 1, "samples": 2, "quota_bytes": 256 * KIB}
