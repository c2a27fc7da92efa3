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
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

logger = logging.getLogger(__name__)

Claims = Mapping[str, Any]

_E164 = re.compile(r"\+[1-9]\d{6,14}")
LONGEST_NAME = 100
LONGEST_ADDRESS = 254
"""Characters of an address that SMTP can carry (RFC 5321, section 4.5.3.1.3)."""

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


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
    """The identity provider is slow or down; the link itself is fine.

    The text, if any, tells the operator's log what was met.
    """


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
    phone: str | None = None
    """In E.164, such as "+15555550100"; only a number that they have confirmed."""

    @classmethod
    def from_claims(cls, claims: Claims) -> Customer:
        """Read a profile as OpenID Connect shapes it (Core 1.0, section 5.1)."""
        return cls(
            sub=claims["sub"],
            name=spoken_name(claims.get("given_name")) or spoken_name(claims.get("nickname")),
            email=mail_address(claims.get("email")),
            email_verified=claims.get("email_verified") is True,
            phone=_phone(claims),
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


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """What a good access token says."""

    sub: str
    expires: datetime
    scopes: frozenset[str] = frozenset()
    """What its holder has allowed."""


class IdentityProvider(Protocol):
    """Whoever knows the customers."""

    def userinfo(self, access_token: str) -> Claims:
        """The profile behind the token, with a "sub" in it; raises IdentityError."""


class TokenVerifier(Protocol):
    """Whoever can tell a token that was meant for us from any other."""

    def verify(self, access_token: str) -> VerifiedToken:
        """What a good token says; raises IdentityError."""


class Customers:
    """Recognises customers by their access token, asking the provider as rarely as it can.

    Auth0 allows five profile requests a minute for each user, and a talk of ten
    turns should need only one. So a profile is remembered for as long as its
    token lives, an hour at most, in this process and under a hash of the token.
    While the provider is away an older profile does, until the token expires.

    Args:
        verifier: None when tokens are opaque, and the provider's answer is the proof.
        now: tells the time.
        room_for: how many customers one process remembers.
    """

    REMEMBERED_FOR = timedelta(hours=1)
    ASKED_AGAIN_AFTER = timedelta(seconds=30)
    """While the provider is away, and while an address is unconfirmed: to confirm it is
    what the customer does next."""

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
        self._memory = _Memory(room_for)

    def recognize(self, access_token: str | None) -> Customer:
        """The customer whom the token stands for.

        Raises:
            IdentityError: nobody can be recognised; its type says why.
        """
        if not access_token:
            raise NotLinkedError
        key = hashlib.sha256(access_token.encode("utf-8", "surrogatepass")).hexdigest()
        known = self._memory.get(key)
        if known is None or self._now() >= known.fresh_until:
            known = self._ask_again(key, access_token, known)
        return known.customer

    def _ask_again(self, key: str, access_token: str, known: _Remembered | None) -> _Remembered:
        try:
            found = self._ask(access_token)
        except IdentityUnavailableError as trouble:
            _log(trouble)
            if known is None or self._now() >= known.usable_until:
                raise
            found = known.for_now(self._now() + self.ASKED_AGAIN_AFTER)
        except IdentityError as refusal:
            _log(refusal)
            self._memory.drop(key)
            raise
        self._memory.keep(key, found)
        return found

    def _ask(self, access_token: str) -> _Remembered:
        token = self._verifier.verify(access_token) if self._verifier else None
        profile = self._provider.userinfo(access_token)
        if token and token.sub != profile["sub"]:
            raise WrongTokenError("the profile belongs to somebody else")
        customer = Customer.from_claims(profile)
        now = self._now()
        usable_until = token.expires if token else now + self.REMEMBERED_FOR
        unconfirmed = customer.email and not customer.email_verified
        lasts = self.ASKED_AGAIN_AFTER if unconfirmed else self.REMEMBERED_FOR
        return _Remembered(customer, min(now + lasts, usable_until), usable_until)


@dataclass(frozen=True, slots=True)
class _Remembered:
    customer: Customer
    fresh_until: datetime
    usable_until: datetime
    """Until then it is better than nothing."""

    def for_now(self, until: datetime) -> _Remembered:
        return replace(self, fresh_until=min(until, self.usable_until))


class _Memory:
    """Customers by a hash of their token. Whoever was asked about longest ago makes room."""

    def __init__(self, room_for: int) -> None:
        self._room_for = room_for
        self._known: dict[str, _Remembered] = {}
        self._changing = threading.Lock()

    def get(self, key: str) -> _Remembered | None:
        return self._known.get(key)

    def keep(self, key: str, found: _Remembered) -> None:
        with self._changing:
            self._known.pop(key, None)
            self._known[key] = found
            if len(self._known) > self._room_for:
                del self._known[next(iter(self._known))]

    def drop(self, key: str) -> None:
        with self._changing:
            self._known.pop(key, None)


def _log(refusal: IdentityError) -> None:
    mistaken = isinstance(refusal, WrongTokenError | MissingScopeError)
    logger.log(
        logging.ERROR if mistaken else logging.WARNING,
        "customer not recognised",
        extra={"refusal": type(refusal).__name__, "reason": str(refusal)},
    )


def spoken_name(value: object) -> str | None:
    """What to call a person, on one line; Auth0 gives the nameless their address as a name."""
    if not isinstance(value, str):
        return None
    name = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return name if name and "@" not in name and len(name) <= LONGEST_NAME else None


def mail_address(value: object) -> str | None:
    """An address that can be written to as it stands: one that was mended is another's."""
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS or not value.isprintable():
        return None
    return value if _ADDRESS.fullmatch(value) else None


def _phone(claims: Claims) -> str | None:
    number = claims.get("phone_number")
    confirmed = claims.get("phone_number_verified") is True and isinstance(number, str)
    return number if confirmed and _E164.fullmatch(str(number)) else None
