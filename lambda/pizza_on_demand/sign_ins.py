"""Signing in on a web page.

SignInError
├── SignInRefusedError  the login page let nobody in
└── SignInLostError     the answer does not belong to the attempt, or was used before
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from pizza_on_demand.customers import Claims


class SignInError(Exception):
    """Nobody is signed in by this."""


class SignInRefusedError(SignInError):
    """The login page let nobody in; the text is its reason, for the log."""


class SignInLostError(SignInError):
    """The answer does not belong to the attempt, or was used before."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the browser that asked keeps, and nobody else can know."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class LoginPage(Protocol):
    """Where customers sign in."""

    def begin(self) -> tuple[str, Attempt]:
        """The address to go to, and what the answer is checked against."""

    def finish(self, attempt: Attempt, answer: str) -> Claims:
        """The profile of whoever signed in; raises SignInError and IdentityError.

        Args:
            answer: the address that the login page sent the browser back to.
        """

    def leave(self, back_to: str, session_id: str | None) -> str:
        """The address that signs the browser out, and sends it back.

        Args:
            session_id: the "sid" of the profile, if it had one.
        """
