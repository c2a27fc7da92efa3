"""The one verb of the Management API that a skill may need: GET /api/v2/users/{id}.

https://auth0.com/docs/api/management/v2/users/get-users-by-id
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jwt
from flask import Response, jsonify, request

from simulator.tenant.errors import ManagementError
from simulator.tenant.limits import RateLimit
from simulator.tenant.tokens import management_audience

if TYPE_CHECKING:
    from simulator.tenant.accounts import Account
    from simulator.tenant.tenant import Tenant


class Management:
    """The API with the rate limit of the free plan: two requests a second."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._limit = RateLimit(tenant.clock, burst=2, refill=timedelta(seconds=0.5))

    def user(self, user_id: str) -> Response:
        """Answer with a user's profile, or with the `fields` of it that were asked for.

        Raises:
            ManagementError: the token is missing, not good, or not for this; there is no
                such user; or too many requests came.
        """
        self._check("read:users")
        if not self._limit.take("").allowed:
            raise ManagementError(
                429, "Too Many Requests", "Global limit has been reached", "too_many_requests"
            )
        accounts = self._tenant.accounts.values()
        account = next((known for known in accounts if known.sub == user_id), None)
        if account is None:
            raise ManagementError(404, "Not Found", "The user does not exist.", "inexistent_user")
        return jsonify(_selected(_profile(account)))

    def _check(self, scope: str) -> None:
        header = request.authorization
        if header is None or header.type != "bearer" or not header.token:
            raise ManagementError(401, "Unauthorized", "Missing authentication")
        audience = management_audience(request.host_url)
        try:
            claims = self._tenant.keys.claims(
                header.token, audience=audience, issuer=request.host_url
            )
        except jwt.PyJWTError:
            raise ManagementError(401, "Unauthorized", "Invalid token") from None
        if self._tenant.clock.now().timestamp() >= claims["exp"]:
            raise ManagementError(401, "Unauthorized", "Expired token received for JSON Web Token")
        if scope not in claims["scope"].split():
            raise ManagementError(
                403,
                "Forbidden",
                f"Insufficient scope, expected any of: {scope}",
                "insufficient_scope",
            )


def _profile(account: Account) -> dict[str, Any]:
    """A user as the Management API writes it: `phone_verified` and not OpenID Connect's name."""
    claims = account.claims("profile email")
    return {
        "user_id": claims.pop("sub"),
        **claims,
        "blocked": account.blocked,
        "phone_number": account.phone_number,
        "phone_verified": account.phone_number_verified,
        "user_metadata": account.user_metadata,
    }


def _selected(profile: dict[str, Any]) -> dict[str, Any]:
    fields = request.args.get("fields")
    if not fields:
        return profile
    included = request.args.get("include_fields", "true") == "true"
    return {
        name: value for name, value in profile.items() if (name in fields.split(",")) is included
    }
