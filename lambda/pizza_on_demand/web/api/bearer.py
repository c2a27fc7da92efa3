"""Who asks: the bearer token of a request, and what a refusal says of it (RFC 6750)."""

from __future__ import annotations

import logging

from flask import request

from pizza_on_demand.customers import (
    Customer,
    Customers,
    IdentityError,
    LinkExpiredError,
    MissingScopeError,
    NotLinkedError,
    TokenVerifier,
    WrongTokenError,
)

logger = logging.getLogger(__name__)

READ = "read:orders"
WRITE = "write:orders"


class NotSetUpError(Exception):
    """This deployment cannot tell tokens that were made for it from any others."""


class Bearers:
    """Recognises the customers whose access tokens programs send along.

    Args:
        customers: knows who stands behind a good token.
        verifier: tells which tokens are good, and what they allow.
    """

    def __init__(self, customers: Customers, verifier: TokenVerifier) -> None:
        self._customers = customers
        self._verifier = verifier

    def customer(self, scope: str) -> Customer:
        """Who asks.

        Args:
            scope: what the token must allow for this.

        Raises:
            IdentityError: nobody who may; the type says why.
        """
        token = _token()
        try:
            good = self._verifier.verify(token)
            if scope not in good.scopes:
                raise MissingScopeError(scope)
        except IdentityError as refusal:
            kind, why = type(refusal).__name__, str(refusal)
            logger.info("no good bearer token", extra={"refusal": kind, "reason": why})
            raise
        return self._customers.recognize(token)


class Nobody:
    """Recognises nobody, in a deployment whose tokens are opaque.

    An opaque token does not show whom it was made for: any application that customers
    have signed in to could order in their name with the one that it was given.
    """

    def customer(self, scope: str) -> Customer:
        """Nobody.

        Raises:
            NotSetUpError: always.
        """
        raise NotSetUpError


def challenge(error: Exception) -> str | None:
    """The WWW-Authenticate header that belongs to a refusal, if one does.

    Without a token it names no error (RFC 6750, section 3.1).
    """
    match error:
        case NotLinkedError():
            return 'Bearer realm="orders"'
        case LinkExpiredError() | WrongTokenError():
            return 'Bearer realm="orders", error="invalid_token"'
        case MissingScopeError():
            return f'Bearer realm="orders", error="insufficient_scope", scope="{error.scope}"'
    return None


def _token() -> str:
    try:
        header = request.authorization
    except ValueError:  # Werkzeug reads Basic ones too, and stumbles over what is not ASCII.
        raise NotLinkedError from None
    if header is None or header.type != "bearer":
        raise NotLinkedError
    return header.token or ""
