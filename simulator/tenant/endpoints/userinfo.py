"""GET /userinfo: the profile of whoever an access token stands for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Response, jsonify, request

from simulator.tenant.errors import BearerError, TooManyRequestsError, UserBlockedError
from simulator.tenant.limits import RateLimit

if TYPE_CHECKING:
    from simulator.tenant.tenant import Tenant


class UserInfo:
    """The endpoint with its rate limit: ten requests at once, five a minute, per user.

    https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
    """

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._limit = RateLimit(tenant.clock, burst=10, refill=timedelta(minutes=1) / 5)

    def userinfo(self) -> Response:
        """Answer with the claims that the token's scopes allow."""
        header = request.authorization
        if header is None or header.type != "bearer" or not header.token:
            raise BearerError
        grant = self._tenant.tokens.bearer(header.token, request.host_url)
        if grant.account.blocked:
            raise UserBlockedError
        allowance = self._limit.take(grant.account.sub)
        if not allowance.allowed:
            raise TooManyRequestsError(allowance.headers())
        response = jsonify(grant.account.claims(grant.scope))
        response.headers.update(allowance.headers())
        return response
