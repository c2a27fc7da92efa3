"""Answers about the account: greetings, who it is, and why it cannot be used."""

from __future__ import annotations

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model.response import Response
from ask_sdk_model.ui.link_account_card import LinkAccountCard

from pizza_on_demand import customers
from pizza_on_demand.customers import Customer, IdentityError, NotLinkedError
from pizza_on_demand.visits import Visit
from pizza_on_demand.voice import screens
from pizza_on_demand.voice.envelope import language, shares_account
from pizza_on_demand.voice.responses.speech import say, variants

MY_DETAILS = "my_details"
"""The question whether the details shall be mailed."""

THE_MENU = "menu"
"""The question whether the menu shall be read."""

_REFUSALS = {
    customers.NotLinkedError: "not_linked",
    customers.LinkExpiredError: "link_expired",
    customers.AccountBlockedError: "account_blocked",
    customers.WrongTokenError: "account_misconfigured",
    customers.MissingScopeError: "scope_missing",
    customers.UnconfirmedEmailError: "email_unconfirmed",
    customers.IdentityThrottledError: "identity_throttled",
    customers.IdentityUnavailableError: "identity_unavailable",
}

_LINKING_HELPS = (customers.NotLinkedError, customers.LinkExpiredError)


def greeting(handler_input: HandlerInput, customer: Customer, last_visit: Visit | None) -> Response:
    """Welcome a customer: for the first time, again, or with a wish that can now come true."""
    screens.welcome(handler_input, known=True)
    if last_visit is None:
        return say(handler_input, "first_visit", customer=customer)
    if last_visit.wish == MY_DETAILS:
        moment = "welcome_back_to_my_details"
        return say(handler_input, moment, customer=customer, asks=MY_DETAILS)
    return say(handler_input, "welcome_back", customer=customer)


def greeting_without_account(
    handler_input: HandlerInput, reason: IdentityError, last_visit: Visit | None
) -> Response:
    """Welcome somebody whom we do not know (yet), say why, and offer what works all the same."""
    screens.welcome(handler_input, known=False)
    card = _card(reason)
    if isinstance(reason, NotLinkedError):
        moment = "welcome_back_unlinked" if last_visit else "first_visit_unlinked"
        return say(handler_input, moment, asks=THE_MENU, card=card)
    why = variants(language(handler_input).speech[_refusal(reason)])[0]
    return say(handler_input, "welcome_anyway", {"why": why}, asks=THE_MENU, card=card)


def refusal(handler_input: HandlerInput, reason: IdentityError) -> Response:
    """Say why the account cannot be used, with the LinkAccount card where linking helps."""
    return say(handler_input, _refusal(reason), card=_card(reason))


def who_am_i(handler_input: HandlerInput, customer: Customer) -> Response:
    """Say whose account is linked: the name, and enough of the address to tell it.

    Nothing of that is said to somebody else who lives here.
    """
    if shares_account(handler_input):
        return say(handler_input, "who_am_i_shared")
    moment = "who_am_i" if customer.email else "who_am_i_without_address"
    return say(handler_input, moment, customer=customer)


def details_sent(handler_input: HandlerInput, customer: Customer) -> Response:
    """Say where the details of the account went."""
    return say(handler_input, "details_sent", customer=customer)


def _refusal(reason: IdentityError) -> str:
    return next(_REFUSALS[kind] for kind in type(reason).__mro__ if kind in _REFUSALS)


def _card(reason: IdentityError) -> LinkAccountCard | None:
    return LinkAccountCard() if isinstance(reason, _LINKING_HELPS) else None
