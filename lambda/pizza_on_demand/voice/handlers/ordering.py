"""Putting an order together: bit by bit, with changes of mind, until a yes places it."""

from __future__ import annotations

from ask_sdk_core.dispatch_components import AbstractRequestHandler
from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_core.utils import is_intent_name
from ask_sdk_model.response import Response

from pizza_on_demand.customers import Customers
from pizza_on_demand.drafts import Draft
from pizza_on_demand.menu import Menu, Pizza
from pizza_on_demand.orders import Order, Orders
from pizza_on_demand.voice import drafting, pins, screens
from pizza_on_demand.voice.envelope import access_token, language, says_no_to, says_yes_to
from pizza_on_demand.voice.responses import ordering
from pizza_on_demand.voice.responses.speech import say
from pizza_on_demand.voice.slots import Heard, heard, number

_NAMED_BACK = 5


class GetMeSomePizzaIntentHandler(AbstractRequestHandler):
    """Takes an order, all in one breath or bit by bit."""

    def __init__(self, customers: Customers, orders: Orders, menu: Menu) -> None:
        self._customers = customers
        self._orders = orders
        self._menu = menu

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("GetMeSomePizzaIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        waiting = self._orders.check_unlocked(customer)
        draft = drafting.current(handler_input, self._menu) or Draft(self._orders.new_id())
        answer = _take_in(handler_input, draft, self._menu)
        return answer or _go_on(handler_input, self._menu, waiting)


class ChangeOrderIntentHandler(AbstractRequestHandler):
    """Hears a change of mind, about the draft or about the order that waits for its code."""

    def __init__(self, customers: Customers, orders: Orders, menu: Menu) -> None:
        self._customers = customers
        self._orders = orders
        self._menu = menu

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("ChangeOrderIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        waiting = self._orders.check_unlocked(customer)
        draft = drafting.current(handler_input, self._menu)
        if draft is None and waiting:
            draft = Draft.of(waiting.pizza, self._orders.new_id()).replacing(waiting.id)
        if draft is None:
            return say(handler_input, "nothing_to_change")
        answer = _take_in(handler_input, draft, self._menu)
        return answer or _go_on(handler_input, self._menu, waiting)


class ReplaceOrderHandler(AbstractRequestHandler):
    """Goes on with the new order, on a yes when we asked whether to drop the one that waits."""

    def __init__(self, customers: Customers, orders: Orders, menu: Menu) -> None:
        self._customers = customers
        self._orders = orders
        self._menu = menu

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return says_yes_to(ordering.TO_REPLACE)(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        waiting = self._orders.check_unlocked(customer)
        draft = drafting.current(handler_input, self._menu)
        if draft is None:
            return say(handler_input, "nothing_to_change")
        drafting.keep(handler_input, draft.replacing(waiting.id if waiting else None))
        return _go_on(handler_input, self._menu, waiting)


class KeepOrderHandler(AbstractRequestHandler):
    """Goes back to the order that waits, on a no when we asked whether to drop it."""

    def __init__(self, customers: Customers, orders: Orders) -> None:
        self._customers = customers
        self._orders = orders

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return says_no_to(ordering.TO_REPLACE)(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        drafting.drop(handler_input)
        return ordering.still_waiting(
            handler_input, "kept_waiting", self._orders.open(customer), customer
        )


class RepeatLastOrderIntentHandler(AbstractRequestHandler):
    """Reads back what the customer had the last time."""

    def __init__(self, customers: Customers, orders: Orders, menu: Menu) -> None:
        self._customers = customers
        self._orders = orders
        self._menu = menu

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return is_intent_name("RepeatLastOrderIntent")(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        waiting = self._orders.check_unlocked(customer)
        usual = self._orders.usual(customer)
        if usual is None:
            return say(handler_input, "no_usual")
        return _order_again(handler_input, usual, self._orders, self._menu, waiting)


class OrderAgainHandler(AbstractRequestHandler):
    """Reads back the order that has run out, on a yes when we offered it."""

    def __init__(self, customers: Customers, orders: Orders, menu: Menu) -> None:
        self._customers = customers
        self._orders = orders
        self._menu = menu

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return says_yes_to(ordering.IT_AGAIN)(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        waiting = self._orders.check_unlocked(customer)
        latest = self._orders.latest(customer)
        if latest is None:
            return say(handler_input, "no_usual")
        return _order_again(handler_input, latest.pizza, self._orders, self._menu, waiting)


class PlaceOrderHandler(AbstractRequestHandler):
    """Places the order and sends its code, on a yes when we read it back.

    Args:
        asks_for_pin: lets Alexa ask for the speaker's PIN instead, where she can.
    """

    def __init__(
        self, customers: Customers, orders: Orders, menu: Menu, *, asks_for_pin: bool
    ) -> None:
        self._customers = customers
        self._orders = orders
        self._menu = menu
        self._asks_for_pin = asks_for_pin

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return says_yes_to(ordering.THE_ORDER)(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        customer = self._customers.recognize(access_token(handler_input))
        draft = drafting.current(handler_input, self._menu)
        if draft is None or draft.pizza is None:
            return say(handler_input, "nothing_to_change")
        waiting = self._orders.check_unlocked(customer)
        if waiting and waiting.id not in (draft.id, draft.replaces):
            return _ask_to_replace(handler_input, waiting)  # another device was faster
        order = self._orders.place(
            customer,
            draft.id,
            draft.pizza,
            locale=language(handler_input).locale,
            pin_of=pins.whom_to_ask(handler_input) if self._asks_for_pin else None,
        )
        drafting.drop(handler_input)
        return ordering.ask_for_proof(handler_input, order, customer)


class ReconsiderOrderHandler(AbstractRequestHandler):
    """Asks what to change, on a no when we read the order back."""

    def can_handle(self, handler_input: HandlerInput) -> bool:
        return says_no_to(ordering.THE_ORDER)(handler_input)

    def handle(self, handler_input: HandlerInput) -> Response:
        return say(handler_input, "what_to_change")


def _take_in(handler_input: HandlerInput, draft: Draft, menu: Menu) -> Response | None:
    """Take what was heard into the draft; the answer if some of it cannot be had."""
    sizes, add, remove = (heard(handler_input, name) for name in ("Size", "Toppings", "Without"))
    size = next((value.id for value in sizes), None)
    changed = draft.changed(
        size=size,
        add=[value.id for value in add if value.id],
        remove=[value.id for value in remove if value.id],
        quantity=number(handler_input, "Quantity"),
    )
    if not changed.is_sold(menu):
        drafting.keep(handler_input, draft)
        return ordering.too_many_pizzas(handler_input, menu)
    drafting.keep(handler_input, changed)
    if sizes and size is None:
        return ordering.unknown_size(handler_input, sizes[0].words)
    if unknown := _unknown(add):
        return ordering.unknown_toppings(handler_input, unknown, menu)
    if missing := _unknown(remove):
        return ordering.unknown_removal(handler_input, missing)
    return None


def _order_again(
    handler_input: HandlerInput, pizza: Pizza, orders: Orders, menu: Menu, waiting: Order | None
) -> Response:
    drafting.keep(handler_input, Draft.of(pizza, orders.new_id()))
    return _go_on(handler_input, menu, waiting)


def _unknown(values: tuple[Heard, ...]) -> list[str]:
    """The first things that there are none of: nobody wants to hear more of them."""
    return [value.words for value in values if value.id is None][:_NAMED_BACK]


def _go_on(handler_input: HandlerInput, menu: Menu, waiting: Order | None) -> Response:
    """Ask for what is missing, and before one order takes another's place; or read it back."""
    draft = drafting.current(handler_input, menu)
    if draft and waiting and draft.replaces != waiting.id:
        return _ask_to_replace(handler_input, waiting)
    screens.order(handler_input, draft)
    if draft is None or draft.size is None:
        return ordering.which_size(handler_input)
    if draft.pizza is None:
        return ordering.which_toppings(handler_input, draft)
    return ordering.read_back(handler_input, draft.pizza, menu)


def _ask_to_replace(handler_input: HandlerInput, waiting: Order) -> Response:
    moment, asks = "replace_waiting", ordering.TO_REPLACE
    return ordering.say_about(handler_input, moment, waiting, asks=asks)
