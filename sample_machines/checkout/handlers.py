"""The checkout's functions: a shop, a bank and a carrier that live in plain dicts.

What goes wrong is decided by the order itself, as with a payment provider's test cards, so every
run of the same order is the same. Pricing an order opens a fresh record for it, which forgets
whatever an earlier run of that order left behind.
"""

from __future__ import annotations

import json
from typing import Any

Event = dict[str, Any]

PRICES_CENTS = {"mug-blue": 1290, "kettle": 8900, "lamp-oak": 24900, "piano": 349000}
STOCK = {"mug-blue": 40, "kettle": 5, "lamp-oak": 0, "piano": 2}
REVIEWER_LIMIT_CENTS = 500000
SHOPS_IN_MAINTENANCE = {"south"}
CARRIERS_ON_STRIKE = {"snail-mail"}

RECORDS: dict[str, dict[str, Any]] = {}
"""By order id: the ledger of what was done, the stock it holds, its charges by idempotency key."""


class OutOfStock(Exception):
    """The warehouse has too few of an item."""


class CardDeclined(Exception):
    """The bank refused the charge; no money moved."""


class PaymentTimeout(Exception):
    """The payment provider did not answer in time; nobody knows whether money moved."""


class OrderSystemDown(Exception):
    """The shop's order database takes no orders."""


class CarrierUnavailable(Exception):
    """The carrier takes no parcels."""


class RefundRefused(Exception):
    """The bank will not give the money back."""


# ------------------------------------------------------------------ the way forward


def price_order(order: Event, context: Any) -> Event:
    """The order's total and its risk score; opens the order's record."""
    RECORDS[order["id"]] = {"ledger": [], "held": {}, "charges": {}, "looks": 0}
    total = sum(PRICES_CENTS[item["sku"]] * item["quantity"] for item in order["items"])
    customer, is_abroad = order["customer"], order["customer"]["country"] != order["delivery"]["country"]
    risk = 40 * customer["isNew"] + 50 * is_abroad
    return {"orderId": order["id"], "totalCents": total, "riskScore": risk}


def look_up_review(event: Event, context: Any) -> Event:
    """The reviewer's verdict, which is there at the second look."""
    record = RECORDS[event["orderId"]]
    record["looks"] += 1
    if record["looks"] == 1:
        return {"verdict": "pending"}
    return {"verdict": "rejected" if event["totalCents"] > REVIEWER_LIMIT_CENTS else "approved"}


def reserve_inventory(event: Event, context: Any) -> Event:
    """Puts the items aside, all of them or none."""
    for item in event["items"]:
        if STOCK[item["sku"]] < item["quantity"]:
            raise OutOfStock(f"{item['quantity']} of {item['sku']} wanted, {STOCK[item['sku']]} in stock")
    held = {item["sku"]: item["quantity"] for item in event["items"]}
    RECORDS[event["orderId"]]["held"] = held
    return _noted(event, f"reserved {_listed(held)}")


def charge_card(event: Event, context: Any) -> Event:
    """Charges the card once for each idempotency key, however often it is asked to.

    The card ``tok_slow`` is charged at the first call, but the answer gets lost on its way.
    """
    card, amount, key = event["cardToken"], event["amountCents"], event["idempotencyKey"]
    charges = RECORDS[event["orderId"]]["charges"]
    if card == "tok_declined":
        raise CardDeclined("the bank declined the card: insufficient funds")
    if card == "tok_unreachable":
        raise PaymentTimeout("the payment provider could not be reached")
    if key in charges:
        _noted(event, "recognised the charge by its key")
    else:
        charges[key] = {"paymentId": f"pay-{event['orderId']}", "amountCents": amount, "cardToken": card}
        _noted(event, f"charged {_money(amount)}")
        if card == "tok_slow":
            raise PaymentTimeout("the payment provider took the money but its answer was lost")
    return {"paymentId": charges[key]["paymentId"]}


def create_order(event: Event, context: Any) -> Event:
    """Enters the paid order into the shop's order system."""
    if event["shop"] in SHOPS_IN_MAINTENANCE:
        raise OrderSystemDown(f"the order system of shop '{event['shop']}' is in maintenance")
    return _noted(event, "created the order")


def notify_shipping(event: Event, context: Any) -> Event:
    """Hands the parcel to the carrier."""
    carrier = event["delivery"]["carrier"]
    if carrier in CARRIERS_ON_STRIKE:
        raise CarrierUnavailable(f"carrier '{carrier}' is on strike")
    _noted(event, f"notified {carrier}")
    return {"trackingId": f"{carrier}-{event['orderId']}"}


# ------------------------------------------------------------------ the way back


def cancel_order(event: Event, context: Any) -> Event:
    """Takes the order out of the order system."""
    return _noted(event, "cancelled the order")


def refund_charge(event: Event, context: Any) -> Event:
    """Gives back what was charged under a key; harmless if nothing was."""
    charge = RECORDS[event["orderId"]]["charges"].get(event["idempotencyKey"])
    if charge is None:
        return _noted(event, "found no charge to refund")
    if charge["cardToken"] == "tok_no_refund":
        raise RefundRefused("the card was closed after it had been charged")
    return _noted(event, f"refunded {_money(charge['amountCents'])}")


def release_inventory(event: Event, context: Any) -> Event:
    """Puts back the items that were put aside."""
    record = RECORDS[event["orderId"]]
    held, record["held"] = record["held"], {}
    return _noted(event, f"released {_listed(held)}")


# ------------------------------------------------------------------ the end


def write_receipt(event: Event, context: Any) -> Event:
    """What the customer is sent, with the ledger of all that was done."""
    ledger = RECORDS[event["orderId"]]["ledger"]
    return {"orderId": event["orderId"], "status": "PLACED", **event, "ledger": ledger}


def explain_failure(event: Event, context: Any) -> Event:
    """Why there is no order, and what was done and undone, in one sentence each."""
    steps = ", ".join(RECORDS[event["orderId"]]["ledger"]) or "nothing"
    reason = _reason(event["failure"])
    return {"explanation": f"Order {event['orderId']} was not placed: {reason}. Done: {steps}."}


# ------------------------------------------------------------------ small things


def _noted(event: Event, entry: str) -> Event:
    """Adds a line to the order's ledger."""
    RECORDS[event["orderId"]]["ledger"].append(entry)
    return {"noted": entry}


def _reason(failure: Event) -> str:
    """Why a step failed: a function tells it in JSON, a service in words, a time-out not at all."""
    cause: str = failure.get("Cause") or "it took too long"
    return str(json.loads(cause)["errorMessage"]) if cause.startswith("{") else cause


def _listed(items: dict[str, int]) -> str:
    return " and ".join(f"{quantity} {sku}" for sku, quantity in items.items()) or "nothing"


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d} EUR"
