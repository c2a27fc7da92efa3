"""What guests can have by mail: no account is needed, only a permission."""

from __future__ import annotations

import logging

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_intent_name
from ask_sdk_model.response import Response

from pizza_on_demand.customers import Customers, NotLinkedError
from pizza_on_demand.emails import Mailer
from pizza_on_demand.guests import AmazonProfiles, ProfileError, meet
from pizza_on_demand.letters import menu_letter
from pizza_on_demand.menu import Menu
from pizza_on_demand.voice.envelope import access_token, alexa_access, language, raw_event
from pizza_on_demand.voice.responses import guests

logger = logging.getLogger(__name__)


class EmailMenuIntentHandler(AbstractRequestHandler):
    """Mails the menu: to the linked account, or else to the Amazon account behind the request."""

    def __init__(
        self, customers: Customers, profiles: AmazonProfiles, mailer: Mailer, menu: Menu
    ) -> None:
        self._customers = customers
        self._profiles = profiles
        self._mailer = mailer
        self._menu = menu

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("EmailMenuIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        try:
            customer = self._customers.recognize(access_token(handler_input))
        except NotLinkedError:
            return self._to_guest(handler_input)
        self._send(handler_input, customer.confirmed_email, customer.name)
        return guests.menu_sent(handler_input, customer)

    def _to_guest(self, handler_input: HandlerInput) -> Response:
        try:
            guest = meet(self._profiles, alexa_access(raw_event(handler_input)))
        except ProfileError as refusal:
            reason = {"refusal": type(refusal).__name__, "reason": str(refusal)}
            logger.warning("guest not known", extra=reason)
            return guests.refusal(handler_input, refusal)
        self._send(handler_input, guest.email, guest.name)
        return guests.menu_sent(handler_input, None)

    def _send(self, handler_input: HandlerInput, to: str, name: str | None) -> None:
        self._mailer.send(menu_letter(self._menu, language(handler_input), to=to, name=name))
