"""Who is signed in on which browser: what makes a second login silent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulator.clock import Clock
from simulator.tenant.accounts import Account

#: Auth0's name for the cookie that keeps a browser signed in.
COOKIE = "auth0"
#: Auth0's default "inactivity timeout" of a session.
IDLE = timedelta(days=3)


@dataclass
class Session:
    """One browser's login."""

    account: Account
    last_seen: datetime
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    sid: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """What ID tokens call it. Applications may know this, and never the cookie."""


class Sessions:
    """The sessions of a tenant, by the value of their cookie."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sessions: dict[str, Session] = {}

    def begin(self, account: Account) -> Session:
        """Sign *account* in."""
        session = Session(account, self._clock.now())
        self._sessions[session.cookie] = session
        return session

    def find(self, cookie: str | None) -> Session | None:
        """Who is signed in here, unless the session ended or was idle for three days."""
        session = self._sessions.get(cookie or "")
        if session is None or self._clock.now() - session.last_seen > IDLE:
            return None
        session.last_seen = self._clock.now()
        return session

    def end(self, cookie: str | None) -> None:
        """Sign out."""
        self._sessions.pop(cookie or "", None)
