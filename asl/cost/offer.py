"""AWS's price list: the offer file of Step Functions, as AWS publishes it, read into prices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

import msgspec

from asl.cost.pricelist import ExpressPrices, Prices, Tier, free_transitions

SERVICE = "AmazonStates"
SOURCE = "the AWS Price List, service code AmazonStates"

_TRANSITION, _REQUEST, _GB_SECOND = "StateTransition", "StepFunctions-Request", "StepFunctions-GB-Second"
_USES = (_TRANSITION, _REQUEST, _GB_SECOND)
"""How the usage types end that are billed; before them stands a region's short name, or nothing."""

_CURRENCIES = ("USD", "CNY")
_DEAREST = Decimal(1)
"""No transition, request or GB-second costs as much: it is 400 times the dearest that was ever seen."""


class InvalidOffer(ValueError):
    """A file that is no price list of Step Functions, or has a hole or nonsense in it; says where."""


class _Rate(msgspec.Struct, frozen=True):
    begin: Decimal
    end: Decimal
    price: Decimal
    currency: str


def offer_prices(offer: Any, regions: Collection[str] = ()) -> dict[str, Prices]:
    """The prices in an offer file, by region.

    Source of the form: AWS's user guide, "Reading the service price list file for an AWS service". It calls
    the ends of a range ``startingRange`` and ``endingRange``; the files themselves say ``beginRange`` and
    ``endRange``. Both are read.

    Args:
        offer: The JSON of the file.
        regions: Which regions to read; all if none is named.

    Raises:
        InvalidOffer: It is of another service, lacks a price, or a price or range cannot be right.
    """
    if not isinstance(offer, dict) or "products" not in offer or "terms" not in offer:
        raise InvalidOffer("it is no offer file of the AWS Price List, which has products and terms")
    if offer.get("offerCode") != SERVICE:
        raise InvalidOffer(f"/offerCode is {offer.get('offerCode')!r}; Step Functions' is {SERVICE!r}")
    published = offer.get("publicationDate")
    if not isinstance(published, str) or not published[:10]:
        raise InvalidOffer("/publicationDate is missing: a price needs its date")
    rates: dict[str, dict[str, list[_Rate]]] = {}
    for sku, region, use in _products(offer["products"]):
        if regions and region not in regions:
            continue
        found = _rates(_member(offer, ("terms", "OnDemand", sku)), f"/terms/OnDemand/{sku}")
        uses = rates.setdefault(region, {})
        if uses.setdefault(use, found) != found:
            raise InvalidOffer(f"/products/{sku}: {region} has two prices for {use}")
    missing = [each for each in regions if each not in rates]
    if missing:
        raise InvalidOffer(f"/products: there is none in the region {missing[0]}")
    if not rates:
        raise InvalidOffer("/products: none of them is a use of Step Functions")
    return {region: _region(region, rates[region], published[:10]) for region in sorted(rates)}


def _products(products: Any) -> Iterator[tuple[str, str, str]]:
    """SKU, region and use of each product that is billed by use."""
    if not isinstance(products, dict):
        raise InvalidOffer("/products is to be an object")
    for sku, product in products.items():
        attributes = _member(product, ("attributes",), f"/products/{sku}")
        usage = attributes.get("usagetype") if isinstance(attributes, dict) else None
        if not isinstance(usage, str):
            raise InvalidOffer(f"/products/{sku}/attributes/usagetype is missing")
        use = next((each for each in _USES if usage == each or usage.endswith(f"-{each}")), None)
        if use is None:
            continue  # data transfer and the like
        region = attributes.get("regionCode")
        if not isinstance(region, str) or not region:
            raise InvalidOffer(f"/products/{sku}/attributes/regionCode is missing: whose price is {usage}?")
        yield sku, region, use


def _member(value: Any, path: tuple[str, ...], place: str = "") -> Any:
    for step in path:
        place += f"/{step}"
        if not isinstance(value, dict) or step not in value:
            raise InvalidOffer(f"{place} is missing")
        value = value[step]
    return value


def _rates(terms: Any, place: str) -> list[_Rate]:
    """The tiers of one product, in order and without a hole."""
    if not isinstance(terms, dict) or len(terms) != 1:
        raise InvalidOffer(f"{place} is to have one offer term")
    ((term, content),) = terms.items()
    place = f"{place}/{term}/priceDimensions"
    dimensions = _member(content, ("priceDimensions",), place.removesuffix("/priceDimensions"))
    if not isinstance(dimensions, dict) or not dimensions:
        raise InvalidOffer(f"{place} is empty")
    rates = sorted(
        (_rate(each, f"{place}/{code}") for code, each in dimensions.items()), key=lambda rate: rate.begin
    )
    if rates[0].begin != 0:
        raise InvalidOffer(f"{place}: no price for the use from 0 to {rates[0].begin}")
    for before, after in pairwise(rates):
        if before.end != after.begin:
            raise InvalidOffer(f"{place}: from {before.end} to {after.begin} is a hole, or two prices")
    if rates[-1].end.is_finite():
        raise InvalidOffer(f"{place}: no price for the use from {rates[-1].end} on")
    if len({rate.currency for rate in rates}) > 1:
        raise InvalidOffer(f"{place}: its tiers are in several currencies")
    return rates


def _rate(dimension: Any, place: str) -> _Rate:
    per_unit = _member(dimension, ("pricePerUnit",), place)
    if not isinstance(per_unit, dict) or len(per_unit) != 1 or next(iter(per_unit)) not in _CURRENCIES:
        raise InvalidOffer(f"{place}/pricePerUnit is to be an amount of USD or of CNY")
    ((currency, amount),) = per_unit.items()
    price = _number(amount, f"{place}/pricePerUnit/{currency}")
    if not 0 <= price < _DEAREST:
        raise InvalidOffer(f"{place}/pricePerUnit/{currency}: {amount} cannot be the price of one unit")
    begin = _number(_either(dimension, "beginRange", "startingRange", place), f"{place}/beginRange")
    end = _number(_either(dimension, "endRange", "endingRange", place), f"{place}/endRange")
    if not 0 <= begin < end:
        raise InvalidOffer(f"{place}: a range from {begin} to {end} there cannot be")
    return _Rate(begin, end, price, currency)


def _either(dimension: Mapping[str, Any], name: str, other: str, place: str) -> Any:
    return (
        dimension[other]
        if name not in dimension and other in dimension
        else _member(dimension, (name,), place)
    )


def _number(text: Any, place: str) -> Decimal:
    try:
        number = Decimal(text) if isinstance(text, str) else None
    except InvalidOperation:
        number = None
    if number is None or number.is_nan():
        raise InvalidOffer(f"{place}: {text!r} is no number in a text")
    return number


# ------------------------------------------------------------------ a region


def _region(region: str, uses: Mapping[str, list[_Rate]], published: str) -> Prices:
    for use in _USES:
        if use not in uses:
            raise InvalidOffer(f"/products: {region} has no price for {use}; name regions that have")
    transition, free = _transition(region, uses[_TRANSITION])
    if len(uses[_REQUEST]) != 1:
        raise InvalidOffer(f"{region}: the price of {_REQUEST} has tiers, which is not known to be so")
    tiers = tuple(Tier(rate.price, _limit(region, rate.end)) for rate in uses[_GB_SECOND])
    currencies = {rate.currency for rates in uses.values() for rate in rates}
    if len(currencies) != 1:
        raise InvalidOffer(f"{region}: its prices are in several currencies")
    return Prices(
        region=region,
        currency=currencies.pop(),
        thousand_transitions=(transition * 1_000).normalize(),
        free_transitions=free,
        express=ExpressPrices(
            request=uses[_REQUEST][0].price,
            gb_second=tiers,
            gb_hour=tuple(
                Tier(each.price * 3_600, None if each.up_to is None else each.up_to // 3_600)
                for each in tiers
            ),
        ),
        source=SOURCE,
        date=published,
        assumed=(),
    )


def _transition(region: str, rates: list[_Rate]) -> tuple[Decimal, int]:
    """The price of a transition, and how many are free: a tier that costs nothing, or those we know of."""
    if len(rates) == 1:
        return rates[0].price, free_transitions()
    if len(rates) == 2 and rates[0].price == 0:
        return rates[1].price, _limit(region, rates[0].end) or 0
    raise InvalidOffer(f"{region}: the price of {_TRANSITION} has tiers, which is not known to be so")


def _limit(region: str, end: Decimal) -> int | None:
    if not end.is_finite():
        return None
    if end != end.to_integral_value():
        raise InvalidOffer(f"{region}: a tier ends at {end}, which is no whole number")
    return int(end)
