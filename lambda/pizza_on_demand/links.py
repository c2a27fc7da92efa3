"""Links in letters: what they may do, for whom, and until when.

LinkError
├── LinkForgedError     not a link of ours, or one that is good for something else
└── LinkExpiredError    one of ours, but too old

A token is a Fernet token (https://github.com/fernet/spec): encrypted, because it holds the
account's id and addresses of pages end up in histories and logs; authenticated, so nobody
can make or change one; and dated. What it is good for is decided by the key that it was
made with. Only once it does anything, because what it names (an order, a lock) can be
cancelled or unlocked only once.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from pizza_on_demand.orders import Order

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

LIVES = timedelta(hours=24)


class LinkError(Exception):
    """The link does nothing."""


class LinkForgedError(LinkError):
    """It is not ours, or good for something else."""


class LinkExpiredError(LinkError):
    """It is ours, but too old."""


class Purpose(StrEnum):
    """What a link is good for."""

    UNLOCK = "unlock"
    DISOWN = "disown"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a good link says."""

    sub: str
    """Whose it is."""
    order_id: str
    lock: str = ""
    """What an unlocking link opens."""


class Links:
    """Makes the links in letters, and reads them when they come back.

    Args:
        keys: secrets; the first makes new links, the others are still good for old ones, so
            that a key can be exchanged while letters are on their way.
        origin: where the web door answers, such as "https://order.pizza.example".
        now: tells the time.
    """

    def __init__(self, keys: Sequence[str], origin: str, *, now: Callable[[], datetime]) -> None:
        self._keys = keys
        self._origin = origin
        self._now = now

    def unlock(self, order: Order) -> str:
        """The link that opens the order's lock, and no later one.

        Raises:
            ValueError: the order has no lock.
        """
        if order.lock is None:
            raise ValueError("there is nothing to unlock")
        return self._link(Purpose.UNLOCK, Claim(order.sub, order.id, order.lock))

    def disown(self, order: Order) -> str:
        """The link that says "that wasn't me" of an order."""
        return self._link(Purpose.DISOWN, Claim(order.sub, order.id))

    def read(self, purpose: Purpose, token: str) -> Claim:
        """What the token of a link says.

        Raises:
            LinkError: it is not good for this purpose now; the type says why.
        """
        from cryptography.fernet import InvalidToken

        fernet = self._fernet(purpose)
        try:
            padded = _padded(token)
            made = datetime.fromtimestamp(fernet.extract_timestamp(padded), UTC)
            claim = Claim(**json.loads(fernet.decrypt(padded)))
        except InvalidToken:
            raise LinkForgedError from None
        if self._now() >= made + LIVES:
            raise LinkExpiredError
        return claim

    def _link(self, purpose: Purpose, claim: Claim) -> str:
        said = json.dumps(asdict(claim)).encode()
        token = self._fernet(purpose).encrypt_at_time(said, int(self._now().timestamp()))
        # Without its padding: programs that find links in text leave a final "=" out.
        return f"{self._origin}/links/{purpose}?t={token.decode().rstrip('=')}"

    def _fernet(self, purpose: Purpose) -> MultiFernet:
        # cryptography needs 0.1 s to import: only turns with a link pay for it.
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(_derived(key, purpose)) for key in self._keys])


def _derived(key: str, purpose: Purpose) -> bytes:
    """A key for one purpose, as Fernet wants it: 32 bytes in base64."""
    return urlsafe_b64encode(hmac.digest(key.encode(), f"links/{purpose}".encode(), "sha256"))


def _padded(token: str) -> bytes:
    return token.encode("ascii", "replace") + b"=" * (-len(token) % 4)
