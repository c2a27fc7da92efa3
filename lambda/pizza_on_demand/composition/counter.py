"""Puts together the counter: everything about orders, the same behind every door."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from pizza_on_demand.checkout import Checkout
from pizza_on_demand.clients.auth0 import Auth0Client
from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.orders import DynamoDBOrderStore
from pizza_on_demand.composition.identity import Now
from pizza_on_demand.couriers import MailCourier, TextCourier
from pizza_on_demand.emails import Mailer
from pizza_on_demand.links import Links
from pizza_on_demand.menu import Menu
from pizza_on_demand.orders import Courier, Orders, OwedReceipts
from pizza_on_demand.receipts import OWED_FOR, LockNotices, Receipts
from pizza_on_demand.seals import Seals
from pizza_on_demand.settings import Settings
from pizza_on_demand.verification import Channel, CodeMaker, Limits, OwnCodes


@dataclass(frozen=True)
class Counter:
    """What only a deployment with a table has."""

    orders: Orders
    receipts: Receipts
    checkout: Checkout
    links: Links


def open_counter(
    settings: Settings, table: Table, menu: Menu, mailer: Mailer, auth0: Auth0Client, now: Now
) -> Counter:
    """Orders, their codes and their letters, made from the settings."""
    links = Links(settings.link_keys, settings.web_origin or "", now=now)
    if settings.code_sender == "auth0":
        codes, couriers = _codes_of_auth0(settings, auth0, now)
    else:
        codes, couriers = _own_codes(settings, mailer, links, menu)
    store = DynamoDBOrderStore(table)
    orders = Orders(
        store,
        menu,
        codes,
        couriers,
        Limits(length=settings.code_length, lives=settings.code_lives),
        order_lives=settings.order_lives,
        now=now,
        new_id=lambda: secrets.token_hex(8),
    )
    seals = receipt_seals(settings.link_keys, now)
    receipts = Receipts(OwedReceipts(store, now=now), mailer, menu.shop, seals)
    checkout = Checkout(orders, receipts, LockNotices(mailer, links))
    return Counter(orders, receipts, checkout, links)


def receipt_seals(keys: Sequence[str], now: Now) -> Seals:
    """What one function closes the address of an owed receipt with, and another opens it."""
    return Seals(keys, "receipts", lives=OWED_FOR, now=now)


def _own_codes(
    settings: Settings, mailer: Mailer, links: Links, menu: Menu
) -> tuple[CodeMaker, dict[Channel, Courier]]:
    """Who makes our own codes, and who brings them."""
    codes = OwnCodes(settings.code_keys, length=settings.code_length)
    couriers: dict[Channel, Courier] = {Channel.EMAIL: MailCourier(mailer, links)}
    if settings.sms_codes:
        from pizza_on_demand.clients.sns import SnsTexter

        couriers[Channel.SMS] = TextCourier(SnsTexter(settings.sms_region), menu.shop)
    return codes, couriers


def _codes_of_auth0(
    settings: Settings, auth0: Auth0Client, now: Now
) -> tuple[CodeMaker, dict[Channel, Courier]]:
    from pizza_on_demand.clients.auth0_codes import Auth0Codes

    codes = Auth0Codes(
        settings.auth0_origin,
        client_id=settings.auth0_backend_client_id or "",
        client_secret=settings.auth0_backend_client_secret or "",
        fetch_keys=auth0.jwks,
        now=now,
    )
    channels = (Channel.EMAIL, Channel.SMS) if settings.sms_codes else (Channel.EMAIL,)
    return codes, dict.fromkeys(channels, codes)
