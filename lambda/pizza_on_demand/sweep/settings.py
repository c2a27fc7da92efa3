"""The settings of the sweep: it reads orders and sends mail, and asks nobody else anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pizza_on_demand.settings import Fulfilment, Reader, SettingsError


@dataclass(frozen=True, slots=True)
class SweepSettings:
    """What an operator can choose. The README explains each in a table."""

    table_name: str
    mail_from: str
    mail_region: str | None
    link_keys: tuple[str, ...] = field(repr=False)
    """What addresses of owed receipts are sealed with, the newest first: the doors' own."""
    fulfilment: Fulfilment

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> SweepSettings:
        """Read the settings. Space around a value is dropped, and a blank one is none.

        Raises:
            SettingsError: names everything that is missing or malformed, and quotes no value.
        """
        reader = Reader(environment)
        settings = cls(
            table_name=reader.text("TABLE_NAME", needed=True) or "",
            mail_from=reader.mail_address("MAIL_FROM"),
            mail_region=reader.text("MAIL_REGION"),
            link_keys=reader.keys("LINK_KEYS", needed=True),
            fulfilment=reader.choice("FULFILMENT", "pickup", "delivery"),
        )
        if reader.problems:
            raise SettingsError(reader.problems)
        return settings
