"""The Lambda function that works out what an order costs."""

import prices


class UnknownArticle(Exception):
    """An article that nobody sells."""


class PriceListBusy(Exception):
    """The price list cannot be read just now."""


def handler(event, context):
    if event["attempt"] < event["busyFor"]:
        raise PriceListBusy("the price list is being written")
    return {"totalCents": sum(cents(line) for line in event["lines"])}


def cents(line):
    if line["article"] not in prices.CENTS:
        raise UnknownArticle(line["article"])
    return prices.CENTS[line["article"]] * line["count"]
