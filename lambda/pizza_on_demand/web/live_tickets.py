"""Where a page's socket is, and what lets it in."""

from __future__ import annotations

from flask import Response, jsonify

from pizza_on_demand.live.tickets import Tickets
from pizza_on_demand.web.sessions import NotSignedInError, Sessions


class LiveTickets:
    """Hands tickets to the script of our pages.

    Args:
        live_url: the WebSocket API's stage by its https:// address; http:// on loopback.
    """

    def __init__(self, sessions: Sessions, tickets: Tickets, live_url: str) -> None:
        self._sessions = sessions
        self._tickets = tickets
        self._url = socket_url(live_url)

    def ticket(self) -> Response:
        """The socket's `url`, and a `ticket` to offer as its second subprotocol.

        Whoever is not signed in gets a 401 and not the way to the login page: a script asks,
        and could not show it.
        """
        try:
            customer = self._sessions.customer()
        except NotSignedInError:
            return Response(status=401)
        return jsonify(url=self._url, ticket=self._tickets.issue(customer.sub))


def socket_url(live_url: str) -> str:
    """The address at which sockets open, such as "wss://live.example.com/prod"."""
    return f"ws{live_url.removeprefix('http')}"
