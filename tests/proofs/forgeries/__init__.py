"""Whatever forgers send, they hear the documented refusal: tokens, links in mails, API requests.

    python -m tests.proofs.forgeries --examples 100000 --seed 7

Forgeries are made with nothing but a `random.Random`: the long run gives it a seed, and the
short run in tests/security lets Hypothesis play its part, so that it can shrink what it finds.
"""

from __future__ import annotations

from random import Random
from typing import Any, Protocol


class Attack(Protocol):
    """One kind of forgery, and who must refuse it."""

    name: str

    def forge(self, random: Random) -> Any:
        """Make something that must be refused."""

    def refusal(self, forged: Any) -> str:
        """How it is refused, by a documented name.

        Raises:
            AssertionError: it is let in, or refused in a way that nobody has documented.
        """
