"""POST /oauth/token and /oauth/revoke: where applications get tokens and give them up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request

from simulator.tenant.applications import PASSWORDLESS_OTP, Application, authenticate
from simulator.tenant.authorization import granted_scope
from simulator.tenant.errors import InvalidGrantError, TokenError
from simulator.tenant.grants import Grant
from simulator.tenant.tokens import management_audience

if TYPE_CHECKING:
    from simulator.tenant.applications import Api
    from simulator.tenant.tenant import Tenant

#: The body of a good answer.
Answer = dict[str, Any]


class TokenEndpoint:
    """The token endpoint's grants, each under the name it is asked for by."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._handlers: dict[str, Callable[[Application, Mapping[str, str]], Answer]] = {
            "authorization_code": self._authorization_code,
            "refresh_token": self._refresh_token,
            PASSWORDLESS_OTP: self._passwordless_otp,
            "client_credentials": self._client_credentials,
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
        return jsonify(handler(application, parameters))

    def revoke(self) -> Response:
        """Revoke a refresh token and its grant; an unknown one too is 200 (RFC 7009)."""
        parameters = _parameters()
        application = authenticate(self._tenant.applications, parameters, request.authorization)
        token = _required(parameters, "token")
        self._tenant.ledger.revoke_refresh_token(token, application)
        return Response(status=200)

    def _authorization_code(
        self, application: Application, parameters: Mapping[str, str]
    ) -> Answer:
        grant = self._tenant.ledger.redeem_code(
            _required(parameters, "code"),
            application=application,
            redirect_uri=parameters.get("redirect_uri"),
            verifier=parameters.get("code_verifier"),
        )
        return self._signed_in(grant)

    def _refresh_token(self, application: Application, parameters: Mapping[str, str]) -> Answer:
        grant, refresh_token = self._tenant.ledger.redeem_refresh_token(
            _required(parameters, "refresh_token"),
            application=application,
            rotate=self._tenant.rotate_refresh_tokens,
            overlap=self._tenant.rotation_overlap,
        )
        return self._answer(grant, refresh_token)

    def _passwordless_otp(self, application: Application, parameters: Mapping[str, str]) -> Answer:
        """https://auth0.com/docs/api/authentication/passwordless/authenticate-user"""
        passwordless = self._tenant.passwordless
        connection = passwordless.connections.get(_required(parameters, "realm"))
        if connection is None:
            raise TokenError(403, "invalid_request", "the connection was not found")
        address = connection.normal(_required(parameters, "username"))
        api = self._api(parameters.get("audience"))
        user = passwordless.redeem(connection, address, application, _required(parameters, "otp"))
        scope = granted_scope(parameters.get("scope", ""), api)
        return self._signed_in(Grant(user, application, scope, api))

    def _client_credentials(
        self, application: Application, parameters: Mapping[str, str]
    ) -> Answer:
        """Only for the Management API: no other has an application of its own here."""
        audience = _required(parameters, "audience")
        if audience != management_audience(request.host_url) or not application.client_grant:
            raise TokenError(
                403,
                "access_denied",
                f'Client is not authorized to access "{audience}". You need to create a '
                '"client-grant" associated to this API. '
                "See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants",
            )
        scope = " ".join(sorted(application.client_grant))
        tokens = self._tenant.tokens
        return tokens.management_answer(application.client_id, scope, request.host_url)

    def _api(self, audience: str | None) -> Api | None:
        if not audience:
            return None
        try:
            return self._tenant.apis[audience]
        except KeyError:
            raise TokenError(403, "access_denied", f"Service not found: {audience}") from None

    def _signed_in(self, grant: Grant) -> Answer:
        """The answer to a fresh login, with a refresh token where one was asked for."""
        offline = grant.has("offline_access") and "refresh_token" in grant.application.grant_types
        ledger = self._tenant.ledger
        return self._answer(grant, ledger.issue_refresh_token(grant) if offline else None)

    def _answer(self, grant: Grant, refresh_token: str | None) -> Answer:
        if grant.account.blocked:
            raise InvalidGrantError("user is blocked")
        answer = self._tenant.tokens.answer(grant, request.host_url, refresh_token)
        if not self._tenant.tells_expiry:
            del answer["expires_in"]
        return answer


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
