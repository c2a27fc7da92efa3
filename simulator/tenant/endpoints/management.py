"""The Management API: the users, for skills, and what is registered, for who deploys them.

https://auth0.com/docs/api/management/v2/users/get-users-by-id
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jwt
from flask import Response, jsonify, request

from simulator.tenant import configuration
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
        self._admit("read:users")
        accounts = self._tenant.accounts.values()
        account = next((known for known in accounts if known.sub == user_id), None)
        if account is None:
            raise ManagementError(404, "Not Found", "The user does not exist.", "inexistent_user")
        return jsonify(_selected(_profile(account)))

    def application(self, client_id: str) -> Response:
        """Answer with an application; raises ManagementError as above."""
        self._admit("read:clients")
        known = self._tenant.applications.get(client_id)
        if known is None:
            raise ManagementError(
                404, "Not Found", "The client does not exist", "inexistent_client"
            )
        return jsonify(configuration.application(self._tenant, known))

    def api(self, identifier: str) -> Response:
        """Answer with an API, by its identifier; raises ManagementError as above."""
        self._admit("read:resource_servers")
        known = self._tenant.apis.get(identifier)
        if known is None:
            raise ManagementError(404, "Not Found", "The resource server does not exist")
        return jsonify(configuration.api(known))

    def client_grants(self) -> Response:
        """Answer with what the application `client_id` may do; raises ManagementError as above."""
        self._admit("read:client_grants")
        known = self._tenant.applications.get(request.args.get("client_id", ""))
        audience = management_audience(request.host_url)
        return jsonify(configuration.client_grants(known, audience) if known else [])

    def connections(self) -> Response:
        """Answer with the passwordless connections; raises ManagementError as above."""
        self._admit("read:connections")
        known = self._tenant.passwordless.connections
        return jsonify([configuration.connection(name, one) for name, one in known.items()])

    def _admit(self, scope: str) -> None:
        self._check(scope)
        if not self._limit.take("").allowed:
            raise ManagementError(
                429, "Too Many Requests", "Global limit has been reached", "too_many_requests"
            )

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
