"""An order as an item of the table, as people read it: money as text, times in ISO 8601."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pizza_on_demand.menu import Pizza, Price
from pizza_on_demand.orders import Order, OwedReceipt, State
from pizza_on_demand.verification import Challenge, Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

LAST_NUMBER = 99_999_999

OWING = "receipt"
"""What an order owes: the index's one partition."""

_PIN = "pin"
"""In a code's place, where Alexa asks for a PIN."""

NOT_SOLD_KEPT_FOR = timedelta(days=30)
"""Kept for good is what was sold, until it is cleared, what locks, and what owes a receipt."""


def partition(sub: str) -> str:
    """Where all orders of a customer are."""
    return f"customer#{sub}"


def sort_key(number: int) -> str:
    """Where an order of that number is; texts sort as numbers do, up to the last number."""
    return f"order#{number:08}"


def owed_key(owner: Mapping[str, Any]) -> tuple[str, int]:
    """Whose order the keys of an item are, and its number."""
    return owner["pk"].removeprefix("customer#"), _number(owner["sk"])


def due_text(due: datetime) -> str:
    """A time that sorts as the text that it is: in UTC, and of one length."""
    return due.astimezone(UTC).isoformat(timespec="microseconds")


def item_of(order: Order) -> dict[str, Any]:
    """The item that an order is kept as."""
    item: dict[str, Any] = {
        "pk": partition(order.sub),
        "sk": sort_key(order.number),
        "id": order.id,
        "version": order.version,
        "state": order.state.value,
        "size": order.pizza.size,
        "toppings": list(order.pizza.toppings),
        "quantity": order.pizza.quantity,
        "net": str(order.price.net),
        "tax": str(order.price.tax),
        "placed": order.placed.isoformat(),
        "good_until": order.good_until.isoformat(),
        "locale": order.locale,
        "codes_sent": [at.isoformat() for at in order.codes_sent],
        "codes_spent": [at.isoformat() for at in order.codes_spent],
        "wrong_in_a_row": order.wrong_in_a_row,
        "disowned": order.disowned,
        "cleared": order.cleared,
        "confirmed": order.confirmed and order.confirmed.isoformat(),
        "challenge": order.challenge and _challenge_item(order.challenge),
        "lock": order.lock,
        "unlocked": order.unlocked and order.unlocked.isoformat(),
        "expires": _expires(order),
        **(_owed_item(order.receipt_owed) if order.receipt_owed else {}),
    }
    return {name: value for name, value in item.items() if value is not None}


def order_of(sub: str, item: Mapping[str, Any]) -> Order:
    """The order that an item of a customer keeps."""
    challenge = item.get("challenge")
    return Order(
        id=item["id"],
        number=_number(item["sk"]),
        sub=sub,
        pizza=Pizza(item["size"], tuple(item["toppings"]), int(item["quantity"])),
        price=Price(Decimal(item["net"]), Decimal(item["tax"])),
        placed=datetime.fromisoformat(item["placed"]),
        good_until=datetime.fromisoformat(item["good_until"]),
        # What was kept before there were languages was placed in this one.
        locale=item.get("locale", "en-US"),
        state=State(item["state"]),
        confirmed=_time(item.get("confirmed")),
        challenge=_challenge(challenge) if challenge else None,
        codes_sent=tuple(datetime.fromisoformat(at) for at in item["codes_sent"]),
        codes_spent=tuple(datetime.fromisoformat(at) for at in item["codes_spent"]),
        wrong_in_a_row=int(item["wrong_in_a_row"]),
        lock=item.get("lock"),
        unlocked=_time(item.get("unlocked")),
        disowned=item["disowned"],
        receipt_owed=_owed(item) if "owes" in item else None,
        # What was kept before histories could be cleared says nothing of it.
        cleared=item.get("cleared", False),
        version=int(item["version"]),
    )


def _expires(order: Order) -> int | None:
    sold = order.state is State.CONFIRMED and not order.cleared
    if sold or order.locked or order.receipt_owed:
        return None
    return int((order.good_until + NOT_SOLD_KEPT_FOR).timestamp())


def _owed_item(owed: OwedReceipt) -> dict[str, Any]:
    return {"owes": OWING, "receipt_due": due_text(owed.due), "receipt_to": owed.to}


def _owed(item: Mapping[str, Any]) -> OwedReceipt:
    return OwedReceipt(item["receipt_to"], datetime.fromisoformat(item["receipt_due"]))


def _challenge_item(challenge: Challenge) -> dict[str, Any]:
    return {
        "id": challenge.id,
        "channel": challenge.channel.value if challenge.channel else _PIN,
        "good_until": challenge.good_until.isoformat(),
        "tries_left": challenge.tries_left,
        "kept": challenge.kept,
    }


def _challenge(item: Mapping[str, Any]) -> Challenge:
    return Challenge(
        id=item["id"],
        channel=None if item["channel"] == _PIN else Channel(item["channel"]),
        good_until=datetime.fromisoformat(item["good_until"]),
        tries_left=int(item["tries_left"]),
        kept=item["kept"],
    )


def _number(sort_key: str) -> int:
    return int(sort_key.removeprefix("order#"))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
