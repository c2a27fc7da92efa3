"""Answers about orders: what is missing, the read-back, the code, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model.response import Response
from ask_sdk_model.ui.card import Card
from ask_sdk_model.ui.image import Image
from ask_sdk_model.ui.simple_card import SimpleCard
from ask_sdk_model.ui.standard_card import StandardCard

from pizza_on_demand.checkout import Confirmed
from pizza_on_demand.customers import Customer
from pizza_on_demand.drafts import Draft
from pizza_on_demand.menu import Menu, Pizza, Shop
from pizza_on_demand.orders import Order, State
from pizza_on_demand.receipts import Receipt
from pizza_on_demand.verification import Channel
from pizza_on_demand.voice import pins, screens
from pizza_on_demand.voice.envelope import has_screen, language, session
from pizza_on_demand.voice.responses.speech import say

THE_ORDER = "order"
"""The question whether to order what was read back."""

TO_REPLACE = "replace"
"""The question whether a new order shall take the place of one that waits."""

A_NEW_CODE = "new_code"
"""The question whether to send a code (again)."""

BY_MAIL = "by_mail"
"""The question whether to send the code by mail, since there is no phone."""

IT_AGAIN = "it_again"
"""The question whether to order again what has run out."""

THE_KEY = "key"
"""The question whether to mail the link that unlocks ordering."""

HAVE_IT = "have_it"
"""The question whether the customer has got the code."""


@dataclass(frozen=True, slots=True)
class Shopfront:
    """What customers see of the shop."""

    menu: Menu
    picture: str | None
    """Of a pizza, for cards; Alexa shows only what comes over https."""


_READ_BACK = {"pickup": "read_back", "delivery": "read_back_delivery"}
_CONFIRMED = {"pickup": "confirmed", "delivery": "confirmed_delivery"}
_WITHOUT_RECEIPT = {
    Receipt.OWED: "confirmed_receipt_follows",
    Receipt.NONE: "confirmed_without_receipt",
}
_NO_PIN = {pins.Verdict.WRONG: "pin_wrong", pins.Verdict.NOT_SET_UP: "pin_not_set_up"}
_STATUS = {State.CONFIRMED: "status_confirmed", State.CANCELLED: "status_cancelled"}


def greeting(handler_input: HandlerInput, customer: Customer, order: Order) -> Response:
    """Welcome a customer back whose order waits for its code.

    There is no eliciting here: after a launch there is no dialog yet that could go on.
    """
    screens.code(handler_input, order, customer)
    facts = _facts(handler_input, order)
    return say(handler_input, "welcome_back_waiting", facts, customer=customer)


def which_size(handler_input: HandlerInput) -> Response:
    """Ask for the size."""
    return say(handler_input, "which_size", elicits="size")


def which_toppings(handler_input: HandlerInput, draft: Draft) -> Response:
    """Ask for the toppings."""
    size = language(handler_input).size(draft.size or "", "one")
    return say(handler_input, "which_toppings", {"size": size}, elicits="toppings")


def unknown_size(handler_input: HandlerInput, said: str) -> Response:
    """Name a size back that there is none of, and offer those that there are."""
    return say(handler_input, "unknown_size", {"words": said}, elicits="size")


def unknown_toppings(handler_input: HandlerInput, said: Sequence[str], menu: Menu) -> Response:
    """Name toppings back that there are none of, and offer those that there are."""
    spoken = language(handler_input)
    have = spoken.listing([spoken.topping(topping) for topping in menu.toppings])
    facts = {"words": spoken.listing(said), "toppings": have}
    return say(handler_input, "unknown_toppings", facts, elicits="toppings")


def unknown_removal(handler_input: HandlerInput, said: Sequence[str]) -> Response:
    """Say that what shall go was never on it."""
    facts = {"words": language(handler_input).listing(said)}
    return say(handler_input, "unknown_removal", facts, asks=THE_ORDER)


def too_many_pizzas(handler_input: HandlerInput, menu: Menu) -> Response:
    """Say how many pizzas an order can have."""
    return say(handler_input, "too_many_pizzas", {"most": str(menu.shop.most_pizzas)})


def read_back(handler_input: HandlerInput, pizza: Pizza, menu: Menu) -> Response:
    """Read back seller, products, how and when they come, and the total; ask for a yes.

    https://developer.amazon.com/docs/alexa/custom-skills/requirements-for-skills-that-allow-purchases.html
    """
    price = menu.price(pizza)
    spoken = language(handler_input)
    facts = {
        "pizza": _begun(spoken.spoken_pizzas(pizza)),
        "seller": menu.shop.name,
        "net": spoken.spoken_money(price.net),
        "tax": spoken.spoken_money(price.tax),
        "total": spoken.spoken_money(price.total),
        "place": menu.shop.address,
        "ready_in": _ready_in(handler_input, menu.shop),
    }
    return say(handler_input, _READ_BACK[menu.shop.fulfilment], facts, asks=THE_ORDER)


def say_about(
    handler_input: HandlerInput,
    moment: str,
    order: Order,
    *,
    customer: Customer | None = None,
    asks: str | None = None,
) -> Response:
    """Say something about an order: {pizza} and {total} are filled in."""
    return say(handler_input, moment, _facts(handler_input, order), customer=customer, asks=asks)


def status(handler_input: HandlerInput, order: Order) -> Response:
    """Say what became of an order that does not wait any more."""
    screens.status(handler_input, order)
    if order.state is State.PENDING:
        return say_about(handler_input, "status_expired", order, asks=IT_AGAIN)
    return say_about(handler_input, _STATUS[order.state], order)


def still_waiting(
    handler_input: HandlerInput, moment: str, order: Order, customer: Customer
) -> Response:
    """Say something about the order that waits, and listen for its code."""
    screens.code(handler_input, order, customer)
    facts = _facts(handler_input, order)
    return say(handler_input, moment, facts, customer=customer, elicits="code")


def ask_for_proof(handler_input: HandlerInput, order: Order, customer: Customer) -> Response:
    """Let Alexa ask for the speaker's PIN, or else say where the code went, and ask for it."""
    challenge = order.challenge
    if challenge is None or challenge.channel is not None:
        return code_sent(handler_input, order, customer)
    session(handler_input).update(asked=None)
    return handler_input.response_builder.add_directive(pins.question(challenge.id)).response


def code_instead(
    handler_input: HandlerInput, verdict: pins.Verdict, order: Order, customer: Customer
) -> Response:
    """Say why a PIN will not do, and ask for the code that was sent instead.

    There is no eliciting here either: the answer to a PIN is no intent.
    """
    screens.code(handler_input, order, customer)
    return say(handler_input, _NO_PIN.get(verdict, "pin_unchecked"))


def code_sent(handler_input: HandlerInput, order: Order, customer: Customer) -> Response:
    """Say where the code went, and ask for it."""
    screens.code(handler_input, order, customer)
    moment = "code_texted" if _is_texted(order) else "code_mailed"
    return say(handler_input, moment, customer=customer, elicits="code")


def where_it_went(handler_input: HandlerInput, order: Order, customer: Customer) -> Response:
    """Say where the code went."""
    screens.code(handler_input, order, customer)
    moment = "where_texted" if _is_texted(order) else "where_mailed"
    return say(handler_input, moment, customer=customer, elicits="code")


def ask_for_code(
    handler_input: HandlerInput, moment: str, facts: dict[str, str] | None = None
) -> Response:
    """Say something, and go on listening for the code."""
    return say(handler_input, moment, facts, elicits="code")


def waiting(handler_input: HandlerInput, *, for_code: bool) -> Response:
    """Keep the floor, calmly."""
    if for_code:
        return say(handler_input, "waiting_for_code", asks=HAVE_IT)
    return say(handler_input, "waiting")


def confirmed(
    handler_input: HandlerInput, sold: Confirmed, customer: Customer, shopfront: Shopfront
) -> Response:
    """Say that the order is made, and put it on a card: Amazon asks for both, and a mail."""
    shop = shopfront.menu.shop
    facts = _facts(handler_input, sold.order) | {
        "place": shop.address,
        "ready_in": _ready_in(handler_input, shop),
    }
    moment = _WITHOUT_RECEIPT.get(sold.receipt, _CONFIRMED[shop.fulfilment])
    card = _order_card(handler_input, sold.order, facts, shopfront)
    screens.status(handler_input, sold.order, offers_receipt=sold.receipt is not Receipt.SENT)
    return say(handler_input, moment, facts, customer=customer, card=card)


def _order_card(
    handler_input: HandlerInput, order: Order, facts: dict[str, str], shopfront: Shopfront
) -> Card:
    written = language(handler_input)
    phrases = written.speech["phrases"]
    title = phrases["order_card_title"]
    text = phrases["order_card_text"].format(
        pizza=_begun(written.pizzas(order.pizza)),
        net=written.money(order.price.net),
        tax=written.money(order.price.tax),
        total=written.money(order.price.total),
        place=facts["place"],
        id=order.id,
    )
    if shopfront.picture is None or not has_screen(handler_input):
        return SimpleCard(title, text)
    image = Image(small_image_url=shopfront.picture, large_image_url=shopfront.picture)
    return StandardCard(title, text, image)


def _facts(handler_input: HandlerInput, order: Order) -> dict[str, str]:
    spoken = language(handler_input)
    total = spoken.spoken_money(order.price.total)
    return {"pizza": spoken.spoken_pizzas(order.pizza), "total": total}


def _begun(words: str) -> str:
    """The words at the beginning of a sentence; German nouns keep their capitals."""
    return words[:1].upper() + words[1:]


def _ready_in(handler_input: HandlerInput, shop: Shop) -> str:
    return language(handler_input).duration(timedelta(minutes=shop.ready_in_minutes))


def _is_texted(order: Order) -> bool:
    return order.challenge is not None and order.challenge.channel is Channel.SMS
