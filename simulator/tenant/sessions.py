"""Who is signed in on which browser: what makes a second login silent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.clock import Clock
from simulator.tenant.accounts import Account

#: Auth0's default "inactivity timeout" of a session.
IDLE = timedelta(days=3)


@dataclass
class _Session:
    account: Account
    last_seen: datetime


class Sessions:
    """The sessions of a tenant, by the value of their cookie."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sessions: dict[str, _Session] = {}

    def begin(self, account: Account) -> str:
        """Sign *account* in; gives the cookie's value."""
        cookie = secrets.token_urlsafe(32)
        self._sessions[cookie] = _Session(account, self._clock.now())
        return cookie

    def find(self, cookie: str | None) -> Account | None:
        """Who is signed in here, unless the session ended or was idle for three days."""
        session = self._sessions.get(cookie or "")
        if session is None or self._clock.now() - session.last_seen > IDLE:
            return None
        session.last_seen = self._clock.now()
        return session.account

    def end(self, cookie: str | None) -> None:
        """Sign out."""
        self._sessions.pop(cookie or "", None)
