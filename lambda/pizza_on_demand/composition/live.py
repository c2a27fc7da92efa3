"""Puts together what is behind the live door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.open_pages import DynamoDBPageStore
from pizza_on_demand.clients.live_pages import LivePages
from pizza_on_demand.live.door import LiveDoor
from pizza_on_demand.live.open_pages import OpenPages
from pizza_on_demand.live.settings import LiveSettings
from pizza_on_demand.live.tickets import Tickets
from pizza_on_demand.logs import keep_quiet_about_bodies


def live_door(settings: LiveSettings, *, now: Callable[[], datetime]) -> LiveDoor:
    """Everything behind the sockets of open pages, and behind the table's stream.

    Args:
        now: tells the time, in UTC.
    """
    keep_quiet_about_bodies()
    store = DynamoDBPageStore(Table(settings.table_name))
    pages = OpenPages(store, LivePages(settings.live_url), now=now)
    return LiveDoor(Tickets(settings.session_keys, now=now), pages)
