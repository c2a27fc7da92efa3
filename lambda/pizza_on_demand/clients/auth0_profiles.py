"""Profiles for tokens that Auth0's own /userinfo does not take: those signed with HS256.

https://auth0.com/docs/get-started/apis/api-settings#token-settings
"""

from __future__ import annotations

from typing import Any

from pizza_on_demand.clients.auth0_management import ManagementApi
from pizza_on_demand.customers import AccountBlockedError, Claims, TokenVerifier

_CLAIMS = {
    "profile": {"given_name": "given_name", "nickname": "nickname"},
    "email": {"email": "email", "email_verified": "email_verified"},
    "phone": {"phone_number": "phone_number", "phone_number_verified": "phone_verified"},
}
"""What each scope tells (OpenID Connect Core 1.0, section 5.4), and its name in the API."""

_FIELDS = ("blocked", *(field for claims in _CLAIMS.values() for field in claims.values()))


class ProfilesFromManagement:
    """An identity provider that looks customers up by the subject of their token.

    The Management API tells everything of everybody, so the scopes of the token decide
    here what its holder has allowed us to know.

    Args:
        verifier: tells good tokens from others: nothing else does here.
    """

    def __init__(self, management: ManagementApi, verifier: TokenVerifier) -> None:
        self._management = management
        self._verifier = verifier

    def userinfo(self, access_token: str) -> Claims:
        """The profile of the customer whom *access_token* stands for, with its "sub".

        Raises:
            IdentityError: the token is not good, or its user is gone; the type says why.
            AccountBlockedError: the account is closed.
            IdentityUnavailableError: no answer in time, or none with a user in it.
        """
        token = self._verifier.verify(access_token)
        user = self._management.user(token.sub, *_FIELDS)
        if user.get("blocked") is True:
            raise AccountBlockedError
        return {"sub": token.sub} | _allowed(user, token.scopes)


def _allowed(user: dict[str, Any], scopes: frozenset[str]) -> dict[str, Any]:
    """What these scopes tell of a user, under the names that OpenID Connect gives it."""
    names = {name: at for scope in scopes for name, at in _CLAIMS.get(scope, {}).items()}
    return {name: user[at] for name, at in names.items() if at in user}
