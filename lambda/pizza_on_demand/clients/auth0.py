"""The identity client: Auth0's /userinfo and JWKS over one kept-alive connection."""

from __future__ import annotations

import re
from typing import Any

from pizza_on_demand.clients.auth0_transport import Answer, Auth0Transport
from pizza_on_demand.customers import (
    AccountBlockedError,
    Claims,
    IdentityError,
    IdentityUnavailableError,
    LinkExpiredError,
    MissingScopeError,
    WrongTokenError,
)

_BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,16384}=*")
"""What may stand in an Authorization header (RFC 6750, section 2.1)."""


class Auth0Client:
    """Asks an Auth0 tenant.

    Args:
        origin: the tenant, such as "https://pizza.eu.auth0.com".
        patience: seconds that one answer may take from beginning to end.
    """

    def __init__(self, origin: str, *, patience: float = 3.0) -> None:
        self._tenant = Auth0Transport(origin, patience=patience)

    def userinfo(self, access_token: str) -> Claims:
        """The profile of the customer whom *access_token* stands for, with its "sub".

        https://auth0.com/docs/api/authentication/user-profile/get-user-info

        Raises:
            LinkExpiredError: the token is not, or no longer, good.
            AccountBlockedError: the account is closed.
            MissingScopeError: the token was not issued for profiles.
            WrongTokenError: no bearer token looks like this.
            IdentityUnavailableError: no answer in time, or none that makes sense.
        """
        if not _BEARER_TOKEN.fullmatch(access_token):
            raise WrongTokenError("no bearer token (RFC 6750, section 2.1)")
        answer = self._tenant.get("/userinfo", bearer=access_token)
        if answer.status in (401, 403):
            raise _refusal(answer)
        subject = answer.body.get("sub")
        if answer.status != 200 or not isinstance(subject, str) or not subject:
            raise IdentityUnavailableError(f"{answer.status} without a profile")
        return answer.body

    def jwks(self) -> dict[str, Any]:
        """The tenant's signing keys as a JSON Web Key Set (RFC 7517).

        Raises:
            IdentityUnavailableError: no answer in time, or none that makes sense.
        """
        answer = self._tenant.get("/.well-known/jwks.json")
        if answer.status != 200 or not isinstance(answer.body.get("keys"), list):
            raise IdentityUnavailableError(f"{answer.status} without keys")
        return answer.body


def _refusal(answer: Answer) -> IdentityError:
    if answer.body.get("error_description") == "user is blocked":
        return AccountBlockedError()
    if answer.status == 401:
        return LinkExpiredError()
    # RFC 6750, section 3.1. A 403 with any other reason is a firewall's, not Auth0's.
    reasons = (answer.body.get("error"), *re.findall(r'error="(\w+)"', answer.challenge))
    if "insufficient_scope" in reasons:
        return MissingScopeError("openid")
    return IdentityUnavailableError("403")
