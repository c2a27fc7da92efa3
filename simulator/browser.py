"""A customer at the login page, for scripts: fills in the form as a browser would."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import requests

_PATIENCE_S = 5.0
_VOID = {"br", "hr", "img", "input", "wbr"}


class LoginError(Exception):
    """The login page did not let the customer in; the message is what it shows."""


def sign_in(url: str, *, username: str, password: str, until: tuple[str, ...]) -> str:
    """Open *url*, sign in, and give the address beginning like *until* that this leads to.

    Raises:
        LoginError: it leads to an error, or nowhere.
    """
    with _Browser(until) as browser:
        try:
            response = browser.get(url, timeout=_PATIENCE_S)
            if not response.is_redirect:
                form = _filled_in(response, username, password)
                response = browser.post(**form, timeout=_PATIENCE_S)
        except requests.RequestException:
            raise LoginError("the login page did not answer") from None
    if not response.is_redirect:
        raise LoginError(_LoginPage(response.text).alert or "the login page did not let them in")
    return response.headers["Location"]


def _filled_in(response: requests.Response, username: str, password: str) -> dict[str, Any]:
    """Where the login form goes, and what is in it."""
    page = _LoginPage(response.text)
    if page.action is None:
        raise LoginError(page.alert or "there is no login page")
    filled_in = page.fields | {page.username: username, page.password: password}
    return {"url": urljoin(response.url, page.action), "data": filled_in}


class _Browser(requests.Session):
    """Follows redirects, but not to addresses that begin like *until*."""

    def __init__(self, until: tuple[str, ...]) -> None:
        super().__init__()
        self._until = until

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target: str | None = super().get_redirect_target(resp)
        return None if target and target.startswith(self._until) else target


class _LoginPage(HTMLParser):
    """The form with a password field, and what the page says in an alert."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.username = self.password = ""
        self.alert = ""
        self._form: str | None = None
        self._pending: dict[str, str] = {}
        self._names: list[str] = []
        self._in_alert = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if self._in_alert or attributes.get("role") == "alert":
            self._in_alert += tag not in _VOID
        if tag == "form":
            self._form, self._pending, self._names = attributes.get("action", ""), {}, []
        elif tag == "input" and self._form is not None:
            self._input(attributes)

    def handle_endtag(self, tag: str) -> None:
        if self._in_alert:
            self._in_alert -= 1
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._in_alert and data.strip():
            self.alert = f"{self.alert} {data.strip()}".strip()

    def _input(self, attributes: dict[str, str]) -> None:
        name, kind = attributes.get("name", ""), attributes.get("type", "text")
        if kind == "hidden":
            self._pending[name] = attributes.get("value", "")
        elif kind in ("text", "email"):
            self._names.append(name)
        elif kind == "password":
            self.action, self.fields = self._form, self._pending
            self.username, self.password = (self._names or [""])[-1], name
