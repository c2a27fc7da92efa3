"""Every refusal of the business as the web says it: a status, a name, and the facts to tell."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pizza_on_demand.customers import (
    AccountBlockedError,
    IdentityError,
    IdentityThrottledError,
    IdentityUnavailableError,
    MissingScopeError,
    UnconfirmedEmailError,
)
from pizza_on_demand.emails import MailError
from pizza_on_demand.menu import MenuError, NotOnTheMenuError, QuantityError
from pizza_on_demand.orders import (
    AlreadyConfirmedError,
    NoSuchOrderError,
    NothingOrderedError,
    OrderError,
    OrderExpiredError,
    OrderingLockedError,
    OrdersUnavailableError,
)
from pizza_on_demand.verification import (
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

REFUSALS_OF_THE_BUSINESS = (OrderError, VerificationError, MenuError, MailError, IdentityError)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What stands in the way."""

    status: int
    name: str
    """Of its words: for people in pages.toml, for programs in the API's problems."""
    facts: dict[str, Any] = field(default_factory=dict)
    again_in: int | None = None
    """Seconds after which it may be tried again."""


_NAMES: dict[type[Exception], tuple[int, str]] = {
    NoSuchOrderError: (404, "no_such_order"),
    NothingOrderedError: (409, "nothing_waiting"),
    AlreadyConfirmedError: (409, "already_confirmed"),
    OrderExpiredError: (409, "order_expired"),
    OrderingLockedError: (403, "ordering_locked"),
    OrdersUnavailableError: (503, "unavailable"),
    WrongCodeError: (422, "wrong_code"),
    CodeSpentError: (409, "code_spent"),
    CodeExpiredError: (409, "code_expired"),
    UnfitCodeError: (422, "unfit_code"),
    TooManyCodesError: (429, "too_many_codes"),
    NoDestinationError: (409, "no_destination"),
    CodeUnavailableError: (503, "code_not_sent"),
    CodeUncheckedError: (503, "code_unchecked"),
    NotOnTheMenuError: (422, "not_on_the_menu"),
    QuantityError: (422, "bad_quantity"),
    MailError: (503, "mail_not_sent"),
    AccountBlockedError: (403, "account_blocked"),
    UnconfirmedEmailError: (409, "email_unconfirmed"),
    MissingScopeError: (403, "missing_scope"),
    IdentityThrottledError: (503, "unavailable"),
    IdentityUnavailableError: (503, "unavailable"),
}

_FACTS: dict[type[Exception], Callable[[Any], dict[str, Any]]] = {
    WrongCodeError: lambda error: {"tries_left": error.tries_left},
    UnfitCodeError: lambda error: {"length": error.length},
    NotOnTheMenuError: lambda error: {"dish": error.dish},
    QuantityError: lambda error: {"most": error.most},
    MissingScopeError: lambda error: {"scope": error.scope},
}


def refusal_of(error: Exception) -> Refusal:
    """What to say of an error of the business.

    Raises:
        KeyError: it has no words, which is a mistake of ours.
    """
    kind = next((known for known in type(error).__mro__ if known in _NAMES), type(error))
    status, name = _NAMES[kind]
    facts = _FACTS.get(kind, lambda _: {})(error)
    if isinstance(error, TooManyCodesError):
        return Refusal(status, name, facts, math.ceil(error.again_in.total_seconds()))
    return Refusal(status, name, facts, 60 if status == 503 else None)
