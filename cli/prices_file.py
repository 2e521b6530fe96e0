"""The user's own prices: a file in the user's configuration, or one that a command names."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from asl.cost import Prices, prices
from cli.refusal import Refusal, reason

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


MOST_BYTES = 16 * 1024**2
"""No list of all regions' prices takes as much."""


def prices_option(decorated: Decorated) -> Decorated:
    """The option `--prices`, passed on as ``prices_file``."""
    option = click.option(
        "--prices",
        "prices_file",
        metavar="FILE",
        type=click.Path(dir_okay=False),
        help="Prices that asl prices update has written.  [default: the user's, if there are any]",
    )
    return option(decorated)


def user_file() -> Path:
    """Where a user's prices are: below XDG_CONFIG_HOME, or ~/.config."""
    folder = os.environ.get("XDG_CONFIG_HOME")
    return Path(folder or Path.home() / ".config") / "asl" / "prices.json"


def read(given: str | None) -> dict[str, Prices]:
    """The prices in a file by region; none where no file is named and the user has none.

    Raises:
        Refusal: It cannot be read, or holds something else.
    """
    path = user_file() if given is None else Path(given)
    try:
        if path.exists() and not path.is_file():
            raise Refusal(f"cannot read {path}: it is no file")
        if path.exists() and path.stat().st_size > MOST_BYTES:
            raise Refusal(f"{path} is larger than any list of prices: {path.stat().st_size:,} bytes")
        content = path.read_bytes()
    except FileNotFoundError:
        if given is None:
            return {}
        raise Refusal(f"cannot read {path}: there is no such file; asl prices update writes one") from None
    except OSError as error:
        raise Refusal(f"cannot read {path}: {reason(error)}") from None
    try:
        return msgspec.json.decode(content, type=dict[str, Prices])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(f"{path} holds no prices as asl prices update writes them: {error}") from None


def write(path: Path, found: Mapping[str, Prices]) -> None:
    """Writes prices, so that a reader finds the old ones or the new ones whole.

    Raises:
        Refusal: They cannot be written.
    """
    content = msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"
    beside = path.with_name(f"{path.name}.new")
    try:
        if path == user_file():  # another folder is to be there: its name may be misspelt
            path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise Refusal(f"cannot write {path}: {reason(error)}") from None


def listed(region: str, own: Mapping[str, Prices]) -> Prices:
    """A region's prices: the user's own before those that come with the package.

    Raises:
        UnknownRegion: Neither has them.
    """
    return own[region] if region in own else prices(region)
