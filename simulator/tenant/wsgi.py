"""The tenant's routes, and the form in which each kind of error is answered."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, make_response, render_template

from simulator.tenant.endpoints.login import Login
from simulator.tenant.endpoints.logout import Logout
from simulator.tenant.endpoints.management import Management
from simulator.tenant.endpoints.metadata import Metadata
from simulator.tenant.endpoints.passwordless import Passwordless
from simulator.tenant.endpoints.token import TokenEndpoint
from simulator.tenant.endpoints.userinfo import UserInfo
from simulator.tenant.errors import (
    BearerError,
    ManagementError,
    PageError,
    TokenError,
    TooManyRequestsError,
    UserBlockedError,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from simulator.tenant.tenant import Tenant


def create_app(tenant: Tenant, turn: threading.RLock) -> WSGIApplication:
    """Build the tenant's Flask application, with its requests taking turns on a lock."""
    app = Flask(__name__)
    app.url_map.merge_slashes = False  # The Management API has identifiers like https://… in paths.
    _route(app, tenant)
    app.register_error_handler(TokenError, _token_error)
    app.register_error_handler(PageError, _error_page)
    app.register_error_handler(BearerError, _bearer_error)
    app.register_error_handler(UserBlockedError, _user_blocked)
    app.register_error_handler(TooManyRequestsError, _too_many_requests)
    app.register_error_handler(ManagementError, _management_error)
    app.after_request(_not_to_be_kept)
    return _InTurn(app, turn)


def _route(app: Flask, tenant: Tenant) -> None:
    login, logout = Login(tenant), Logout(tenant)
    metadata, token, management = Metadata(tenant), TokenEndpoint(tenant), Management(tenant)
    get, post, both = ["GET"], ["POST"], ["GET", "POST"]
    for path, view, methods in (
        ("/authorize", login.authorize, both),
        ("/u/login", login.page, get),
        ("/u/login", login.sign_in, post),
        ("/u/people", login.people, get),
        ("/u/people", login.choose, post),
        ("/oidc/logout", logout.oidc, both),
        ("/u/logout", logout.confirm, post),
        ("/v2/logout", logout.legacy, get),
        ("/oauth/token", token.token, post),
        ("/oauth/revoke", token.revoke, post),
        ("/passwordless/start", Passwordless(tenant).start, post),
        ("/userinfo", UserInfo(tenant).userinfo, both),
        ("/api/v2/users/<user_id>", management.user, get),
        ("/api/v2/clients/<client_id>", management.application, get),
        ("/api/v2/resource-servers/<path:identifier>", management.api, get),
        ("/api/v2/client-grants", management.client_grants, get),
        ("/api/v2/connections", management.connections, get),
        ("/.well-known/openid-configuration", metadata.discovery, get),
        ("/.well-known/jwks.json", metadata.jwks, get),
    ):
        app.add_url_rule(path, f"{path} {methods[0]}", view, methods=methods)


@dataclass(frozen=True)
class _InTurn:
    """Lets one request after the other through: no state is ever seen half changed."""

    app: WSGIApplication
    turn: threading.RLock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self.turn:
            return self.app(environ, start_response)


def _token_error(error: TokenError) -> Response:
    body = {"error": error.error, "error_description": error.description}
    if error.uri:
        body["error_uri"] = error.uri
    return _with_status(jsonify(body), error.status)


def _error_page(error: PageError) -> Response:
    return make_response(render_template("error.html", error=error), error.status)


def _bearer_error(error: BearerError) -> Response:
    """Answer in plain text: the documented JSON body is not what Auth0 sends."""
    challenge = (
        f'Bearer realm="Users", error="{error.error}", error_description="{error.description}"'
    )
    headers = {"WWW-Authenticate": challenge}
    return Response("Unauthorized", 401, headers, mimetype="text/plain")


def _user_blocked(error: UserBlockedError) -> Response:
    body = {"error": error.error, "error_description": error.description}
    return _with_status(jsonify(body), 401)


def _too_many_requests(error: TooManyRequestsError) -> Response:
    response = jsonify(error=error.error, error_description=error.description)
    response.headers.update(error.headers)
    return _with_status(response, 429)


def _management_error(error: ManagementError) -> Response:
    body = {"statusCode": error.status, "error": error.error, "message": error.description}
    if error.code:
        body["errorCode"] = error.code
    return _with_status(jsonify(body), error.status)


def _not_to_be_kept(response: Response) -> Response:
    """Nothing a tenant says may be cached, except what says otherwise itself."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _with_status(response: Response, status: int) -> Response:
    response.status_code = status
    return response
