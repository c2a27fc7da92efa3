"""What a customer can ask about their account."""

from __future__ import annotations

import logging

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_intent_name
from ask_sdk_model.response import Response

from pizza_on_demand.customers import Customer, Customers
from pizza_on_demand.emails import Mailer
from pizza_on_demand.letters import details_letter
from pizza_on_demand.orders import Orders, OrdersUnavailableError
from pizza_on_demand.voice.envelope import access_token, language, says_yes_to
from pizza_on_demand.voice.responses import account

logger = logging.getLogger(__name__)


class WhoAmIIntentHandler(AbstractRequestHandler):
    """Answers “who am I?” with the name and the masked address of the linked account."""

    def __init__(self, customers: Customers) -> None:
        self._customers = customers

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("WhoAmIIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        return account.who_am_i(handler_input, customer)


class EmailMyDetailsIntentHandler(AbstractRequestHandler):
    """Mails the details of the account: when asked to, or on a yes when we offered it."""

    def __init__(self, customers: Customers, mailer: Mailer, orders: Orders | None) -> None:
        self._customers = customers
        self._mailer = mailer
        self._orders = orders

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("EmailMyDetailsIntent")(handler_input) or says_yes_to(
            account.MY_DETAILS
        )(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        orders = self._count_orders(customer)
        self._mailer.send(details_letter(customer, language(handler_input), orders))
        return account.details_sent(handler_input, customer)

    def _count_orders(self, customer: Customer) -> int | None:
        """How many orders we keep; None while nobody can tell: the letter goes out all the same."""
        try:
            return self._orders.count(customer) if self._orders else 0
        except OrdersUnavailableError as error:
            logger.warning("orders not counted", extra={"reason": str(error)})
            return None
