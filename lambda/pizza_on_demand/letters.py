"""Every letter that we write: about the account, and about an order, its code and its lock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from pizza_on_demand import links
from pizza_on_demand.customers import Customer
from pizza_on_demand.emails import Letter, write
from pizza_on_demand.languages import Language
from pizza_on_demand.languages.language import digits
from pizza_on_demand.menu import Menu, Shop
from pizza_on_demand.orders import Order

_BREAKABLE = str.maketrans("\xa0\u202f", "  ")
"""Spaces: those that never break are not in the alphabet of text messages."""


def details_letter(customer: Customer, language: Language, orders: int | None) -> Letter:
    """Tell customers what we know of them, for how long, how to order, and how to unlink.

    Args:
        orders: how many we keep; None while they cannot be counted.

    Raises:
        IdentityError: there is no address that mail may go to.
    """
    return write(
        "my_details",
        language,
        to=customer.confirmed_email,
        greeting=_greeting(customer.name, language),
        name=customer.name or language.letters["my_details"]["no_name"],
        email=customer.confirmed_email,
        orders=_order_count(orders, language),
    )


def deletion_letter(customer: Customer, language: Language, *, link: str) -> Letter:
    """Bring the link that deletes what we hold about a customer.

    Raises:
        IdentityError: there is no address that mail may go to.
    """
    return write(
        "delete_my_data",
        language,
        to=customer.confirmed_email,
        greeting=_greeting(customer.name, language),
        erase_link=link,
        link_lives=language.duration(links.LIVES),
    )


def menu_letter(menu: Menu, language: Language, *, to: str, name: str | None) -> Letter:
    """Send the menu, to a customer or to a guest.

    Args:
        to: an address that its owner has confirmed, to us or to Amazon.
        name: what to call them, if we know it.
    """
    prices = ((language.size(size), price) for size, price in menu.sizes.items())
    on_top = ((language.topping(topping), price) for topping, price in menu.toppings.items())
    return write(
        "menu",
        language,
        to=to,
        greeting=_greeting(name, language),
        sizes=_priced(prices, language),
        toppings=_priced(on_top, language),
        tax=language.percent(menu.shop.tax),
        seller=menu.shop.name,
    )


def code_letter(order: Order, code: str, *, to: str, disown_link: str) -> Letter:
    """Bring a code.

    It stands in the letter only, never in the subject or the preview: those are shown on
    locked phones and on the screens of Echos, to whoever is in the room.

    Args:
        code: the digits.
        to: the customer's confirmed address.
        disown_link: "That wasn't me".
    """
    language = Language.of(order.locale)
    return write(
        "order_code",
        language,
        to=to,
        code=digits(code),
        pizzas=language.pizzas(order.pizza),
        total=language.money(order.price.total),
        asked=language.moment(order.placed),
        lives=language.duration(code_lives(order)),
        disown_link=disown_link,
        link_lives=language.duration(links.LIVES),
    )


def receipt_letter(order: Order, shop: Shop, *, to: str, name: str | None) -> Letter:
    """Say what was ordered: the seller, the items, the money, where and when.

    Amazon wants these details mailed after each purchase:
    https://developer.amazon.com/docs/custom-skills/requirements-for-skills-that-allow-purchases.html

    Args:
        to: the customer's confirmed address.
        name: what to call them, if we know it.

    Raises:
        ValueError: the order is not confirmed.
    """
    if order.confirmed is None:
        raise ValueError("only a confirmed order has a receipt")
    language = Language.of(order.locale)
    place: str = language.letters["receipt"][shop.fulfilment]
    return write(
        "receipt",
        language,
        to=to,
        greeting=_greeting(name, language),
        pizzas=language.pizzas(order.pizza),
        net=language.money(order.price.net),
        tax=language.money(order.price.tax),
        total=language.money(order.price.total),
        place=place.format(address=shop.address),
        ready=language.clock_time(shop.ready_at(order.confirmed)),
        reference=order.id,
        confirmed=language.moment(order.confirmed),
        seller=shop.name,
        address=shop.address,
    )


def locked_letter(order: Order, customer: Customer, *, unlock_link: str) -> Letter:
    """Tell that an order has locked voice ordering, and how to unlock it.

    Raises:
        IdentityError: there is no address that mail may go to.
    """
    language = Language.of(order.locale)
    return write(
        "ordering_locked",
        language,
        to=customer.confirmed_email,
        greeting=_greeting(customer.name, language),
        unlock_link=unlock_link,
        link_lives=language.duration(links.LIVES),
    )


def code_text(order: Order, code: str, shop: Shop) -> str:
    """Bring a code by text message, in as many characters as one message has."""
    language = Language.of(order.locale)
    words: str = language.letters["texts"]["code"]
    text = words.format(
        seller=shop.name,
        code=digits(code),
        total=language.money(order.price.total),
        lives=language.duration(code_lives(order)),
    )
    return text.translate(_BREAKABLE)


def _greeting(name: str | None, language: Language) -> str:
    words: str = language.letters["common"]["hello" if name else "hello_nameless"]
    return words.format(name=name)


def _order_count(orders: int | None, language: Language) -> str:
    words = language.letters["counts"]
    return words["unknown"] if orders is None else language.counted(words["orders"], orders)


def _priced(things: Iterable[tuple[str, Decimal]], language: Language) -> str:
    return language.listing([f"{name} {language.money(price)}" for name, price in things])


def code_lives(order: Order) -> timedelta:
    """How long the order's newest code lives, from when it was sent.

    Raises:
        ValueError: no code of it is alive.
    """
    if order.challenge is None:
        raise ValueError("the order awaits no code")
    return order.challenge.good_until - order.codes_sent[-1]
