"""What we remember of a household between two visits, before and beside the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

REMEMBERED_FOR = timedelta(days=365)
WISH_LIVES = timedelta(days=1)


class VisitsUnavailableError(Exception):
    """The visit cannot be looked up or written down just now."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The last time that somebody was here."""

    at: datetime
    wish: str | None = None
    """An intent that they asked for and could not have before their account was linked."""


class VisitStore(Protocol):
    """Keeps the last visit of each household, under Alexa's userId."""

    def swap(self, user_id: str, visit: Visit) -> Visit | None:
        """Write a visit down and give back the one before it."""

    def forget(self, user_id: str) -> None:
        """Remove what is known; nothing known is fine too."""


class Visits:
    """Tells a first visit from a return, and keeps a wish until it can come true.

    Raises:
        VisitsUnavailableError: from every verb, when the store is away.
    """

    def __init__(self, store: VisitStore, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def begin(self, user_id: str, *, grants_wish: bool) -> Visit | None:
        """Note that somebody opened the skill; the visit before this, if there was one.

        Args:
            grants_wish: whether a wish can come true now. It is handed out once then, and
                stays where it is otherwise, for a day.
        """
        now = self._now()
        before = self._store.swap(user_id, Visit(now))
        if before is None or before.wish is None:
            return before
        if now - before.at > WISH_LIVES:
            return replace(before, wish=None)
        if not grants_wish:
            self._store.swap(user_id, Visit(now, before.wish))
        return before

    def keep_wish(self, user_id: str, wish: str) -> None:
        """Remember what they asked for until their account is linked."""
        self._store.swap(user_id, Visit(self._now(), wish))

    def forget(self, user_id: str) -> None:
        """Remove everything known of this household."""
        self._store.forget(user_id)


class VisitsInMemory:
    """A store that lasts as long as the process: for a deployment without a table."""

    def __init__(self) -> None:
        self._visits: dict[str, Visit] = {}

    def swap(self, user_id: str, visit: Visit) -> Visit | None:
        before = self._visits.get(user_id)
        self._visits[user_id] = visit
        return before

    def forget(self, user_id: str) -> None:
        self._visits.pop(user_id, None)
