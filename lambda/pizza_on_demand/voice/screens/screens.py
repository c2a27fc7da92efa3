"""What stands on each screen, in the words of the language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ask_sdk_core.handler_input import HandlerInput

from pizza_on_demand.customers import Customer
from pizza_on_demand.drafts import PLAIN, Draft
from pizza_on_demand.languages import Language
from pizza_on_demand.menu import Shop
from pizza_on_demand.orders import Order, State
from pizza_on_demand.verification import Channel
from pizza_on_demand.voice.envelope import language
from pizza_on_demand.voice.screens import pictures
from pizza_on_demand.voice.screens.rendering import change_text, render, shown

Choice = dict[str, Any]
"""Something to tap: its picture and name, and the touch that it sends."""

_HOUSE_PIZZA = ("pepperoni", "black_olives", "spinach")
_NOTE = "note"


def welcome(handler_input: HandlerInput, *, known: bool) -> None:
    """Offer what can be done now.

    Args:
        known: whether somebody was recognised, who may have orders.
    """
    if shown(handler_input) is None:
        return
    words = language(handler_input).screens["welcome"]
    names = ("menu", "usual", "status") if known else ("menu",)
    data = {
        "title": words["title"],
        "hint": words["hint"],
        "buttons": [_button(words[name], name) for name in names],
    }
    render(handler_input, "welcome", data, {"pizza": pictures.pizza("jumbo", _HOUSE_PIZZA)})


def menu(handler_input: HandlerInput) -> None:
    """Show what there is, with pictures and prices; a tap begins an order."""
    window = shown(handler_input)
    if window is None:
        return
    known = window.menu
    written = language(handler_input)
    words = written.screens["menu"]
    sizes = [
        _choice(f"size_{id_}", _begun(written.size(id_)), written.money(price), ("size", id_))
        for id_, price in known.sizes.items()
    ]
    toppings = [
        _choice(id_, _begun(written.topping(id_)), written.money(price), ("add", id_))
        for id_, price in known.toppings.items()
    ]
    graphics = {f"size_{id_}": pictures.pizza(id_, ()) for id_ in known.sizes}
    graphics |= {id_: pictures.piece(id_) for id_ in known.toppings}
    data = {**words, "sizes": sizes, "toppings": toppings, "all": [*sizes, *toppings]}
    render(handler_input, "menu", data, graphics)


def order(handler_input: HandlerInput, draft: Draft | None) -> None:
    """Show the order as it is so far, with everything that can be changed about it."""
    window = shown(handler_input)
    if window is None or draft is None:
        return
    known = window.menu
    written = language(handler_input)
    words = written.screens["order"]
    pizza = draft.pizza
    price = known.price(pizza) if pizza else None
    data = {
        "title": _begun(written.pizzas(pizza)) if pizza else words["untitled"],
        "sum": price and words["sum"].format(**_money(written, net=price.net, tax=price.tax)),
        "order": price and words["place"].format(**_money(written, total=price.total)),
        "cancel": words["cancel"],
        "sizes_label": words["size"],
        "sizes": [_size(written, id_, draft) for id_ in known.sizes],
        "toppings_label": words["toppings"],
        "toppings": [
            _plain(words, draft),
            *(_topping(written, id_, draft) for id_ in known.toppings),
        ],
        "quantity": str(draft.quantity),
        "fewer": _number(draft.quantity - 1, known.shop),
        "more": _number(draft.quantity + 1, known.shop),
    }
    graphics = {id_: pictures.piece(id_) for id_ in known.toppings}
    graphics |= {
        PLAIN: pictures.pizza("small", ()),
        "pizza": pictures.pizza(draft.size or "medium", draft.toppings or ()),
    }
    render(handler_input, "order", data, graphics)


def code(handler_input: HandlerInput, waiting: Order, customer: Customer) -> None:
    """Show where the code went, and a number pad: the code need not be said aloud."""
    window = shown(handler_input)
    if window is None:
        return
    written = language(handler_input)
    words = written.screens["code"]
    data = {
        "title": words["title"],
        "sent": _whereto(written, waiting, customer),
        "order": _summary(written, words["order"], waiting),
        "resend": words["resend"],
        "cancel": words["cancel"],
        "length": window.code_length,
        "blank": " ".join("·" * window.code_length),
    }
    render(handler_input, "code", data, {})


def note(handler_input: HandlerInput, text: str) -> None:
    """Write something under the digits, while there is a number pad."""
    change_text(handler_input, "code", _NOTE, text)


def status(handler_input: HandlerInput, latest: Order, *, offers_receipt: bool = False) -> None:
    """Show what became of an order that does not wait any more."""
    window = shown(handler_input)
    if window is None:
        return
    written = language(handler_input)
    words = written.screens["status"]
    names = ("receipt", "usual") if offers_receipt else ("usual",)
    data = {
        "title": words[_standing(latest)],
        "good": latest.state is State.CONFIRMED,
        "order": _summary(written, words["order"], latest),
        "lines": _particulars(written, words, latest, window.menu.shop),
        "buttons": [_button(words[name], name) for name in names],
    }
    drawn = pictures.pizza(latest.pizza.size, latest.pizza.toppings)
    render(handler_input, "status", data, {"pizza": drawn})


def _standing(latest: Order) -> str:
    return "expired" if latest.state is State.PENDING else latest.state.value


def _particulars(
    written: Language, words: Mapping[str, str], latest: Order, shop: Shop
) -> list[str]:
    number = words["number"].format(id=latest.id)
    if latest.confirmed is None:
        return [number]
    time = written.clock_time(shop.ready_at(latest.confirmed))
    place = words[shop.fulfilment].format(place=shop.address)
    return [place, words["ready"].format(time=time), number]


def _whereto(written: Language, waiting: Order, customer: Customer) -> str:
    words = written.screens["code"]
    texted = waiting.challenge is not None and waiting.challenge.channel is Channel.SMS
    if texted and customer.phone:
        return str(words["texted"].format(phone=written.masked_phone(customer.phone)))
    return str(words["mailed"].format(address=written.masked(customer.email or "@")))


def _summary(written: Language, pattern: str, placed: Order) -> str:
    pizza = _begun(written.pizzas(placed.pizza))
    return pattern.format(pizza=pizza, total=written.money(placed.price.total))


def _button(label: str, *tap: str) -> dict[str, Any]:
    return {"label": label, "tap": tap}


def _choice(
    picture: str, name: str, price: str, tap: Sequence[str], *, chosen: bool = False
) -> Choice:
    return {"picture": picture, "name": name, "price": price, "tap": tap, "chosen": chosen}


def _size(written: Language, id_: str, draft: Draft) -> Choice:
    name = _begun(written.size(id_))
    return _choice("", name, "", ("size", id_), chosen=draft.size == id_)


def _topping(written: Language, id_: str, draft: Draft) -> Choice:
    chosen = id_ in (draft.toppings or ())
    tap = ("remove" if chosen else "add", id_)
    return _choice(id_, _begun(written.topping(id_)), "", tap, chosen=chosen)


def _plain(words: Mapping[str, str], draft: Draft) -> Choice:
    return _choice(PLAIN, words["plain"], "", ("add", PLAIN), chosen=draft.toppings == ())


def _number(quantity: int, shop: Shop) -> str:
    """A quantity that can be ordered; "" for any other."""
    return str(quantity) if 1 <= quantity <= shop.most_pizzas else ""


def _money(written: Language, **amounts: Any) -> dict[str, str]:
    return {name: written.money(amount) for name, amount in amounts.items()}


def _begun(words: str) -> str:
    """The words at the beginning of a line; German nouns keep their capitals."""
    return words[:1].upper() + words[1:]
