"""Every letter that we write: about the account, and about an order, its code and its lock."""

from __future__ import annotations

from datetime import timedelta

from pizza_on_demand import links, wording
from pizza_on_demand.customers import Customer
from pizza_on_demand.emails import Letter, write
from pizza_on_demand.menu import Shop
from pizza_on_demand.orders import Order

_PLACES = {"pickup": "Pickup at {address}", "delivery": "Delivery from {address}"}


def details_letter(customer: Customer) -> Letter:
    """Tell customers what we know of them, how to order, and how to unlink.

    Raises:
        IdentityError: there is no address that mail may go to.
    """
    return write(
        "my_details",
        to=customer.confirmed_email,
        greeting=wording.greeting(customer),
        name=customer.name or "not given",
        email=customer.confirmed_email,
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
    return write(
        "order_code",
        to=to,
        code=wording.digits(code),
        pizzas=wording.pizzas(order.pizza),
        total=wording.money(order.price.total),
        asked=wording.moment(order.placed),
        lives=wording.span(code_lives(order)),
        disown_link=disown_link,
        link_lives=wording.span(links.LIVES),
    )


def receipt_letter(order: Order, customer: Customer, shop: Shop) -> Letter:
    """Say what was ordered: the seller, the items, the money, where and when.

    Amazon wants these details mailed after each purchase:
    https://developer.amazon.com/docs/custom-skills/requirements-for-skills-that-allow-purchases.html

    Raises:
        IdentityError: there is no address that mail may go to.
        ValueError: the order is not confirmed.
    """
    if order.confirmed is None:
        raise ValueError("only a confirmed order has a receipt")
    return write(
        "receipt",
        to=customer.confirmed_email,
        greeting=wording.greeting(customer),
        pizzas=wording.pizzas(order.pizza),
        net=wording.money(order.price.net),
        tax=wording.money(order.price.tax),
        total=wording.money(order.price.total),
        place=_PLACES[shop.fulfilment].format(address=shop.address),
        ready=wording.clock_time(shop.ready_at(order.confirmed)),
        reference=order.id,
        confirmed=wording.moment(order.confirmed),
        seller=shop.name,
        address=shop.address,
    )


def locked_letter(customer: Customer, *, unlock_link: str) -> Letter:
    """Tell that voice ordering is locked, and how to unlock it.

    Raises:
        IdentityError: there is no address that mail may go to.
    """
    return write(
        "ordering_locked",
        to=customer.confirmed_email,
        greeting=wording.greeting(customer),
        unlock_link=unlock_link,
        link_lives=wording.span(links.LIVES),
    )


def code_lives(order: Order) -> timedelta:
    """How long the order's newest code lives, from when it was sent.

    Raises:
        ValueError: no code of it is alive.
    """
    if order.challenge is None:
        raise ValueError("the order awaits no code")
    return order.challenge.good_until - order.codes_sent[-1]
