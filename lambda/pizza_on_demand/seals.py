"""Sealed texts: facts that we hand out, and believe when they come back.

SealError
├── SealBrokenError     not sealed by us, or for something else
└── SealExpiredError    ours, but too old

A sealed text is a Fernet token (https://github.com/fernet/spec): encrypted, because links and
cookies end up in histories and logs; authenticated, so nobody can make or change one; and
dated. What it is good for is decided by the key that it was made with.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class SealError(Exception):
    """The sealed text cannot be believed."""


class SealBrokenError(SealError):
    """It is not ours, or good for something else."""


class SealExpiredError(SealError):
    """It is ours, but too old."""


class Seals:
    """Seals facts for one purpose, and opens what was sealed for it.

    Args:
        keys: secrets; the first seals, the others still open, so that a key can be
            exchanged while sealed texts are on their way.
        purpose: what is sealed for one purpose opens for no other.
        lives: how long a sealed text is good.
        now: tells the time.
    """

    def __init__(
        self, keys: Sequence[str], purpose: str, *, lives: timedelta, now: Callable[[], datetime]
    ) -> None:
        self._keys = keys
        self._purpose = purpose
        self._lives = lives
        self._now = now

    def seal(self, facts: Mapping[str, Any]) -> str:
        """The facts, sealed: ASCII that may stand in addresses, cookies and headers."""
        said = json.dumps(facts).encode()
        token = self._fernet.encrypt_at_time(said, int(self._now().timestamp()))
        # Without its padding: programs that find links in text leave a final "=" out.
        return token.decode().rstrip("=")

    def open(self, sealed: str) -> dict[str, Any]:
        """The facts.

        Raises:
            SealError: they cannot be believed; the type says why.
        """
        from cryptography.fernet import InvalidToken

        padded = sealed.encode("ascii", "replace") + b"=" * (-len(sealed) % 4)
        try:
            made = datetime.fromtimestamp(self._fernet.extract_timestamp(padded), UTC)
            facts: dict[str, Any] = json.loads(self._fernet.decrypt(padded))
        except InvalidToken:
            raise SealBrokenError from None
        if self._now() >= made + self._lives:
            raise SealExpiredError
        return facts

    @cached_property
    def _fernet(self) -> MultiFernet:
        # cryptography needs 0.1 s to import: only turns with a sealed text pay for it.
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(self._derived(key)) for key in self._keys])

    def _derived(self, key: str) -> bytes:
        """A key for one purpose, as Fernet wants it: 32 bytes in base64."""
        return urlsafe_b64encode(hmac.digest(key.encode(), self._purpose.encode(), "sha256"))
