"""What the shop has sold and written, as one can only see from behind the counter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import boto3

from simulator.world import TABLE, World

Kind = tuple[str, str]
"""(address, subject) of a message; texts have no subject."""

RECEIPT = "Your receipt from "


@dataclass(frozen=True)
class Ledger:
    """What there is at one time."""

    confirmed: frozenset[str]
    """The ids of all orders that are sold."""
    messages: Counter[Kind]
    receipts: Counter[str]
    """By the id of the order."""

    @classmethod
    def of(cls, world: World) -> Ledger:
        """Read the table, the mailbox and the phone, past every fault."""
        confirmed = frozenset(_confirmed(world))
        mails, texts = world.mailbox.mails(), world.phone.texts()
        messages = Counter([(mail.to, mail.subject) for mail in mails])
        messages += Counter([(text.to, "") for text in texts])
        receipts = Counter(
            order
            for mail in mails
            if mail.subject.startswith(RECEIPT)
            for order in confirmed
            if order in mail.text
        )
        return cls(confirmed, messages, receipts)


def _confirmed(world: World) -> list[str]:
    dynamodb = boto3.client("dynamodb", endpoint_url=world.cloud.backstage)
    items = dynamodb.scan(TableName=TABLE)["Items"]
    return [
        item["id"]["S"]
        for item in items
        if item["sk"]["S"].startswith("order#") and item["state"]["S"] == "confirmed"
    ]
