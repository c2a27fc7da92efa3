"""Links in letters: what they may do, for whom, and until when.

LinkError
├── LinkForgedError     not a link of ours, or one that is good for something else
└── LinkExpiredError    one of ours, but too old

A link is sealed for what it may do. Only once it does anything, because what it names (an
order, a lock) can be cancelled or unlocked only once. The one that erases may do it again:
whoever reads the mailbox may, for as long as the link lives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pizza_on_demand.orders import Order
from pizza_on_demand.seals import SealBrokenError, SealExpiredError, Seals

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
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a good link says."""

    sub: str
    """Whose it is."""
    order_id: str = ""
    """What it is about; a link that erases is about all of them."""
    lock: str = ""
    """What an unlocking link opens."""


class Links:
    """Makes the links in letters, and reads them when they come back.

    Args:
        keys: secrets; the first makes new links, the others are still good for old ones.
        origin: where the web door answers, such as "https://order.pizza.example".
        now: tells the time.
    """

    def __init__(self, keys: Sequence[str], origin: str, *, now: Callable[[], datetime]) -> None:
        self._origin = origin
        self._seals = {
            purpose: Seals(keys, f"links/{purpose}", lives=LIVES, now=now) for purpose in Purpose
        }

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

    def erase(self, sub: str) -> str:
        """The link that deletes what we hold about a customer."""
        return self._link(Purpose.ERASE, Claim(sub))

    def read(self, purpose: Purpose, token: str) -> Claim:
        """What the token of a link says.

        Raises:
            LinkError: it is not good for this purpose now; the type says why.
        """
        try:
            return Claim(**self._seals[purpose].open(token))
        except SealBrokenError:
            raise LinkForgedError from None
        except SealExpiredError:
            raise LinkExpiredError from None

    def _link(self, purpose: Purpose, claim: Claim) -> str:
        return f"{self._origin}/links/{purpose}?t={self._seals[purpose].seal(asdict(claim))}"
