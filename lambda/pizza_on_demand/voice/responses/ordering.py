"""Answers about orders: what is missing, the read-back, the code, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model.response import Response
from ask_sdk_model.ui.card import Card
from ask_sdk_model.ui.image import Image
from ask_sdk_model.ui.simple_card import SimpleCard
from ask_sdk_model.ui.standard_card import StandardCard

from pizza_on_demand.checkout import Confirmed
from pizza_on_demand.customers import Customer
from pizza_on_demand.drafts import Draft
from pizza_on_demand.menu import Menu, Pizza
from pizza_on_demand.orders import Order, State
from pizza_on_demand.verification import Channel
from pizza_on_demand.voice.envelope import has_screen, locale
from pizza_on_demand.voice.responses.speech import Sentences, say, sentences

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
_STATUS = {State.CONFIRMED: "status_confirmed", State.CANCELLED: "status_cancelled"}


def greeting(handler_input: HandlerInput, customer: Customer, order: Order) -> Response:
    """Welcome a customer back whose order waits for its code.

    There is no eliciting here: after a launch there is no dialog yet that could go on.
    """
    facts = _facts(handler_input, order)
    return say(handler_input, "welcome_back_waiting", facts, customer=customer)


def which_size(handler_input: HandlerInput) -> Response:
    """Ask for the size."""
    return say(handler_input, "which_size", elicits="size")


def which_toppings(handler_input: HandlerInput, draft: Draft) -> Response:
    """Ask for the toppings."""
    words = _words(handler_input)
    size = {"size": words.names.get(draft.size or "", "")}
    return say(handler_input, "which_toppings", size, elicits="toppings")


def unknown_size(handler_input: HandlerInput, said: str) -> Response:
    """Name a size back that there is none of, and offer those that there are."""
    return say(handler_input, "unknown_size", {"words": said}, elicits="size")


def unknown_toppings(handler_input: HandlerInput, said: Sequence[str], menu: Menu) -> Response:
    """Name toppings back that there are none of, and offer those that there are."""
    words = _words(handler_input)
    have = words.listing([words.names[topping] for topping in menu.toppings])
    facts = {"words": words.listing(said), "toppings": have}
    return say(handler_input, "unknown_toppings", facts, elicits="toppings")


def unknown_removal(handler_input: HandlerInput, said: Sequence[str]) -> Response:
    """Say that what shall go was never on it."""
    facts = {"words": _words(handler_input).listing(said)}
    return say(handler_input, "unknown_removal", facts, asks=THE_ORDER)


def too_many_pizzas(handler_input: HandlerInput, menu: Menu) -> Response:
    """Say how many pizzas an order can have."""
    return say(handler_input, "too_many_pizzas", {"most": str(menu.shop.most_pizzas)})


def read_back(handler_input: HandlerInput, pizza: Pizza, menu: Menu) -> Response:
    """Read back seller, products, how and when they come, and the total; ask for a yes.

    https://developer.amazon.com/docs/alexa/custom-skills/requirements-for-skills-that-allow-purchases.html
    """
    price = menu.price(pizza)
    words = _words(handler_input)
    facts = {
        "pizza": _pizza(words, pizza).capitalize(),
        "seller": menu.shop.name,
        "net": _money(words, price.net),
        "tax": _money(words, price.tax),
        "total": _money(words, price.total),
        "place": menu.shop.address,
        "minutes": str(menu.shop.ready_in_minutes),
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
    if order.state is State.PENDING:
        return say_about(handler_input, "status_expired", order, asks=IT_AGAIN)
    return say_about(handler_input, _STATUS[order.state], order)


def still_waiting(
    handler_input: HandlerInput, moment: str, order: Order, customer: Customer
) -> Response:
    """Say something about the order that waits, and listen for its code."""
    facts = _facts(handler_input, order)
    return say(handler_input, moment, facts, customer=customer, elicits="code")


def code_sent(handler_input: HandlerInput, order: Order, customer: Customer) -> Response:
    """Say where the code went, and ask for it."""
    moment = "code_texted" if _is_texted(order) else "code_mailed"
    return say(handler_input, moment, customer=customer, elicits="code")


def where_it_went(handler_input: HandlerInput, order: Order, customer: Customer) -> Response:
    """Say where the code went."""
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
        "minutes": str(shop.ready_in_minutes),
    }
    moment = _CONFIRMED[shop.fulfilment] if sold.receipt_sent else "confirmed_without_receipt"
    card = _order_card(handler_input, sold.order, facts, shopfront)
    return say(handler_input, moment, facts, customer=customer, card=card)


def _order_card(
    handler_input: HandlerInput, order: Order, facts: dict[str, str], shopfront: Shopfront
) -> Card:
    words = _words(handler_input)
    title = words.phrases["order_card_title"]
    text = words.phrases["order_card_text"].format_map(
        facts
        | {
            "pizza": facts["pizza"].capitalize(),
            "net": _money(words, order.price.net),
            "tax": _money(words, order.price.tax),
            "id": order.id,
        }
    )
    if shopfront.picture is None or not has_screen(handler_input):
        return SimpleCard(title, text)
    image = Image(small_image_url=shopfront.picture, large_image_url=shopfront.picture)
    return StandardCard(title, text, image)


def _facts(handler_input: HandlerInput, order: Order) -> dict[str, str]:
    words = _words(handler_input)
    return {"pizza": _pizza(words, order.pizza), "total": _money(words, order.price.total)}


def _pizza(words: Sentences, pizza: Pizza) -> str:
    """Say what is wanted: "two large pizzas with pepperoni and black olives"."""
    one, several = ("pizza", "pizzas") if pizza.toppings else ("plain_pizza", "plain_pizzas")
    toppings = [words.names[topping] for topping in pizza.toppings]
    return words.phrases[one if pizza.quantity == 1 else several].format(
        quantity=pizza.quantity,
        size=words.names[pizza.size],
        toppings=words.listing(toppings) if toppings else "",
    )


def _money(words: Sentences, amount: Decimal) -> str:
    return words.phrases["money"].format(amount=amount)


def _is_texted(order: Order) -> bool:
    return order.challenge is not None and order.challenge.channel is Channel.SMS


def _words(handler_input: HandlerInput) -> Sentences:
    return sentences(locale(handler_input))
