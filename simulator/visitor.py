"""A customer with a browser, at the order page: for scripts."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import requests

from simulator import browser
from simulator.closing import Closing
from simulator.opened import PATIENCE, Opened, opened, press


class NotThereError(Exception):
    """The page has no such button; the message names those that it has."""

    def __init__(self, button: str, page: Opened) -> None:
        there = ", ".join(sorted({_name(form.action) for form in page.forms})) or "none"
        super().__init__(f"the page has no button “{button}”; there is {there}")


class Visitor(Closing):
    """One browser. Close it, or use it as a context manager.

    Args:
        origin: of the order page.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._session = requests.Session()

    def close(self) -> None:
        """Forget every cookie, and close the connections."""
        self._session.close()

    def sign_in(self, *, username: str, password: str) -> Opened:
        """Sign in at the tenant's login page; the page that this leads back to.

        Raises:
            browser.LoginError: the login page lets nobody in.
        """
        begun = self._session.get(
            urljoin(self._origin, "/sign-in"), allow_redirects=False, timeout=PATIENCE
        )
        back = browser.sign_in(
            begun.headers["Location"],
            username=username,
            password=password,
            until=(f"{self._origin}/callback",),
        )
        return self.open(back)

    def open(self, path: str = "/orders") -> Opened:
        """Open a page."""
        return opened(self._session.get(urljoin(self._origin, path), timeout=PATIENCE))

    def press(self, button: str, page: Opened, **typed: str) -> Opened:
        """Press a button of a page, having filled in its form; the page that this leads to.

        Args:
            button: the last word of the address that it posts to, such as "cancel".

        Raises:
            NotThereError: the page has no such button.
        """
        for form in page.forms:
            if _name(form.action) == button:
                return press(self._session, form, **typed)
        raise NotThereError(button, page)


def _name(action: str) -> str:
    return urlsplit(action).path.rpartition("/")[2]
