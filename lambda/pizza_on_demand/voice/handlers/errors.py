"""What is said when a handler could not do its one thing.

The linking gate is here: a handler asks `Customers.recognize` who is speaking, and when
nobody can be recognised the refusal ends in `IdentityErrorHandler`, with a sentence of
its own and, where linking helps, a LinkAccount card.
"""

from __future__ import annotations

import logging
from typing import cast

from ask_sdk_core.dispatch_components import AbstractExceptionHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_intent_name
from ask_sdk_model.response import Response

from pizza_on_demand.customers import Customers, IdentityError, NotLinkedError
from pizza_on_demand.emails import MailError, MailRefusedError
from pizza_on_demand.logs import log_mistake
from pizza_on_demand.orders import OrderError
from pizza_on_demand.verification import VerificationError
from pizza_on_demand.visits import Visits, VisitsUnavailableError
from pizza_on_demand.voice.envelope import access_token, is_heard, raw_event, user_id
from pizza_on_demand.voice.responses import account, ordering_refusals
from pizza_on_demand.voice.responses.speech import say

logger = logging.getLogger(__name__)


class IdentityErrorHandler(AbstractExceptionHandler):
    """Nobody could be recognised, and the intent needs to know who is speaking."""

    def __init__(self, visits: Visits) -> None:
        self._visits = visits

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        return isinstance(exception, IdentityError)

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        if isinstance(exception, NotLinkedError):
            self._keep_wish(handler_input)
        return account.refusal(handler_input, cast("IdentityError", exception))

    def _keep_wish(self, handler_input: HandlerInput) -> None:
        """Remember what was asked for, so that it can be offered once the account is linked."""
        household = user_id(handler_input)
        if not household or not is_intent_name("EmailMyDetailsIntent")(handler_input):
            return
        try:
            self._visits.keep_wish(household, account.MY_DETAILS)
        except VisitsUnavailableError as error:
            logger.warning("wish not remembered", extra={"reason": str(error)})


class OrderErrorHandler(AbstractExceptionHandler):
    """An order could not be placed, proven or found: each reason has its sentence."""

    def __init__(self, customers: Customers) -> None:
        self._customers = customers

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        return isinstance(exception, OrderError | VerificationError)

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        try:
            # Only somebody who was recognised gets as far as an order: this asks nobody anew,
            # unless their token has run out meanwhile.
            customer = self._customers.recognize(access_token(handler_input))
        except IdentityError as refusal:
            return account.refusal(handler_input, refusal)
        reason = cast("OrderError | VerificationError", exception)
        return ordering_refusals.refusal(handler_input, reason, customer)


class MailErrorHandler(AbstractExceptionHandler):
    """A mail could not be sent: the customer hears so at once."""

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        return isinstance(exception, MailError)

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        logger.error("mail not sent", extra={"reason": str(exception)})
        refused = isinstance(exception, MailRefusedError)
        return say(handler_input, "mail_refused" if refused else "mail_unavailable")


class CatchAllExceptionHandler(AbstractExceptionHandler):
    """A mistake of ours."""

    def can_handle(self, handler_input: HandlerInput, exception: Exception) -> bool:
        return True

    def handle(self, handler_input: HandlerInput, exception: Exception) -> Response:
        log_mistake(exception)
        if is_heard(raw_event(handler_input)):
            return say(handler_input, "unexpected")
        return handler_input.response_builder.response
