"""Tickets to the socket: a page shows one where its cookie does not go.

The page's cookie belongs to another host than the WebSocket API, and a browser lets a page
set no header of a socket but its subprotocols. So the page fetches a ticket with its cookie,
and offers it as a subprotocol: in the address it would end up in logs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pizza_on_demand.seals import Seals

LIVES = timedelta(seconds=60)
"""A ticket is used at once. Whoever takes one in time learns when orders change, and no more."""


class Tickets:
    """Issues tickets to signed-in customers, and tells whose they are.

    Args:
        keys: secrets; the first seals, the others still open.
        now: tells the time.
    """

    def __init__(self, keys: Sequence[str], *, now: Callable[[], datetime]) -> None:
        self._seals = Seals(keys, "live", lives=LIVES, now=now)

    def issue(self, sub: str) -> str:
        """A ticket for a customer, in characters that a subprotocol may have."""
        return self._seals.seal({"sub": sub})

    def holder(self, ticket: str) -> str:
        """The customer for whom a ticket was issued.

        Raises:
            SealError: it is not ours, or too old; the type says which.
        """
        return str(self._seals.open(ticket)["sub"])
