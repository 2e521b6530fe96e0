"""`asl prices`: the prices that costs are told by, shown, and brought up to date from AWS's price list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import msgspec

from asl.cost import Prices, UnknownRegion
from asl.cost.offer import InvalidOffer, offer_prices
from asl.cost.pricelist import regions as known_regions
from asl.jsontypes import InvalidJSON, loads
from cli import json_text, options
from cli import prices_file as files
from cli.refusal import Refusal, reason
from cli.terminal import Terminal

EXIT_CODES = """\b
Exit codes:
  0    they were shown, or brought up to date
  2    bad usage, a file that cannot be read, written or used, or a region whose prices are not known
"""


@click.group(
    name="prices",
    short_help="Show the prices that costs are told by, or import AWS's.",
    epilog=f"""\b
Examples:
  asl prices show
  asl prices show --region eu-west-1
  asl prices update --from AmazonStates.json

{EXIT_CODES}""",
)
@options.no_color_option
def command() -> None:
    """Show the prices that asl run and asl cost tell costs by, or bring them up to date."""


def _regions(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(options.region(ctx, parameter, each) for each in given)


@command.command(
    name="show",
    short_help="Show prices by region, with where they are from.",
    epilog=f"""\b
Examples:
  asl prices show
  asl prices show --region eu-west-1
  asl prices show --json | jq '."us-east-1".thousand_transitions'

{EXIT_CODES}""",
)
@click.option(
    "--region", "wanted", metavar="REGION", multiple=True, callback=_regions,
    help="Only this region; may be repeated.",
)  # fmt: skip
@files.prices_option
@options.json_option("Print one JSON object: prices by region.")
@options.no_color_option
def show(wanted: tuple[str, ...], prices_file: str | None, as_json: bool) -> None:
    """Show what 1,000 transitions, a million requests and a GB-second cost in each region."""
    own = files.read(prices_file)
    try:
        found = {each: files.listed(each, own) for each in wanted or sorted({*known_regions(), *own})}
    except UnknownRegion as error:
        raise Refusal(str(error)) from None
    if as_json:
        json_text.write({region: _plain(each) for region, each in found.items()})
    else:
        Terminal("stdout").write_all(_table(found))


def _plain(listed: Prices) -> Any:
    """Prices as JSON; amounts as numbers."""
    return _numbers(msgspec.structs.asdict(listed))


def _numbers(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, msgspec.Struct):
        return _numbers(msgspec.structs.asdict(value))
    if isinstance(value, dict):
        return {name: _numbers(each) for name, each in value.items()}
    return [_numbers(each) for each in value] if isinstance(value, tuple | list) else value


def _table(found: Mapping[str, Prices]) -> Iterator[str]:
    head = f"{'region':<16}{'1,000 transitions':>18}{'1M requests':>14}{'GB-second, by tier':>36}  from"
    yield click.style(head, bold=True)
    for region, each in found.items():
        express = each.express
        requests = "?" if express is None else _amount(express.request * 1_000_000, each.currency)
        tiers = "?" if express is None else " ".join(_digits(tier.price) for tier in express.gb_second)
        assumed = f" ({', '.join(each.assumed)} assumed)" if each.assumed else ""
        transitions = _amount(each.thousand_transitions, each.currency)
        yield f"{region:<16}{transitions:>18}{requests:>14}{tiers:>36}  {each.date}: {each.source}{assumed}"


def _digits(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _amount(amount: Decimal, currency: str) -> str:
    return f"${_digits(amount)}" if currency == "USD" else f"{_digits(amount)} {currency}"


@command.command(
    name="update",
    short_help="Import prices from AWS's price list.",
    epilog=f"""\b
Examples:
  asl prices update --from AmazonStates.json
  asl prices update --from AmazonStates.json --region eu-south-2
  asl prices update --from AmazonStates.json --to prices.json

{EXIT_CODES}""",
)
@click.option(
    "--from", "source", metavar="FILE", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="The JSON offer file of AmazonStates, as the AWS Price List publishes it.",
)  # fmt: skip
@click.option(
    "--region", "wanted", metavar="REGION", multiple=True, callback=_regions,
    help="Import only this region; may be repeated.  [default: all in the file]",
)  # fmt: skip
@click.option(
    "--to", "target", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="Write them to FILE, for --prices.  [default: asl/prices.json below XDG_CONFIG_HOME or ~/.config]",
)  # fmt: skip
@options.json_option("Print one JSON object: file, and changed: region, price, before, now.")
@options.no_color_option
def update(source: Path, wanted: tuple[str, ...], target: Path | None, as_json: bool) -> None:
    """Import prices from a file of AWS's price list, and show what changed.

    Nothing is asked of the network. The file is to be had at
    https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonStates/current/index.json, or a region's
    own below it. Regions that it does not name keep the prices they have.
    """
    path = target or files.user_file()
    own = files.read(str(path)) if path.exists() else {}
    found = _imported(source, wanted)
    changed = [change for region, each in found.items() for change in _changes(_known(region, own), each)]
    files.write(path, own | found)
    if as_json:
        json_text.write({"file": str(path), "regions": list(found), "changed": changed})
        return
    terminal = Terminal("stdout")
    for each in changed:
        before = "not known" if each["before"] is None else each["before"]
        terminal.write(f"{each['region']:<16}{each['price']:<24}{before} → {each['now']}")
    terminal.write(f"{len(found)} regions imported, {len(changed)} prices changed, kept in {path}")


def _imported(source: Path, wanted: tuple[str, ...]) -> dict[str, Prices]:
    try:
        return offer_prices(loads(source.read_bytes()), wanted)
    except OSError as error:
        raise Refusal(f"cannot read {source}: {reason(error)}") from None
    except InvalidJSON as error:
        raise Refusal(f"{source} is not JSON: {error.message}") from None
    except InvalidOffer as error:
        raise Refusal(f"{source}: {error}") from None


def _known(region: str, own: Mapping[str, Prices]) -> Prices | None:
    try:
        return files.listed(region, own)
    except UnknownRegion:
        return None


def _changes(before: Prices | None, now: Prices) -> Iterator[dict[str, Any]]:
    """What is another price than before, a change each."""
    old = {} if before is None else _by_name(before)
    for name, amount in _by_name(now).items():
        if old.get(name) != amount:
            yield {"region": now.region, "price": name, "before": old.get(name), "now": amount}


def _by_name(listed: Prices) -> dict[str, str]:
    named = {
        "1,000 transitions": f"{_digits(listed.thousand_transitions)} {listed.currency}",
        "free transitions": f"{listed.free_transitions}",
    }
    if listed.express is not None:
        named["1M requests"] = f"{_digits(listed.express.request * 1_000_000)} {listed.currency}"
        for number, tier in enumerate(listed.express.gb_second, 1):
            end = "" if tier.up_to is None else f" up to {tier.up_to}"
            named[f"GB-second, tier {number}"] = f"{_digits(tier.price)} {listed.currency}{end}"
    return named
