"""Figures as people read them: times, durations, counts and money."""

from __future__ import annotations

from math import floor, log10

_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"))


def offset(milliseconds: int) -> str:
    """A time on the run's clock, counted from its start: ``+0.200s``, ``+1h 00m 00.2s``."""
    if milliseconds < 60_000:
        return f"+{milliseconds / 1000:.3f}s"
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    text = f"{minutes:02d}m {rest // 1000:02d}.{rest % 1000 // 100}s"
    if hours or days:
        text = f"{hours:02d}h {text}"
    if days:
        text = f"{days}d {text}"
    return "+" + text.removeprefix("0")


def duration(milliseconds: int) -> str:
    """How long something took: ``201ms``, ``2.4s``, ``1h 30m``."""
    if milliseconds < 1000:
        return f"{milliseconds}ms" if milliseconds else "<1ms"
    parts = []
    for length, unit in _UNITS:
        count, milliseconds = divmod(milliseconds, length)
        if count:
            parts.append(f"{count}{unit}")
    if milliseconds:
        parts.append(f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".") + "s")
    return " ".join(parts)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number of things: ``1 transition``, ``1,000 transitions``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def usd(amount: float) -> str:
    """An amount of money to three significant digits: ``$0.000275``, ``$0.0000011``, ``$12.50``."""
    if amount <= 0:
        return "$0"
    decimals = max(2, 2 - floor(log10(amount)))
    text = f"{amount:,.{decimals}f}"
    return "$" + (text.rstrip("0") if decimals > 2 else text)


BAR_WIDTH = 30


def bar(amount: float, most: float) -> str:
    """A bar for an amount, as long as it is to the greatest one."""
    return "█" * int(amount * BAR_WIDTH / most if most else 0) or "▏"
