"""Who is signed in: a sealed cookie, and nothing kept on our side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Response, request

from pizza_on_demand.customers import Claims, Customer
from pizza_on_demand.seals import SealError, Seals
from pizza_on_demand.sign_ins import Attempt

LIVES = timedelta(hours=8)
ATTEMPT_LIVES = timedelta(minutes=10)

_KEPT = (
    "sub",
    "sid",
    "given_name",
    "nickname",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
)


class NotSignedInError(Exception):
    """The page is for customers who are signed in."""


class Sessions:
    """Remembers in the browser who is signed in, and who is about to be.

    Args:
        keys: secrets; the first seals, the others still open.
        secure: whether the page comes over https. Browsers do not agree on whether a
            Secure cookie may be kept for http on loopback; everywhere else it is a must.
        now: tells the time.
    """

    def __init__(self, keys: Sequence[str], *, secure: bool, now: Callable[[], datetime]) -> None:
        self._session = _Cookie(Seals(keys, "session", lives=LIVES, now=now), "session", secure)
        self._attempt = _Cookie(
            Seals(keys, "sign-in", lives=ATTEMPT_LIVES, now=now), "sign-in", secure
        )

    def customer(self) -> Customer:
        """Who asks.

        Raises:
            NotSignedInError: nobody we know.
        """
        claims = self._session.read()
        if claims is None:
            raise NotSignedInError
        return Customer.from_claims(claims)

    def id_at_login_page(self) -> str | None:
        """What the login page calls the session that began this one."""
        claims = self._session.read() or {}
        return claims.get("sid")

    def begin(self, response: Response, claims: Claims) -> None:
        """Remember who has signed in."""
        kept = {name: claims[name] for name in _KEPT if name in claims}
        self._session.write(response, kept)
        self._attempt.delete(response)

    def end(self, response: Response) -> None:
        """Forget who was signed in."""
        self._session.delete(response)

    def begin_attempt(self, response: Response, attempt: Attempt, return_to: str) -> None:
        """Remember what the login page's answer is checked against, and where to go then."""
        facts = {
            "state": attempt.state,
            "nonce": attempt.nonce,
            "verifier": attempt.verifier,
            "return_to": return_to,
        }
        self._attempt.write(response, facts)

    def attempt(self) -> tuple[Attempt, str] | None:
        """The attempt to sign in that is under way in this browser, and where to go then."""
        facts = self._attempt.read()
        if facts is None:
            return None
        return_to = facts.pop("return_to")
        return Attempt(**facts), return_to

    def end_attempt(self, response: Response) -> None:
        """Forget the attempt: an answer is good once."""
        self._attempt.delete(response)


class _Cookie:
    """A sealed cookie. Lax, because the login page leads back to us from another site."""

    def __init__(self, seals: Seals, name: str, secure: bool) -> None:
        self._seals = seals
        # Browsers take a cookie of that name from this host and over https only:
        # https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
        self._name = f"__Host-{name}" if secure else name
        self._secure = secure

    def read(self) -> dict[str, Any] | None:
        try:
            return self._seals.open(request.cookies.get(self._name, ""))
        except SealError:
            return None

    def write(self, response: Response, facts: dict[str, Any]) -> None:
        response.set_cookie(
            self._name,
            self._seals.seal(facts),
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )

    def delete(self, response: Response) -> None:
        response.delete_cookie(self._name, secure=self._secure, httponly=True, samesite="Lax")
