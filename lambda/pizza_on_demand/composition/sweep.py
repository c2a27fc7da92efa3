"""Puts together what is behind the schedule."""

from __future__ import annotations

from pizza_on_demand.clients.dynamodb import Table
from pizza_on_demand.clients.dynamodb.orders import DynamoDBOrderStore
from pizza_on_demand.clients.ses import SesMailer
from pizza_on_demand.composition.counter import receipt_seals
from pizza_on_demand.composition.identity import Now
from pizza_on_demand.logs import keep_quiet_about_bodies
from pizza_on_demand.menu import Menu
from pizza_on_demand.orders import OwedReceipts
from pizza_on_demand.receipts import Receipts
from pizza_on_demand.sweep.door import SweepDoor
from pizza_on_demand.sweep.settings import SweepSettings


def sweep_door(settings: SweepSettings, *, now: Now) -> SweepDoor:
    """Everything that sends what is owed.

    Args:
        now: tells the time, in UTC.
    """
    keep_quiet_about_bodies()
    owed = OwedReceipts(DynamoDBOrderStore(Table(settings.table_name)), now=now)
    receipts = Receipts(
        owed,
        SesMailer(settings.mail_from, settings.mail_region),
        Menu.load(settings.fulfilment).shop,
        receipt_seals(settings.link_keys, now),
    )
    return SweepDoor(owed, receipts, now=now)
