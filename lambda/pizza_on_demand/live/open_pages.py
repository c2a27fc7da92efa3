"""Open pages: whose they are, and that they are told when their customer's orders change.

What they are told is only that: a page then fetches itself with its own cookie, so nothing
personal goes through its socket. It does the same when its socket has opened, so nothing is
lost that changes while it connects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

LIVES = timedelta(hours=2)
"""What API Gateway lets a connection live at the most.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""

MOST = 20
"""Pages of a customer that are told. One that is left out for newer ones is not lost: it
connects again, and is the newest then, when the gateway has closed it for being idle."""

OPENING = timedelta(seconds=30)
"""A socket that is not yet open is "gone" too, and the gateway waits 29 seconds for us."""

CHANGED = "orders"
"""What a page is told."""


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A socket that a page has opened."""

    sub: str
    """Whose page it is."""
    connection_id: str
    opened: datetime


class PagesUnavailableError(Exception):
    """Open pages cannot be written down or looked up just now."""


class Delivery(StrEnum):
    """What came of a message to a page."""

    ARRIVED = "arrived"
    GONE = "gone"
    FAILED = "failed"


class PageStore(Protocol):
    """Remembers open pages until they are forgotten, or older than `LIVES`."""

    def keep(self, page: OpenPage) -> None:
        """Remember a page; raises PagesUnavailableError."""

    def newest(self, sub: str, count: int) -> Sequence[OpenPage]:
        """A customer's pages, the last to be opened first; raises PagesUnavailableError."""

    def forget(self, pages: Sequence[OpenPage]) -> None:
        """Remember these no longer; raises PagesUnavailableError."""


class Gateway(Protocol):
    """Holds the sockets."""

    def post(self, connection_ids: Sequence[str], text: str) -> Mapping[str, Delivery]:
        """Send a text to each; what came of it, by connection id."""


class OpenPages:
    """Knows the open pages of each customer.

    Args:
        now: tells the time.
    """

    def __init__(self, store: PageStore, gateway: Gateway, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._gateway = gateway
        self._now = now

    def open(self, sub: str, connection_id: str) -> None:
        """Tell this page too from now on.

        Raises:
            PagesUnavailableError: the page cannot be remembered.
        """
        self._store.keep(OpenPage(sub, connection_id, self._now()))

    def tell(self, sub: str) -> Sequence[Delivery]:
        """Tell a customer's pages that orders have changed: what came of it, page by page.

        Raises:
            PagesUnavailableError: nobody knows now which pages are open.
        """
        pages = [
            page for page in self._store.newest(sub, MOST) if self._now() < page.opened + LIVES
        ]
        if not pages:
            return []
        came_of_it = self._gateway.post([page.connection_id for page in pages], CHANGED)
        self._forget_closed(pages, came_of_it)
        return list(came_of_it.values())

    def _forget_closed(self, pages: Sequence[OpenPage], came_of_it: Mapping[str, Delivery]) -> None:
        opened_before = self._now() - OPENING
        closed = [
            page
            for page in pages
            if came_of_it[page.connection_id] is Delivery.GONE and page.opened < opened_before
        ]
        if closed:
            # What cannot be forgotten now is gone the next time too, or expires.
            with suppress(PagesUnavailableError):
                self._store.forget(closed)
