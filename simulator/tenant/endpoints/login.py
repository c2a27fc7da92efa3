"""GET /authorize and the pages after it: where customers sign in and grant."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import Response, make_response, redirect, render_template, request

from simulator.tenant.authorization import CONNECTIONS, AuthorizationRequest, ReturnAddress
from simulator.tenant.errors import AuthorizationError, PageError
from simulator.tenant.sessions import COOKIE

if TYPE_CHECKING:
    from simulator.tenant.accounts import Account
    from simulator.tenant.sessions import Session
    from simulator.tenant.tenant import Tenant


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

    def _silently(self, asked: AuthorizationRequest) -> Response | None:
        """Answer for who is signed in already, unless `prompt` forbids it."""
        session = self._tenant.sessions.find(request.cookies.get(COOKIE))
        if session is not None and asked.prompt != "login":
            return _redirect(self._granted(asked, session))
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
        session = self._tenant.sessions.begin(account)
        try:
            response = _redirect(self._granted(asked, session))
        except AuthorizationError as error:
            return _refuse(asked.back, error)
        response.set_cookie(COOKIE, session.cookie, httponly=True, samesite="Lax")
        return response

    def _granted(self, asked: AuthorizationRequest, session: Session) -> str:
        """The redirect with the code, or with the token of an implicit grant."""
        grant = asked.grant(session)
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
