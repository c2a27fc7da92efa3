"""Couriers: how our own codes reach a customer's mailbox or phone."""

from __future__ import annotations

from pizza_on_demand.emails import Mailer, MailError
from pizza_on_demand.letters import code_letter, code_text
from pizza_on_demand.links import Links
from pizza_on_demand.menu import Shop
from pizza_on_demand.orders import Order
from pizza_on_demand.texts import Texter, TextError
from pizza_on_demand.verification import Code, CodeUnavailableError, Destination


class MailCourier:
    """Brings codes by mail, with a link for those who never asked for one."""

    def __init__(self, mailer: Mailer, links: Links) -> None:
        self._mailer = mailer
        self._links = links

    def deliver(self, order: Order, code: Code, to: Destination) -> None:
        """Mail the code once; raises CodeUnavailableError."""
        disown_link = self._links.disown(order)
        letter = code_letter(order, _digits(code), to=to.address, disown_link=disown_link)
        try:
            self._mailer.send(letter)
        except MailError as error:
            raise CodeUnavailableError(str(error)) from None


class TextCourier:
    """Brings codes by text message: one of 160 characters, and no link, which nobody trusts."""

    def __init__(self, texter: Texter, shop: Shop) -> None:
        self._texter = texter
        self._shop = shop

    def deliver(self, order: Order, code: Code, to: Destination) -> None:
        """Text the code once; raises CodeUnavailableError."""
        try:
            self._texter.send(to.address, code_text(order, _digits(code), self._shop))
        except TextError as error:
            raise CodeUnavailableError(str(error)) from None


def _digits(code: Code) -> str:
    if code.value is None:
        raise ValueError("whoever made this code also brings it")
    return code.value
