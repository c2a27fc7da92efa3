"""Whoever wants their data deleted.

A voice is no proof of who is speaking, and what is deleted cannot be brought back. So a yes
sends a link to the customer's own mailbox, which proves as much as a code does, and only the
link deletes orders. It gives nobody new guesses: what limits and locks go by is kept. Our note
of the household's last visit is nobody's secret and goes at once.
"""

from __future__ import annotations

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_intent_name
from ask_sdk_model.response import Response

from pizza_on_demand.customers import Customers, NotLinkedError
from pizza_on_demand.emails import Mailer
from pizza_on_demand.letters import deletion_letter
from pizza_on_demand.links import Links
from pizza_on_demand.visits import Visits
from pizza_on_demand.voice.envelope import access_token, language, says_yes_to
from pizza_on_demand.voice.households import forget_visit
from pizza_on_demand.voice.responses.speech import say

DELETION = "deletion"
"""The question whether to mail the link that deletes."""


class DeleteMyDataIntentHandler(AbstractRequestHandler):
    """Asks customers whether they mean it; of anybody else there is only the visit to forget.

    Args:
        keeps_orders: whether there is more to delete than visits.
    """

    def __init__(self, customers: Customers, visits: Visits, *, keeps_orders: bool) -> None:
        self._customers = customers
        self._visits = visits
        self._keeps_orders = keeps_orders

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("DeleteMyDataIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        try:
            customer = self._customers.recognize(access_token(handler_input))
        except NotLinkedError:
            return self._forget(handler_input)
        if not self._keeps_orders:
            return self._forget(handler_input)
        _ = customer.confirmed_email  # It is better refused now than after a yes.
        return say(handler_input, "delete_my_data", customer=customer, asks=DELETION)

    def _forget(self, handler_input: HandlerInput) -> Response:
        is_forgotten = forget_visit(self._visits, handler_input)
        return say(handler_input, "visit_forgotten" if is_forgotten else "nothing_forgotten")


class SendDeletionLinkHandler(AbstractRequestHandler):
    """Mails the link that deletes, on a yes when we asked."""

    def __init__(self, customers: Customers, visits: Visits, mailer: Mailer, links: Links) -> None:
        self._customers = customers
        self._visits = visits
        self._mailer = mailer
        self._links = links

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return says_yes_to(DELETION)(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        link = self._links.erase(customer.sub)
        self._mailer.send(deletion_letter(customer, language(handler_input), link=link))
        forget_visit(self._visits, handler_input)
        return say(handler_input, "deletion_link_sent", customer=customer)
