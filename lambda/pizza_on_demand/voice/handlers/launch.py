"""Opening the skill."""

from __future__ import annotations

import logging

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_request_type
from ask_sdk_model.response import Response

from pizza_on_demand.customers import Customer, Customers, IdentityError
from pizza_on_demand.orders import Order, Orders, OrdersUnavailableError
from pizza_on_demand.visits import Visit, Visits, VisitsUnavailableError
from pizza_on_demand.voice.envelope import access_token, user_id
from pizza_on_demand.voice.responses import account, ordering

logger = logging.getLogger(__name__)


class LaunchRequestHandler(AbstractRequestHandler):
    """Greets by name whoever opens the skill, or says why it cannot."""

    def __init__(self, customers: Customers, visits: Visits, orders: Orders | None) -> None:
        self._customers = customers
        self._visits = visits
        self._orders = orders

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_request_type("LaunchRequest")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        try:
            customer = self._customers.recognize(access_token(handler_input))
        except IdentityError as reason:
            last_visit = self._begin_visit(handler_input, grants_wish=False)
            return account.greeting_without_account(handler_input, reason, last_visit)
        waiting = self._waiting_for(customer)
        last_visit = self._begin_visit(handler_input, grants_wish=waiting is None)
        if waiting:
            return ordering.greeting(handler_input, customer, waiting)
        return account.greeting(handler_input, customer, last_visit)

    def _waiting_for(self, customer: Customer) -> Order | None:
        """The order that waits for its code: it is announced before anything else."""
        try:
            return self._orders.waiting(customer) if self._orders else None
        except OrdersUnavailableError as error:
            logger.warning("order not announced", extra={"reason": str(error)})
            return None

    def _begin_visit(self, handler_input: HandlerInput, *, grants_wish: bool) -> Visit | None:
        household = user_id(handler_input)
        try:
            return self._visits.begin(household, grants_wish=grants_wish) if household else None
        except VisitsUnavailableError as error:
            # A greeting that has forgotten the last visit is better than none.
            logger.warning("visit not remembered", extra={"reason": str(error)})
            return None
