"""The pages about customers, and about what we do with what we know of them."""

from __future__ import annotations

from flask import Response, make_response, redirect

from pizza_on_demand.menu import Menu
from pizza_on_demand.web.pages.rendering import page
from pizza_on_demand.web.sessions import NotSignedInError, Sessions


class CustomerPages:
    """Welcomes people, and tells them what is known and why."""

    def __init__(self, sessions: Sessions, menu: Menu) -> None:
        self._sessions = sessions
        self._menu = menu

    def welcome(self) -> Response:
        """For who is not signed in."""
        try:
            self._sessions.customer()
        except NotSignedInError:
            return page("welcome", template="welcome.html", menu=self._menu)
        return make_response(redirect("/orders", 303))

    def profile(self) -> Response:
        """What we know, what Alexa knows, and how to unlink."""
        return page("profile", template="profile.html", customer=self._sessions.customer())


class LegalPages:
    """For the store's listing, and for everybody who wants to know."""

    def __init__(self, menu: Menu) -> None:
        self._menu = menu

    def privacy(self) -> Response:
        """What we keep, what for, and for how long."""
        return page("privacy", template="document.html", shop=self._menu.shop)

    def terms(self) -> Response:
        """What an order means."""
        return page("terms", template="document.html", shop=self._menu.shop)
