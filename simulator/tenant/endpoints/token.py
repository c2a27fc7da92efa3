"""POST /oauth/token and /oauth/revoke: where applications get tokens and give them up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flask import Response, jsonify, request

from simulator.tenant.applications import Application, authenticate
from simulator.tenant.errors import InvalidGrantError, TokenError
from simulator.tenant.grants import Grant

if TYPE_CHECKING:
    from simulator.tenant.tenant import Tenant

#: What a grant handler gives: the grant, and a refresh token to hand out with it.
Granted = tuple[Grant, str | None]


class TokenEndpoint:
    """The token endpoint's grants, each under the name it is asked for by."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._handlers: dict[str, Callable[[Application, Mapping[str, str]], Granted]] = {
            "authorization_code": self._authorization_code,
            "refresh_token": self._refresh_token,
        }

    def token(self) -> Response:
        """Answer with an access token, and what else was granted (RFC 6749, section 5).

        Raises:
            TokenError: anything that Auth0 would refuse.
        """
        parameters = _parameters()
        grant_type = _required(parameters, "grant_type")
        application = authenticate(self._tenant.applications, parameters, request.authorization)
        handler = self._handlers.get(grant_type)
        if handler is None:
            raise TokenError(403, "unsupported_grant_type", f"Unsupported grant type: {grant_type}")
        if grant_type not in application.grant_types:
            raise _not_allowed(grant_type)
        grant, refresh_token = handler(application, parameters)
        if grant.account.blocked:
            raise InvalidGrantError("user is blocked")
        tokens = self._tenant.tokens
        return jsonify(tokens.answer(grant, request.host_url, refresh_token))

    def revoke(self) -> Response:
        """Revoke a refresh token and its grant; an unknown one too is 200 (RFC 7009)."""
        parameters = _parameters()
        application = authenticate(self._tenant.applications, parameters, request.authorization)
        token = _required(parameters, "token")
        self._tenant.ledger.revoke_refresh_token(token, application)
        return Response(status=200)

    def _authorization_code(
        self, application: Application, parameters: Mapping[str, str]
    ) -> Granted:
        ledger = self._tenant.ledger
        grant = ledger.redeem_code(
            _required(parameters, "code"),
            application=application,
            redirect_uri=parameters.get("redirect_uri"),
            verifier=parameters.get("code_verifier"),
        )
        offline = grant.has("offline_access") and "refresh_token" in application.grant_types
        return grant, ledger.issue_refresh_token(grant) if offline else None

    def _refresh_token(self, application: Application, parameters: Mapping[str, str]) -> Granted:
        return self._tenant.ledger.redeem_refresh_token(
            _required(parameters, "refresh_token"),
            application=application,
            rotate=self._tenant.rotate_refresh_tokens,
        )


def _parameters() -> Mapping[str, str]:
    """The request's body, sent as a form or as JSON: Auth0 takes both."""
    body = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(body, dict):
        raise TokenError(400, "invalid_request", "Invalid request payload JSON format")
    return {name: value for name, value in body.items() if isinstance(value, str)}


def _required(parameters: Mapping[str, str], name: str) -> str:
    if not parameters.get(name):
        raise TokenError(400, "invalid_request", f"Missing required parameter: {name}")
    return parameters[name]


def _not_allowed(grant_type: str) -> TokenError:
    return TokenError(
        403,
        "unauthorized_client",
        f"Grant type '{grant_type}' not allowed for the client.",
        uri="https://auth0.com/docs/clients/client-grant-types",
    )
