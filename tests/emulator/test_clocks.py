import pytest

from emulator.clocks import RealClock, VirtualClock, clock_of


def test_a_virtual_clock_moves_only_when_it_is_moved_and_never_back():
    clock = VirtualClock(1_000)
    assert (clock.now(), clock.now()) == (1_000, 1_000)
    clock.advance(5_000)
    clock.advance(2_000)
    assert clock.now() == 5_000
    assert clock.seconds_until(90_000) == 0


def test_a_real_clock_can_be_put_forward_and_then_runs_on():
    clock = RealClock()
    later = clock.now() + 3_600_000
    clock.advance(later)
    assert later <= clock.now() < later + 10_000
    clock.advance(0)
    assert clock.now() >= later


def test_a_fast_clock_needs_less_real_time():
    clock = clock_of("x60")
    assert not clock.virtual
    assert 0.9 < clock.seconds_until(clock.now() + 60_000) <= 1.0
    assert clock.seconds_until(0) == 0


def test_a_setting_names_a_clock():
    assert clock_of("virtual").virtual
    assert not clock_of("real").virtual


@pytest.mark.parametrize("text", ["", "x", "x0", "x-1", "xinf", "xnan", "60", "fast"])
def test_other_names_are_refused(text):
    with pytest.raises(ValueError, match="a clock is real, virtual, or a speed"):
        clock_of(text)
