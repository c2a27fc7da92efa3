"""Reads what programs send: strictly, and without ever quoting it back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Set as AbstractSet
from typing import Any

from flask import request

from pizza_on_demand.menu import Pizza
from pizza_on_demand.verification import Channel

_KEY = re.compile(r'(?P<quote>"?)(?P<key>[A-Za-z0-9._~-]{16,64})(?P=quote)')
"""A string as structured fields write it (RFC 8941, section 3.3.3), or the bare text,
which most clients send. Shorter ones are not unique for long."""

_NUMBER = re.compile(r"[0-9]{1,8}")

ORDERS_AT_ONCE = 20
MOST_ORDERS_AT_ONCE = 100


class RequestError(Exception):
    """The request is not as the API's document says.

    Args:
        name: of what the problem is called.
        at: where it is, as a JSON pointer (RFC 6901) or the name of a parameter.
    """

    def __init__(self, status: int, name: str, at: str | None = None) -> None:
        super().__init__(name)
        self.status = status
        self.name = name
        self.at = at


def idempotency_key() -> str:
    """The key that makes a repeated request the same one.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07

    Raises:
        RequestError: it is missing or malformed.
    """
    header = request.headers.get("Idempotency-Key")
    if header is None:
        raise RequestError(400, "idempotency_key_missing")
    match = _KEY.fullmatch(header.strip())
    if match is None:
        raise RequestError(400, "idempotency_key_malformed")
    return match["key"]


def order_id(sub: str, key: str) -> str:
    """The id of the order that a customer's key stands for, as long as ids are."""
    return hashlib.sha256(json.dumps([sub, key]).encode()).hexdigest()[:16]


def pizza() -> Pizza:
    """What is ordered, whether or not the shop sells it.

    Raises:
        RequestError: the body is not an order.
    """
    body = _body({"size", "toppings", "quantity"})
    size = body.get("size")
    if not isinstance(size, str):
        raise RequestError(422, "invalid_body", "/size")
    return Pizza(size, _toppings(body.get("toppings", [])), _quantity(body.get("quantity", 1)))


def code() -> str:
    """The code that was typed.

    Raises:
        RequestError: the body holds none.
    """
    text = _body({"code"}).get("code")
    if not isinstance(text, str):
        raise RequestError(422, "invalid_body", "/code")
    return text


def channel() -> Channel | None:
    """How the next code shall travel; None if nobody has said.

    Raises:
        RequestError: the body says something else.
    """
    if not request.get_data():
        return None
    body = _body({"channel"})
    if "channel" not in body:
        return None
    try:
        return Channel(body["channel"])
    except ValueError:
        raise RequestError(422, "invalid_body", "/channel") from None


def limit() -> int:
    """How many orders to list at once.

    Raises:
        RequestError: it is no number, or out of bounds.
    """
    return _number("limit", most=MOST_ORDERS_AT_ONCE) or ORDERS_AT_ONCE


def before() -> int | None:
    """The number of the order that the list goes on after; None at its beginning.

    Raises:
        RequestError: it is no number of an order.
    """
    return _number("before", most=99_999_999)


def _number(name: str, *, most: int) -> int | None:
    given = request.args.getlist(name)
    if not given:
        return None
    if len(given) > 1 or not _NUMBER.fullmatch(given[0]) or not 1 <= int(given[0]) <= most:
        raise RequestError(400, "invalid_parameter", name)
    return int(given[0])


def _quantity(value: object) -> int:
    """A whole number: JSON has one kind of numbers only, and 2.0 is as whole as 2."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise RequestError(422, "invalid_body", "/quantity")


def _toppings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise RequestError(422, "invalid_body", "/toppings")
    for index, topping in enumerate(value):
        if not isinstance(topping, str) or topping in value[:index]:
            raise RequestError(422, "invalid_body", f"/toppings/{index}")
    return tuple(value)


def _body(known: AbstractSet[str]) -> dict[str, Any]:
    """The JSON object in the body; a member that is unknown is more likely a typo than a wish."""
    if request.mimetype != "application/json":
        raise RequestError(415, "wrong_media_type")
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise RequestError(400, "invalid_json") from None
    if not isinstance(body, dict):
        raise RequestError(422, "invalid_body", "")
    if body.keys() - known:
        raise RequestError(422, "unknown_member")
    return body
