"""Answers to guests, of whom we know no more than Amazon tells us."""

from __future__ import annotations

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model.response import Response
from ask_sdk_model.ui.ask_for_permissions_consent_card import AskForPermissionsConsentCard

from pizza_on_demand.customers import Customer
from pizza_on_demand.guests import (
    WANTED,
    NotAllowedError,
    NothingGivenError,
    ProfileError,
    ProfileThrottledError,
    ProfileUnavailableError,
)
from pizza_on_demand.voice.responses.account import THE_MENU
from pizza_on_demand.voice.responses.speech import say

_REFUSALS = {
    NotAllowedError: "profile_not_allowed",
    NothingGivenError: "profile_without_address",
    ProfileThrottledError: "profile_throttled",
    ProfileUnavailableError: "profile_unavailable",
}


def menu_sent(handler_input: HandlerInput, customer: Customer | None) -> Response:
    """Say that the menu is on its way.

    Args:
        customer: None for a guest.
    """
    if customer is None:
        return say(handler_input, "menu_sent_to_guest")
    return say(handler_input, "menu_sent", customer=customer)


def refusal(handler_input: HandlerInput, reason: ProfileError) -> Response:
    """Say why we cannot write to a guest, with the card that asks for what is missing."""
    moment = next(_REFUSALS[kind] for kind in type(reason).__mro__ if kind in _REFUSALS)
    if isinstance(reason, NotAllowedError):
        card = AskForPermissionsConsentCard(permissions=list(WANTED))
        return say(handler_input, moment, card=card)
    return say(handler_input, moment, asks=THE_MENU)
