"""Links in mails that we never sent, or that are good for something else."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import timedelta
from random import Random
from urllib.parse import quote

from pizza_on_demand.links import LIVES, LinkError, Links, Purpose
from pizza_on_demand.seals import Seals
from simulator.clock import Clock
from tests.an_order import an_order
from tests.proofs.forgeries import odd

ORIGIN = "https://order.pizza.example"
KEY, OTHER_KEY = "a key of thirty-two characters ..", "another key, and just as long ...."
ORDER = an_order(lock="the lock")

Forged = tuple[Purpose, str]


class ForgedLinks:
    """Every kind of forged link, and the reader that must refuse them all."""

    name = "links in mails"

    def __init__(self) -> None:
        self._now = Clock().now
        self._links = Links([KEY], ORIGIN, now=self._now)
        self.good = _all_of(self._links)
        self._old = _all_of(Links([KEY], ORIGIN, now=lambda: self._now() - LIVES))
        self._others = _all_of(Links([OTHER_KEY], ORIGIN, now=self._now))
        self._makers: tuple[Callable[[Random, Purpose], str], ...] = (
            self._tampered,
            self._tampered,
            lambda random, _: odd.tampered(random, random.choice([*self._old.values()])),
            lambda random, purpose: random.choice([self._old, self._others])[purpose],
            self._for_something_else,
            self._encoded_twice,
            lambda random, _: odd.text(random),
            lambda random, _: random.choice(odd.TEXTS),
            lambda random, purpose: self.good[purpose] * random.randrange(2, 100),
        )

    def forge(self, random: Random) -> Forged:
        """Make what stands behind `?t=`, and say what it shall be good for.

        Characters that no base64 has are no forgery: whatever a mail program puts between
        ours, the sealed bytes are the same.
        """
        purpose = random.choice([*Purpose])
        forged = random.choice(self._makers)(random, purpose)
        return purpose, "" if _sealed(forged) == _sealed(self.good[purpose]) else forged

    def refusal(self, forged: Forged) -> str:
        """How it is refused, by the name of the error."""
        try:
            self._links.read(*forged)
        except LinkError as refused:
            return type(refused).__name__
        raise AssertionError("let in")

    def _tampered(self, random: Random, purpose: Purpose) -> str:
        return odd.tampered(random, self.good[purpose])

    def _for_something_else(self, random: Random, purpose: Purpose) -> str:
        """Sealed with our own key, for another purpose."""
        name = random.choice(["session", "sign-in", "live", "links", f"links/{purpose}/"])
        seals = Seals([KEY], name, lives=timedelta(days=365), now=self._now)
        facts = {"sub": ORDER.sub, "order_id": ORDER.id, "lock": "the lock"}
        others = [token for other, token in self.good.items() if other is not purpose]
        return random.choice([seals.seal(facts), *others])

    def _encoded_twice(self, random: Random, purpose: Purpose) -> str:
        good = self.good[purpose]
        every = "".join(f"%{ord(character):02x}" for character in good)
        return random.choice([quote(quote(f"{good}/")), every, every.replace("%", "%25")])


def _all_of(links: Links) -> dict[Purpose, str]:
    made = {
        Purpose.UNLOCK: links.unlock(ORDER),
        Purpose.DISOWN: links.disown(ORDER),
        Purpose.ERASE: links.erase(ORDER.sub),
    }
    return {purpose: link.partition("?t=")[2] for purpose, link in made.items()}


def _sealed(token: str) -> bytes:
    """The bytes in a token, as they are found in it however it is disfigured."""
    try:
        return urlsafe_b64decode(token.encode("ascii", "replace") + b"=" * (-len(token) % 4))
    except ValueError:
        return b""
