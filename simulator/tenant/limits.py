"""Auth0's rate limit, as a token bucket on the world's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from simulator.clock import Clock


@dataclass(frozen=True)
class Allowance:
    """What one request was told about the limit."""

    allowed: bool
    limit: int
    remaining: int
    reset: datetime
    """When the next request will be let through at the latest."""

    def headers(self) -> dict[str, str]:
        """Auth0's X-RateLimit headers; the reset is in UTC epoch seconds."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(ceil(self.reset.timestamp())),
        }


class RateLimit:
    """A bucket for each key: *burst* requests at once, then one every *refill*."""

    def __init__(self, clock: Clock, *, burst: int, refill: timedelta) -> None:
        self._clock = clock
        self._burst = burst
        self._refill = refill
        self._full_at: dict[str, datetime] = {}

    def take(self, key: str) -> Allowance:
        """Count one request of *key*; a refused one costs nothing."""
        now = self._clock.now()
        full_at = max(self._full_at.get(key, now), now) + self._refill
        left = self._burst - ceil((full_at - now) / self._refill)
        if left < 0:
            reset = full_at - self._burst * self._refill
            return Allowance(allowed=False, limit=self._burst, remaining=0, reset=reset)
        self._full_at[key] = full_at
        reset = max(now, full_at - (self._burst - 1) * self._refill)
        return Allowance(allowed=True, limit=self._burst, remaining=left, reset=reset)
