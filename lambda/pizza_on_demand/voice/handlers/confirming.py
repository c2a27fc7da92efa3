"""The code and what follows it: said, sent again, waited for; the order confirmed or dropped."""

from __future__ import annotations

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_intent_name
from ask_sdk_model.response import Response

from pizza_on_demand.checkout import Checkout, Confirmed
from pizza_on_demand.customers import Customer, Customers
from pizza_on_demand.orders import NothingOrderedError, Orders
from pizza_on_demand.receipts import Receipts
from pizza_on_demand.verification import Channel, CodeSpentError
from pizza_on_demand.voice import drafting, pins, screens
from pizza_on_demand.voice.envelope import access_token, language, says_yes_to
from pizza_on_demand.voice.responses import account, ordering
from pizza_on_demand.voice.responses.speech import say
from pizza_on_demand.voice.slots import heard
from pizza_on_demand.voice.spoken_codes import read_code


class AuthorizePizzaOrderIntentHandler(AbstractRequestHandler):
    """Confirms the order that waits, if the code is right."""

    def __init__(
        self, customers: Customers, checkout: Checkout, shopfront: ordering.Shopfront
    ) -> None:
        self._customers = customers
        self._checkout = checkout
        self._shopfront = shopfront

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("AuthorizePizzaOrderIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        said = " ".join(value.words for value in heard(handler_input, "Code"))
        sold = self._checkout.confirm(customer, read_code(said, language(handler_input)))
        return ordering.confirmed(handler_input, sold, customer, self._shopfront)


class PinCheckedHandler(AbstractRequestHandler):
    """Confirms the order that waits, if Alexa says that the PIN was right; else sends a code."""

    def __init__(
        self,
        customers: Customers,
        orders: Orders,
        checkout: Checkout,
        shopfront: ordering.Shopfront,
    ) -> None:
        self._customers = customers
        self._orders = orders
        self._checkout = checkout
        self._shopfront = shopfront

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return pins.is_answer(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        asked = pins.asked_about(handler_input)
        if asked is None:
            raise NothingOrderedError
        verdict = pins.verdict(handler_input)
        try:
            if sold := self._confirm(handler_input, customer, verdict):
                return ordering.confirmed(handler_input, sold, customer, self._shopfront)
        except CodeSpentError:
            verdict = pins.Verdict.WRONG
        order = self._orders.resend(customer, instead_of=asked)
        return ordering.code_instead(handler_input, verdict, order, customer)

    def _confirm(
        self, handler_input: HandlerInput, customer: Customer, verdict: pins.Verdict
    ) -> Confirmed | None:
        """The order, sold; None if no PIN was tried. A wrong one counts, and is raised."""
        if verdict not in (pins.Verdict.RIGHT, pins.Verdict.WRONG):
            return None
        answer = pins.answer(handler_input, is_right=verdict is pins.Verdict.RIGHT)
        return self._checkout.confirm(customer, answer) if answer else None


class SendCodeHandler(AbstractRequestHandler):
    """Sends a new code, the same way as before or another way.

    Args:
        intent: asks for it.
        question: a yes to it asks for it too.
        channel: None takes the same way as before.
    """

    def __init__(
        self,
        customers: Customers,
        orders: Orders,
        *,
        intent: str,
        question: str | None = None,
        channel: Channel | None = None,
    ) -> None:
        self._customers = customers
        self._orders = orders
        self._is_asked = is_intent_name(intent)
        self._is_wanted = says_yes_to(question) if question else None
        self._channel = channel

    def can_handle(self, handler_input: HandlerInput) -> bool:
        wanted = self._is_wanted(handler_input) if self._is_wanted else False
        return self._is_asked(handler_input) or wanted

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        order = self._orders.resend(customer, self._channel)
        return ordering.code_sent(handler_input, order, customer)


class MailKeyHandler(AbstractRequestHandler):
    """Mails the link that unlocks ordering, on a yes when we offered it."""

    def __init__(self, customers: Customers, checkout: Checkout) -> None:
        self._customers = customers
        self._checkout = checkout

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return says_yes_to(ordering.THE_KEY)(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        self._checkout.mail_key(customer)
        return say(handler_input, "key_mailed", customer=customer)


class WhichAddressIntentHandler(AbstractRequestHandler):
    """Says where the code went, masked."""

    def __init__(self, customers: Customers, orders: Orders) -> None:
        self._customers = customers
        self._orders = orders

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("WhichAddressIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        order = self._orders.waiting(customer)
        if order is None:
            return account.who_am_i(handler_input, customer)
        return ordering.where_it_went(handler_input, order, customer)


class WaitIntentHandler(AbstractRequestHandler):
    """Keeps the floor while the customer fetches the phone."""

    def __init__(self, customers: Customers, orders: Orders) -> None:
        self._customers = customers
        self._orders = orders

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("WaitIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        token = access_token(handler_input)
        waiting = self._orders.waiting(self._customers.recognize(token)) if token else None
        return ordering.waiting(handler_input, for_code=waiting is not None)


class HaveCodeHandler(AbstractRequestHandler):
    """Asks for the code, on a yes when we asked whether it has come."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return says_yes_to(ordering.HAVE_IT)(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        return ordering.ask_for_code(handler_input, "say_the_code")


class OrderStatusIntentHandler(AbstractRequestHandler):
    """Says what became of the newest order."""

    def __init__(self, customers: Customers, orders: Orders) -> None:
        self._customers = customers
        self._orders = orders

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("OrderStatusIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        if waiting := self._orders.waiting(customer):
            return ordering.still_waiting(handler_input, "status_waiting", waiting, customer)
        latest = self._orders.latest(customer)
        if latest is None:
            return say(handler_input, "status_none")
        return ordering.status(handler_input, latest)


class CancelOrderIntentHandler(AbstractRequestHandler):
    """Drops the draft, or the order that waits for its code."""

    def __init__(self, customers: Customers, orders: Orders) -> None:
        self._customers = customers
        self._orders = orders

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("CancelOrderIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        dropped = drafting.drop(handler_input)
        try:
            order = self._orders.cancel(customer)
        except NothingOrderedError:
            if not dropped:
                raise
            screens.welcome(handler_input, known=True)
            return say(handler_input, "draft_dropped")
        screens.status(handler_input, order)
        return ordering.say_about(handler_input, "order_cancelled", order)


class EmailReceiptIntentHandler(AbstractRequestHandler):
    """Mails the receipt of the last confirmed order."""

    def __init__(self, customers: Customers, orders: Orders, receipts: Receipts) -> None:
        self._customers = customers
        self._orders = orders
        self._receipts = receipts

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("EmailReceiptIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        order = self._orders.last_confirmed(customer)
        if order is None:
            return say(handler_input, "no_receipt")
        self._receipts.send_again(order, customer)
        return say(handler_input, "receipt_sent", customer=customer)
