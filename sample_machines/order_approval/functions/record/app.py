"""The Lambda function that writes an order down."""

import os

import prices


def handler(event, context):
    total = event["assessment"]["totalCents"]
    return {
        "orderId": event["id"],
        "ledger": os.environ["LEDGER"],
        "total": prices.written(total, os.environ["CURRENCY"]),
        "approvedBy": event.get("approver", {}).get("name", "the limit"),
    }
