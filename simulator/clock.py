"""The world's clock: real time, plus what was waited."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

#: Four digits are years enough, and keep the calendar from running out.
_SPAN = re.compile(r"\b(\d{1,4}(?:\.\d+)?)\s*(second|minute|hour|day|week)s?\b")
_BETWEEN = re.compile(r"[\s,]|\band\b")


class Clock:
    """Tells the time to everybody in the world, and lets it be moved.

    It runs with the real clock, so tokens stay valid for independent OAuth
    clients too, until somebody waits.
    """

    def __init__(self) -> None:
        self.waited = timedelta()

    def now(self) -> datetime:
        """The time in UTC, with every wait added."""
        return datetime.now(UTC) + self.waited

    def wait(self, span: timedelta) -> None:
        """Let *span* pass at once."""
        self.waited += span


def parse_span(words: str) -> timedelta:
    """Read "11 minutes" or "1 hour and 30 minutes".

    Raises:
        ValueError: there is no number with a unit in it, or anything else.
    """
    parts = _SPAN.findall(words)
    if not parts or _BETWEEN.sub("", _SPAN.sub("", words)):
        raise ValueError(f"“{words}” is no span of time; write it like “11 minutes”")
    return sum((timedelta(**{f"{unit}s": float(n)}) for n, unit in parts), timedelta())
