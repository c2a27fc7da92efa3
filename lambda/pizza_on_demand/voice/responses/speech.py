"""How anything is said: sentences from locales/, filled in, escaped, and remembered.

A reply that leaves the session open ends with a question and has a reprompt: not
because everybody remembers to, but because only a question opens the session.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from string import Formatter
from typing import Any, NamedTuple, cast

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model.dialog.elicit_slot_directive import ElicitSlotDirective
from ask_sdk_model.intent import Intent
from ask_sdk_model.response import Response
from ask_sdk_model.slot import Slot as IntentSlot
from ask_sdk_model.ui.card import Card

from pizza_on_demand.customers import Customer
from pizza_on_demand.languages import Language
from pizza_on_demand.voice import screens
from pizza_on_demand.voice.envelope import (
    choice,
    is_single_command,
    is_touched,
    language,
    note_moment,
    part,
    session,
    shares_account,
)
from pizza_on_demand.voice.speakers import is_another

_PERSONAL = ("name", "address", "phone")
_NOT_IN_XML = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot that can be asked for: it stands in the dialog of the interaction model."""

    intent: str
    name: str
    all_slots: tuple[str, ...]
    """Of that intent."""


_ORDER_SLOTS = ("Size", "Toppings", "Quantity")
SLOTS = {
    "size": Slot("GetMeSomePizzaIntent", "Size", _ORDER_SLOTS),
    "toppings": Slot("GetMeSomePizzaIntent", "Toppings", _ORDER_SLOTS),
    "code": Slot("AuthorizePizzaOrderIntent", "Code", ("Code",)),
}


class LastSaid(NamedTuple):
    """What the session remembers of a reply: enough to say it again, and nothing personal."""

    moment: str
    facts: dict[str, str]
    to_a_customer: bool
    elicits: str | None = None
    variant: int = 0
    """Which of its sentences was said."""


def say(
    handler_input: HandlerInput,
    moment: str,
    facts: Mapping[str, str] | None = None,
    *,
    customer: Customer | None = None,
    asks: str | None = None,
    elicits: str | None = None,
    card: Card | None = None,
    variant: int | None = None,
) -> Response:
    """Answer with the sentences of *moment*.

    Args:
        facts: fill the {braces}. They are kept in the session for "repeat", so
            nothing personal or secret may be among them.
        customer: whose name and masked address fill {name} and {address}. A recognised
            speaker who uses the household's account is not called by its holder's name.
        asks: the question that a plain "yes" will answer, if that is one.
        elicits: which of `SLOTS` the answer belongs into, if it is no "yes".
        card: goes to the Alexa app.
        variant: which of the moment's sentences is said; None for any but the last one.
    """
    spoken = language(handler_input)
    sentence = spoken.speech[moment]
    if customer and shares_account(handler_input):
        customer = replace(customer, name=None)
    variant = _fresh(handler_input, moment, sentence) if variant is None else variant
    filling = {key: escape(value, quote=False) for key, value in (facts or {}).items()}
    filling |= _personal(spoken, customer)
    speech = _speech(sentence, customer, variant).format_map(filling)
    question = _question(handler_input, sentence)
    note_moment(handler_input, moment)

    builder = handler_input.response_builder
    builder.speak(f"{speech} {question}" if question else speech)
    if question:
        builder.ask(sentence.get("reprompt", question))
        said = LastSaid(moment, dict(facts or {}), customer is not None, elicits, variant)
        session(handler_input).update(said=said._asdict(), asked=asks)
        if elicits and not is_touched(handler_input):
            builder.add_directive(_elicit(SLOTS[elicits]))
    elif not screens.is_rendered(handler_input):
        # Where it is left to the device, a screen stays a while, and the microphone is closed.
        builder.set_should_end_session(True)
    if is_another(handler_input) and not screens.is_rendered(handler_input):
        screens.welcome(handler_input, known=False)
    if card:
        builder.set_card(card)
    return builder.response


def last_said(handler_input: HandlerInput) -> LastSaid | None:
    """What `say` said last in this session; None when nothing usable was remembered."""
    try:
        last = LastSaid(**cast("dict[str, Any]", session(handler_input).get("said")))
        sentence = language(handler_input).speech[last.moment]
        return last if _can_be_said(sentence, last) else None
    except (KeyError, TypeError):
        return None


def say_again(handler_input: HandlerInput, last: LastSaid, customer: Customer | None) -> Response:
    """Repeat what was said; names and addresses are filled in afresh."""
    asked = session(handler_input).get("asked")
    return say(
        handler_input,
        last.moment,
        last.facts,
        customer=customer,
        asks=asked,
        elicits=last.elicits,
        variant=last.variant,
    )


def _elicit(slot: Slot) -> ElicitSlotDirective:
    """Ask Alexa to listen for a slot. What was heard before is forgotten there: the draft
    in the session knows it better, and a value that the shop does not sell would come back.
    """
    intent = Intent(slot.intent, slots={name: IntentSlot(name) for name in slot.all_slots})
    return ElicitSlotDirective(updated_intent=intent, slot_to_elicit=slot.name)


def _can_be_said(sentence: Mapping[str, Any], last: LastSaid) -> bool:
    """Whether every fact is there: the session comes from outside, so it may hold anything."""
    if not isinstance(last.facts, dict) or not all(map(_is_sayable, last.facts.values())):
        return False
    if last.elicits not in {None, *SLOTS} or not isinstance(last.variant, int):
        return False
    known = {*last.facts, *(_PERSONAL if last.to_a_customer else ())}
    return {name for _, name, _, _ in Formatter().parse(variants(sentence)[0]) if name} <= known


def _is_sayable(fact: object) -> bool:
    return isinstance(fact, str) and not _NOT_IN_XML.search(fact)


def variants(sentence: Mapping[str, Any], part: str = "speech") -> Sequence[str]:
    """The sentences of a moment, of which one is said."""
    said: str | list[str] = sentence[part]
    return [said] if isinstance(said, str) else said


def ssml_of(event: Any, moment: str) -> str:
    """The first sentence of a moment, for an event as it came: what is said beside the handlers."""
    locale = part(event, "request", "locale")
    spoken = Language.of(locale if isinstance(locale, str) else None)
    return f"<speak>{variants(spoken.speech[moment])[0]}</speak>"


def _fresh(handler_input: HandlerInput, moment: str, sentence: Mapping[str, Any]) -> int:
    """Which of a moment's sentences to say: not the one that was just heard."""
    count = len(variants(sentence))
    chosen = choice(handler_input, count)
    last = session(handler_input).get("said")
    heard = isinstance(last, dict) and (last.get("moment"), last.get("variant")) == (moment, chosen)
    return (chosen + heard) % count


def _speech(sentence: Mapping[str, Any], customer: Customer | None, variant: int) -> str:
    is_nameless = customer is not None and not customer.name and "nameless" in sentence
    said = variants(sentence, "nameless" if is_nameless else "speech")
    return said[variant % len(said)]


def _question(handler_input: HandlerInput, sentence: Mapping[str, Any]) -> str | None:
    """What to ask: after a single command only what must be asked, so that it can end."""
    if is_single_command(handler_input) and not sentence.get("always"):
        return None
    return sentence.get("question")


def _personal(spoken: Language, customer: Customer | None) -> dict[str, str]:
    if customer is None:
        return {}
    return {
        "name": escape(customer.name or "", quote=False),
        "address": escape(spoken.masked(customer.email), quote=False) if customer.email else "",
        "phone": escape(spoken.masked_phone(customer.phone), quote=False) if customer.phone else "",
    }
