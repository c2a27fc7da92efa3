"""GET /authorize and the pages after it: where customers sign in and grant."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import Response, make_response, redirect, render_template, request

from simulator.tenant.authorization import CONNECTIONS, AuthorizationRequest, ReturnAddress
from simulator.tenant.errors import AuthorizationError, PageError

if TYPE_CHECKING:
    from simulator.tenant.accounts import Account
    from simulator.tenant.tenant import Tenant

#: Auth0's name for the cookie that keeps a browser signed in.
COOKIE = "auth0"


class Login:
    """Universal Login. It needs no JavaScript, so scripts and browsers see the same.

    /authorize keeps the request and sends the browser to the login page under a
    one-time `state` of the tenant's own, as Auth0 does; the application's `state`
    travels with the kept request.
    """

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._waiting: dict[str, AuthorizationRequest] = {}

    def authorize(self) -> Response:
        """Take an authorization request (RFC 6749, section 4.1.1).

        Raises:
            PageError: client or redirect URI are not to be trusted.
        """
        back = ReturnAddress.of(request.values, self._tenant)
        try:
            asked = AuthorizationRequest.of(back, request.values, self._tenant)
            return self._silently(asked) or self._login_page(asked)
        except AuthorizationError as error:
            return _refuse(back, error)

    def page(self) -> str:
        """Show the login page."""
        asked = self._asked()
        return self._form(asked, identifier=asked.login_hint or "", wrong=False)

    def sign_in(self) -> Response:
        """Check e-mail address and password; wrong ones show the page again, with 400."""
        asked = self._asked()
        identifier = request.form.get("username", "")
        account = self._tenant.accounts.sign_in(identifier, request.form.get("password", ""))
        if account is None:
            return make_response(self._form(asked, identifier=identifier, wrong=True), 400)
        return self._finish(asked, account)

    def people(self) -> str:
        """Show who there is, in place of the page of Google or Apple."""
        self._asked()
        provider = CONNECTIONS.get(request.args.get("connection", ""), "another provider")
        return render_template(
            "people.html", accounts=self._tenant.accounts, provider=provider, state=_state()
        )

    def choose(self) -> Response:
        """Sign in as the chosen account."""
        account = self._tenant.accounts.get(request.form.get("account", ""))
        if account is None:
            raise PageError(400, "invalid_request", "There is no such account")
        return self._finish(self._asked(), account)

    def logout(self) -> Response:
        """End the session and go to `returnTo`, if it is an allowed logout URL.

        https://auth0.com/docs/authenticate/login/logout/redirect-users-after-logout

        Raises:
            PageError: it is not. The session has ended all the same.
        """
        self._tenant.sessions.end(request.cookies.get(COOKIE))
        url = request.args.get("returnTo")
        if url is None:
            return Response("OK", mimetype="text/plain")
        if url not in self._logout_urls(request.args.get("client_id")):
            raise PageError(
                400,
                "invalid_request",
                f'The "returnTo" querystring parameter "{url}" is not defined '
                'as a valid URL in "Allowed Logout URLs"',
            )
        return _redirect(url)

    def _logout_urls(self, client_id: str | None) -> set[str]:
        applications = self._tenant.applications
        asked = applications.values() if client_id is None else [applications.get(client_id)]
        return {url for application in asked if application for url in application.logout_urls}

    def _silently(self, asked: AuthorizationRequest) -> Response | None:
        """Answer for who is signed in already, unless `prompt` forbids it."""
        account = self._tenant.sessions.find(request.cookies.get(COOKIE))
        if account is not None and asked.prompt != "login":
            return _redirect(self._granted(asked, account))
        if asked.prompt == "none":
            raise AuthorizationError("login_required", "Login required")
        return None

    def _login_page(self, asked: AuthorizationRequest) -> Response:
        state = secrets.token_urlsafe(24)
        self._waiting[state] = asked
        if asked.connection in {None, "pod-db"}:
            return _redirect(f"/u/login?state={state}")
        return _redirect(f"/u/people?state={state}&connection={asked.connection}")

    def _form(self, asked: AuthorizationRequest, *, identifier: str, wrong: bool) -> str:
        return render_template(
            "login.html",
            application=asked.back.application.name,
            names=self._tenant.accounts,
            identifier=identifier,
            state=_state(),
            wrong=wrong,
        )

    def _asked(self) -> AuthorizationRequest:
        try:
            return self._waiting[_state()]
        except KeyError:
            raise PageError(
                400, "invalid_request", "This login page has expired. Please start again."
            ) from None

    def _finish(self, asked: AuthorizationRequest, account: Account) -> Response:
        del self._waiting[_state()]
        try:
            response = _redirect(self._granted(asked, account))
        except AuthorizationError as error:
            return _refuse(asked.back, error)
        cookie = self._tenant.sessions.begin(account)
        response.set_cookie(COOKIE, cookie, httponly=True, samesite="Lax")
        return response

    def _granted(self, asked: AuthorizationRequest, account: Account) -> str:
        """The redirect with the code, or with the token of an implicit grant."""
        grant = asked.grant(account)
        if asked.response_type == "code":
            ledger = self._tenant.ledger
            code = ledger.issue_code(grant, asked.back.redirect_uri, asked.challenge)
            return asked.back.url(code=code)
        token = self._tenant.tokens.access_token(grant, request.host_url, browser=True)
        return asked.back.url(
            access_token=token.value,
            token_type="Bearer",
            expires_in=str(int(token.lifetime.total_seconds())),
            scope=grant.scope,
        )


def _state() -> str:
    return request.values.get("state", "")


def _refuse(back: ReturnAddress, error: AuthorizationError) -> Response:
    return _redirect(back.url(error=error.error, error_description=error.description))


def _redirect(url: str) -> Response:
    return make_response(redirect(url))
