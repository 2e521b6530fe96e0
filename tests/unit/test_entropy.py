"""Draws: the same for the same seed and key, different for any other, and as wide as asked."""

import uuid

import pytest

from asl.entropy import draw, seed_of, uuid4

SEED = seed_of("0")


@pytest.mark.parametrize("bits", [1, 8, 53, 122, 128, 256, 512])
def test_a_draw_is_as_wide_as_asked_and_uses_every_bit(bits):
    drawn = [draw(SEED, str(n), bits) for n in range(200)]
    assert all(0 <= each < 1 << bits for each in drawn)
    either = neither = 0
    for each in drawn:
        either |= each
        neither |= ~each
    full = (1 << bits) - 1
    assert (either, neither & full) == (full, full)


def test_a_draw_never_changes_from_one_version_to_the_next():
    assert draw(SEED, "key", 64) == 0x6A92_44AC_088B_D215


@pytest.mark.parametrize(
    ("seed", "key"), [("1", "key"), ("00", "key"), ("", "key"), ("0", "key "), ("0", ""), ("0", "Key")]
)
def test_another_seed_or_key_draws_something_else(seed, key):
    assert draw(seed_of(seed), key, 128) != draw(SEED, "key", 128)


def test_a_narrow_draw_begins_as_a_wide_one():
    assert draw(SEED, "key", 64) == draw(SEED, "key", 128) >> 64


@pytest.mark.parametrize("bits", [0, (1 << 128) - 1, 1, 0xF << 76, 3 << 62, draw(SEED, "key", 128)])
def test_a_uuid_is_one_of_version_4(bits):
    text = uuid4(bits)
    parsed = uuid.UUID(text)
    assert str(parsed) == text
    assert parsed.version == 4
    assert parsed.variant == uuid.RFC_4122
    assert (parsed.int ^ bits) & ~(0xF << 76 | 3 << 62) == 0  # every other bit as drawn


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        (0, "00000000-0000-4000-8000-000000000000"),
        ((1 << 128) - 1, "ffffffff-ffff-4fff-bfff-ffffffffffff"),
        (0x0123456789ABCDEF0123456789ABCDEF, "01234567-89ab-4def-8123-456789abcdef"),
    ],
)
def test_uuids_are_written_as_usual(bits, text):
    assert uuid4(bits) == text
