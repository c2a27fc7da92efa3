"""A clock that stands still, for what happens at the very moment."""

from __future__ import annotations

from datetime import UTC, datetime

from simulator.clock import Clock


class StoppedClock(Clock):
    """Goes on only when somebody waits, and begins with a whole second, as dates in JWTs do."""

    def __init__(self) -> None:
        super().__init__()
        self._began = datetime.now(UTC).replace(microsecond=0)

    def now(self) -> datetime:
        """When it was made, with every wait added."""
        return self._began + self.waited
