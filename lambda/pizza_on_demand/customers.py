"""Who is speaking: customers, and the ways in which we may fail to know them.

IdentityError
├── NotLinkedError              no account is linked yet
├── LinkExpiredError            the link ran out or was revoked
├── AccountBlockedError         the shop has closed this account
├── WrongTokenError             a token that linking can never have meant to send
├── MissingScopeError           the link does not allow what is needed
├── UnconfirmedEmailError       nobody has shown that the address is theirs
└── IdentityUnavailableError    the identity provider is slow or down
    └── IdentityThrottledError  it wants to be asked less often
"""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

logger = logging.getLogger(__name__)

Claims = Mapping[str, Any]


class IdentityError(Exception):
    """We cannot tell who is speaking."""


class NotLinkedError(IdentityError):
    """No account is linked yet."""


class LinkExpiredError(IdentityError):
    """The link ran out or was revoked; linking once more helps."""


class AccountBlockedError(IdentityError):
    """The shop has closed this account; linking again would not help."""


class WrongTokenError(IdentityError):
    """A token that linking can never have meant to send: the operator must mend that.

    The reason is for the operator's log and never holds a part of the token.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MissingScopeError(IdentityError):
    """The link does not allow what is needed."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class UnconfirmedEmailError(IdentityError):
    """Nobody has shown yet that the e-mail address is the customer's own."""


class IdentityUnavailableError(IdentityError):
    """The identity provider is slow or down; the link itself is fine."""


class IdentityThrottledError(IdentityUnavailableError):
    """The identity provider wants to be asked less often."""


@dataclass(frozen=True, slots=True)
class Customer:
    """The holder of a linked account."""

    sub: str
    """The account's lasting key. Alexa's userId is none: it changes when a skill is disabled."""
    name: str | None
    """What to call them, if they ever said."""
    email: str | None
    email_verified: bool

    @classmethod
    def from_claims(cls, claims: Claims) -> Customer:
        """Read a profile as OpenID Connect shapes it (Core 1.0, section 5.1)."""
        email = _text(claims.get("email"))
        return cls(
            sub=claims["sub"],
            name=_name(claims),
            email=email if email and "@" in email else None,
            email_verified=claims.get("email_verified") is True,
        )

    @property
    def confirmed_email(self) -> str:
        """The address that mail may go to.

        Raises:
            MissingScopeError: the link does not show us the address.
            UnconfirmedEmailError: nobody has shown yet that it is theirs.
        """
        if self.email is None:
            raise MissingScopeError("email")
        if not self.email_verified:
            raise UnconfirmedEmailError
        return self.email


class IdentityProvider(Protocol):
    """Whoever knows the customers."""

    def userinfo(self, access_token: str) -> Claims:
        """The profile behind the token, with a "sub" in it; raises IdentityError."""


class TokenVerifier(Protocol):
    """Whoever can tell a token that was meant for us from any other."""

    def verify(self, access_token: str) -> Claims:
        """The claims of a good token, with "sub" and "exp" in them; raises IdentityError."""


@dataclass(slots=True)
class _Remembered:
    customer: Customer
    fresh_until: datetime
    usable_until: datetime


class Customers:
    """Recognises customers by their access token, asking the provider as rarely as it can.

    Auth0 allows five profile requests a minute for each user, and a talk of ten
    turns should need only one. So a profile is remembered for as long as its
    token lives, an hour at most, in this process and under a hash of the token.

    Args:
        verifier: None when tokens are opaque, and the provider's answer is the proof.
        now: tells the time.
        room_for: how many customers one process remembers.
    """

    REMEMBERED_FOR = timedelta(hours=1)
    UNCONFIRMED_REMEMBERED_FOR = timedelta(seconds=30)
    """Short, because the next thing that happens is that they confirm their address."""

    def __init__(
        self,
        provider: IdentityProvider,
        verifier: TokenVerifier | None,
        *,
        now: Callable[[], datetime],
        room_for: int = 1000,
    ) -> None:
        self._provider = provider
        self._verifier = verifier
        self._now = now
        self._room_for = room_for
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()

    def recognize(self, access_token: str | None) -> Customer:
        """The customer whom the token stands for.

        Raises:
            IdentityError: nobody can be recognised; its type says why.
        """
        if not access_token:
            raise NotLinkedError
        key = hashlib.sha256(access_token.encode("utf-8", "surrogatepass")).hexdigest()
        known = self._remembered.get(key)
        if known and self._now() < known.fresh_until:
            return known.customer
        try:
            known = self._ask(access_token)
        except IdentityError as refusal:
            _log(refusal)
            passing = isinstance(refusal, IdentityUnavailableError)
            if passing and known and self._now() < known.usable_until:
                return known.customer
            raise
        self._remember(key, known)
        return known.customer

    def _ask(self, access_token: str) -> _Remembered:
        token = self._verifier.verify(access_token) if self._verifier else None
        profile = self._provider.userinfo(access_token)
        if token and token["sub"] != profile["sub"]:
            raise WrongTokenError("the profile belongs to somebody else")
        customer = Customer.from_claims(profile)
        confirmed = customer.email_verified
        fresh = self._now() + (
            self.REMEMBERED_FOR if confirmed else self.UNCONFIRMED_REMEMBERED_FOR
        )
        if token is None:
            return _Remembered(customer, fresh, fresh)
        expires = datetime.fromtimestamp(token["exp"], tz=fresh.tzinfo)
        return _Remembered(customer, min(fresh, expires), expires)

    def _remember(self, key: str, known: _Remembered) -> None:
        self._remembered[key] = known
        self._remembered.move_to_end(key)
        while len(self._remembered) > self._room_for:
            self._remembered.popitem(last=False)


def _log(refusal: IdentityError) -> None:
    mistaken = isinstance(refusal, WrongTokenError | MissingScopeError)
    logger.log(
        logging.ERROR if mistaken else logging.WARNING,
        "customer not recognised",
        extra={"refusal": type(refusal).__name__, "reason": str(refusal)},
    )


def _name(claims: Claims) -> str | None:
    """What to call a person: Auth0 fills nameless profiles with the e-mail address."""
    candidates = (_text(claims.get("given_name")), _text(claims.get("nickname")))
    return next((name for name in candidates if name and "@" not in name), None)


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    printable = "".join(c for c in value if c.isprintable()).strip()
    return printable[:320] or None
