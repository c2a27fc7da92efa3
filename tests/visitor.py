"""Somebody with a browser, at the order page of a world."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookiejar import Cookie
from urllib.parse import quote, urljoin

import requests

from simulator import browser
from simulator.world import World


class Visitor:
    """Follows no redirect by itself, and posts as our own pages do."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.origin = world.web_origin
        self.session = requests.Session()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> requests.Response:
        """Open a page."""
        return self.session.get(
            urljoin(self.origin, path), headers=headers, allow_redirects=False, timeout=10
        )

    def post(
        self,
        path: str,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Press a button of a page of ours, or of whatever the headers say."""
        return self.session.post(
            urljoin(self.origin, path),
            data=data,
            headers=headers or {"Sec-Fetch-Site": "same-origin"},
            allow_redirects=False,
            timeout=10,
        )

    def begin(self, return_to: str | None = None) -> str:
        """Begin to sign in; the address of the login page."""
        query = "" if return_to is None else f"?return_to={quote(return_to)}"
        return self.get(f"/sign-in{query}").headers["Location"]

    def at_login_page(self, url: str, name: str = "ada") -> str:
        """Sign in there; the address that this leads back to."""
        account = self._world.tenant.accounts[name]
        return browser.sign_in(
            url,
            username=account.email,
            password=account.password,
            until=(f"{self.origin}/callback",),
        )

    def sign_in(self, name: str = "ada", return_to: str | None = None) -> requests.Response:
        """Sign in all the way; where that ends."""
        return self.get(self.at_login_page(self.begin(return_to), name))

    def is_signed_in(self) -> bool:
        """Whether the pages know who is there."""
        return self.get("/profile").status_code == 200

    def cookie(self, name: str) -> Cookie:
        """The cookie of that name."""
        return next(cookie for cookie in self.session.cookies if cookie.name == name)
