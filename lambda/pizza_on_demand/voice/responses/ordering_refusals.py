"""Why an order cannot be placed or confirmed, a sentence for each reason."""

from __future__ import annotations

from datetime import timedelta

from ask_sdk_core.handler_input import HandlerInput
from ask_sdk_model.response import Response

from pizza_on_demand.customers import Customer
from pizza_on_demand.orders import (
    AlreadyConfirmedError,
    ConfirmationUnknownError,
    NothingOrderedError,
    OrderError,
    OrderExpiredError,
    OrderingLockedError,
    OrdersUnavailableError,
)
from pizza_on_demand.verification import (
    Channel,
    CodeExpiredError,
    CodeSpentError,
    CodeUnavailableError,
    CodeUncheckedError,
    NoDestinationError,
    TooManyCodesError,
    UnfitCodeError,
    VerificationError,
    WrongCodeError,
)
from pizza_on_demand.voice import pins, screens
from pizza_on_demand.voice.envelope import language
from pizza_on_demand.voice.responses.ordering import (
    A_NEW_CODE,
    BY_MAIL,
    IT_AGAIN,
    THE_KEY,
    ask_for_code,
    say_about,
)
from pizza_on_demand.voice.responses.speech import say

_PLAIN = {
    NothingOrderedError: ("nothing_ordered", None),
    OrdersUnavailableError: ("orders_unavailable", None),
    CodeSpentError: ("code_spent", A_NEW_CODE),
    CodeExpiredError: ("code_expired", A_NEW_CODE),
    CodeUnavailableError: ("code_unavailable", A_NEW_CODE),
}
"""What is said, and the question that a yes then answers."""


def refusal(  # noqa: C901, PLR0911 - one for each reason, in one place
    handler_input: HandlerInput, reason: OrderError | VerificationError, customer: Customer
) -> Response:
    """Say what stands in the way, and what can be done about it."""
    match reason:
        case AlreadyConfirmedError() if reason.order.cleared:
            return say(handler_input, "already_confirmed_cleared")
        case AlreadyConfirmedError():
            return say_about(handler_input, "already_confirmed", reason.order)
        case OrderExpiredError():
            return say_about(handler_input, "order_expired", reason.order, asks=IT_AGAIN)
        case OrderingLockedError() if reason.just_now:
            return say(handler_input, "ordering_locked_now", customer=customer)
        case OrderingLockedError():
            return say(handler_input, "ordering_locked", asks=THE_KEY)
        case WrongCodeError():
            facts = {"tries": _tries(handler_input, reason.tries_left)}
            screens.note(handler_input, facts["tries"])
            return ask_for_code(handler_input, "wrong_code", facts)
        case UnfitCodeError():
            return ask_for_code(handler_input, "unfit_code", {"length": str(reason.length)})
        case CodeUncheckedError():
            return ask_for_code(handler_input, "code_unchecked")
        case ConfirmationUnknownError():
            return _unknown(handler_input)
        case TooManyCodesError():
            wait = language(handler_input).duration(_whole_minutes(reason.again_in))
            return say(handler_input, "too_many_codes", {"wait": wait})
        case NoDestinationError() if reason.channel is Channel.SMS and customer.email_verified:
            return say(handler_input, "no_phone", asks=BY_MAIL)
        case NoDestinationError():
            return say(handler_input, "no_mailbox")
    moment, asks = _PLAIN[type(reason)]
    return say(handler_input, moment, asks=asks)


def _unknown(handler_input: HandlerInput) -> Response:
    """Say that nobody knows yet. A code can be said again; Alexa asks for no PIN twice."""
    if pins.is_answer(handler_input):
        return say(handler_input, "pin_unknown")
    return ask_for_code(handler_input, "confirmation_unknown")


def _tries(handler_input: HandlerInput, left: int) -> str:
    spoken = language(handler_input)
    return spoken.counted(spoken.speech["phrases"]["tries"], left)


def _whole_minutes(span: timedelta) -> timedelta:
    return timedelta(minutes=max(1, -(-span.seconds // 60)))
