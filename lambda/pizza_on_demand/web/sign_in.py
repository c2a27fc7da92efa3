"""Signing in and out of the order page."""

from __future__ import annotations

import logging
import re

from flask import Response, make_response, redirect, request

from pizza_on_demand.customers import AccountBlockedError, IdentityUnavailableError
from pizza_on_demand.sign_ins import LoginPage, SignInError, SignInLostError
from pizza_on_demand.web.pages.rendering import page, refused
from pizza_on_demand.web.refusals import refusal_of
from pizza_on_demand.web.sessions import Sessions

logger = logging.getLogger(__name__)

HOME = "/orders"

_OWN_PATH = re.compile(r"/(?![/\\])[\w\-./~%?=&]*", re.ASCII)
"""A path on this site: browsers read "//host" and "/\\host" as another one's."""


class SignIn:
    """Sends browsers to the login page, and takes them in when they come back.

    Args:
        origin: where our pages are, such as "https://order.pizza.example".
    """

    def __init__(self, login_page: LoginPage, sessions: Sessions, *, origin: str) -> None:
        self._login_page = login_page
        self._sessions = sessions
        self._origin = origin

    def sign_in(self) -> Response:
        """Go to the login page."""
        url, attempt = self._login_page.begin()
        response = make_response(redirect(url, 303))
        self._sessions.begin_attempt(response, attempt, own_path(request.args.get("return_to")))
        return response

    def callback(self) -> Response:
        """Come back from the login page."""
        known = self._sessions.attempt()
        try:
            if known is None:
                raise SignInLostError
            attempt, return_to = known
            answer = f"{self._origin}/callback?{request.query_string.decode('ascii', 'replace')}"
            claims = self._login_page.finish(attempt, answer)
        except (SignInError, AccountBlockedError, IdentityUnavailableError) as error:
            response = _refusal(error)
            self._sessions.end_attempt(response)
            return response
        response = make_response(redirect(return_to, 303))
        self._sessions.begin(response, claims)
        return response

    def sign_out(self) -> Response:
        """Forget who was signed in, here and at the login page."""
        leave = self._login_page.leave(f"{self._origin}/", self._sessions.id_at_login_page())
        response = make_response(redirect(leave, 303))
        self._sessions.end(response)
        return response


def own_path(path: str | None) -> str:
    """The path if it is one on this site, or the way home: nobody is led elsewhere by us."""
    return path if path and _OWN_PATH.fullmatch(path) else HOME


def _refusal(error: Exception) -> Response:
    logger.warning("nobody signed in", extra={"refusal": type(error).__name__})
    if isinstance(error, SignInLostError):
        return page("sign_in_lost", 400)
    if isinstance(error, AccountBlockedError):
        return refused(refusal_of(error))
    if isinstance(error, IdentityUnavailableError):
        return page("unavailable", 503)
    return page("sign_in_refused", 403)
