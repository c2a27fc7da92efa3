"""GET /oidc/logout and the older GET /v2/logout: where a browser's session ends."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import jwt
from flask import Response, make_response, redirect, render_template, request

from simulator.tenant.errors import PageError
from simulator.tenant.sessions import COOKIE

if TYPE_CHECKING:
    from simulator.tenant.tenant import Tenant


class Logout:
    """Signing out at the tenant, after the application has signed out itself.

    https://auth0.com/docs/authenticate/login/logout/log-users-out-of-auth0
    """

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._waiting: dict[str, str | None] = {}

    def oidc(self) -> Response:
        """End the session (OpenID Connect RP-Initiated Logout 1.0).

        Who does not say whose session it is may be another site that wants to annoy:
        the customer is asked first.

        Raises:
            PageError: the hints contradict each other, or the URL is not an allowed one.
        """
        asked = LogoutRequest.of(request.values, self._tenant, request.host_url)
        session = self._tenant.sessions.find(request.cookies.get(COOKIE))
        if session is None or session.sid == asked.sid:
            return self._leave(asked.url)
        state = secrets.token_urlsafe(24)
        self._waiting[state] = asked.url
        return make_response(render_template("logout.html", state=state))

    def confirm(self) -> Response:
        """End the session: the customer said so."""
        try:
            url = self._waiting.pop(request.form.get("state", ""))
        except KeyError:
            raise PageError(400, "invalid_request", "This page has expired.") from None
        return self._leave(url)

    def legacy(self) -> Response:
        """End the session, whoever asks.

        https://auth0.com/docs/authenticate/login/logout/redirect-users-after-logout

        Raises:
            PageError: `returnTo` is not an allowed URL. The session has ended all the same.
        """
        self._tenant.sessions.end(request.cookies.get(COOKIE))
        url, client_id = request.args.get("returnTo"), request.args.get("client_id")
        return self._leave(_destination("returnTo", url, client_id, self._tenant))

    def _leave(self, url: str | None) -> Response:
        self._tenant.sessions.end(request.cookies.get(COOKIE))
        return make_response(redirect(url)) if url else Response("OK", mimetype="text/plain")


@dataclass(frozen=True)
class LogoutRequest:
    """What an application asks when it sends a browser here."""

    url: str | None
    """Where the browser goes afterwards."""
    sid: str | None
    """Whose session shall end."""

    @classmethod
    def of(cls, parameters: Mapping[str, str], tenant: Tenant, issuer: str) -> LogoutRequest:
        """Read it from the parameters.

        Raises:
            PageError: see `Logout.oidc`.
        """
        claims = _claims(parameters.get("id_token_hint"), tenant, issuer)
        client_id = _agreed("client_id", parameters.get("client_id"), claims.get("aud"))
        sid = _agreed("logout_hint", parameters.get("logout_hint"), claims.get("sid"))
        name = "post_logout_redirect_uri"
        url = _destination(name, parameters.get(name), client_id, tenant)
        if url and "state" in parameters:
            url += ("&" if "?" in url else "?") + urlencode({"state": parameters["state"]})
        return cls(url, sid)


def _claims(hint: str | None, tenant: Tenant, issuer: str) -> dict[str, Any]:
    """Read the ID token: it may have expired, but must be the tenant's own."""
    if hint is None:
        return {}
    try:
        return tenant.keys.claims(hint, audience=None, issuer=issuer)
    except jwt.PyJWTError:
        raise PageError(400, "invalid_request", "The id_token_hint is invalid") from None


def _agreed(name: str, given: str | None, hinted: str | None) -> str | None:
    if given is not None and hinted is not None and given != hinted:
        raise PageError(400, "invalid_request", f"The {name} does not match the id_token_hint")
    return given if given is not None else hinted


def _destination(
    parameter: str, url: str | None, client_id: str | None, tenant: Tenant
) -> str | None:
    """The URL, if it is allowed; without one, the first that the application allows."""
    allowed = _allowed(client_id, tenant)
    if url is None:
        return next(iter(allowed), None) if client_id is not None else None
    if url not in allowed:
        raise PageError(
            400,
            "invalid_request",
            f'The "{parameter}" querystring parameter "{url}" is not defined '
            'as a valid URL in "Allowed Logout URLs"',
        )
    return url


def _allowed(client_id: str | None, tenant: Tenant) -> list[str]:
    if client_id is None:
        return tenant.logout_urls
    try:
        return tenant.applications[client_id].logout_urls
    except KeyError:
        raise PageError(400, "invalid_request", f"Unknown client: {client_id}") from None
