"""The settings of the live door: it mails nothing and asks Auth0 nothing, so it needs but three."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pizza_on_demand.settings import Reader, SettingsError


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """What an operator can choose. The README explains each in a table."""

    table_name: str
    session_keys: tuple[str, ...] = field(repr=False)
    """What tickets are sealed with, the newest first: the web door's own."""
    live_url: str
    """The WebSocket API's stage by its https:// address: posts to pages go there."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> LiveSettings:
        """Read the settings. Space around a value is dropped, and a blank one is none.

        Raises:
            SettingsError: names everything that is missing or malformed, and quotes no value.
        """
        reader = Reader(environment)
        settings = cls(
            table_name=reader.text("TABLE_NAME", needed=True) or "",
            session_keys=reader.keys("SESSION_KEYS", needed=True),
            live_url=reader.url("LIVE_URL", needed=True) or "",
        )
        if reader.problems:
            raise SettingsError(reader.problems)
        return settings
