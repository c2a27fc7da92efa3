"""What was sold, mailed and owed, counted from behind the counter when all is over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3

from simulator.world import SWEPT_EVERY, TABLE, World
from tests.proofs.any_fault.ledger import RECEIPT
from tests.proofs.load.customers import Customer
from tests.proofs.load.post import Letter, Post

_MARK = re.compile(r"(?<![\w-])lq[a-j]{5}(?![\w-])")
"""As a word of its own: the tokens of links have any letters."""
_ORDER = re.compile(r"\b[0-9a-f]{16}\b")

_ALL_SWEPT_WITHIN = 12
"""Sweeps: an hour."""


@dataclass(frozen=True)
class Books:
    """What the table and the post say.

    Attributes:
        owners: of every order, the customer's `sub`, by the order's id.
        sold: the ids of the orders that are confirmed.
        owing: the ids of those whose receipt is still owed.
        receipts: by the id of the order, the letters that brought its receipt.
    """

    owners: Mapping[str, str]
    sold: frozenset[str]
    owing: frozenset[str]
    receipts: Mapping[str, Sequence[Letter]]

    @classmethod
    def of(cls, world: World, post: Post) -> Books:
        """Read them."""
        orders = list(_orders(world))
        receipts: dict[str, list[Letter]] = {}
        for letter in post.letters:
            if letter.mail.subject.startswith(RECEIPT):
                for order in set(_ORDER.findall(letter.mail.text)):
                    receipts.setdefault(order, []).append(letter)
        return cls(
            owners={o["id"]["S"]: o["pk"]["S"].removeprefix("customer#") for o in orders},
            sold=frozenset(o["id"]["S"] for o in orders if o["state"]["S"] == "confirmed"),
            owing=frozenset(o["id"]["S"] for o in orders if "owes" in o),
            receipts=receipts,
        )

    @property
    def copies(self) -> int:
        """Receipts that came once more."""
        return sum(len(letters) - 1 for letters in self.receipts.values())

    def problems(self, customers: Sequence[Customer], post: Post) -> Iterator[str]:
        """Everything that does not agree."""
        for customer in customers:
            yield from (f"{customer.mark}: {problem}" for problem in customer.problems)
        yield from self._of_sales(customers)
        yield from self._of_receipts(customers)
        for letter in post.letters:
            yield from self._of_strangers(letter)

    def _of_sales(self, customers: Sequence[Customer]) -> Iterator[str]:
        sold = Counter(self.owners[order] for order in self.sold)
        for customer in customers:
            if sold[customer.account.sub] != customer.sold:
                yield (
                    f"{customer.mark} knows of {customer.sold} pizzas, and "
                    f"{sold[customer.account.sub]} are sold"
                )

    def _of_receipts(self, customers: Sequence[Customer]) -> Iterator[str]:
        asked = {customer.account.sub: customer.asked for customer in customers}
        yield from (f"{order} has no receipt" for order in self.sold - self.receipts.keys())
        yield from (f"{order} is not sold" for order in self.receipts.keys() - self.sold)
        yield from (f"{order} still owes its receipt" for order in self.owing)
        for order, letters in self.receipts.items():
            # No mail service knows whether it has had a letter before, so whoever dies after
            # one was taken, or does not hear of it, lets it come again.
            disturbed = sum(letter.disturbed for letter in letters)
            if len(letters) > 1 + disturbed + asked[self.owners[order]]:
                yield f"{order} has {len(letters)} receipts, {disturbed} of them disturbed"

    def _of_strangers(self, letter: Letter) -> Iterator[str]:
        [address] = letter.mail.addresses
        text = "\n".join((letter.mail.to, letter.mail.subject, letter.mail.text, letter.mail.html))
        mark = address.partition("@")[0]
        for other in set(_MARK.findall(text.lower())) - {mark}:
            yield f"{mark} is sent a letter to {other}"
        for order in set(_ORDER.findall(text)):
            if self.owners.get(order) != f"auth0|{mark}":
                yield f"{mark} is sent a letter about {order}"


def send_what_is_owed(world: World) -> None:
    """Let the world's clock run, and its sweep with it, until no receipt is owed."""
    for _ in range(_ALL_SWEPT_WITHIN):
        world.wait(SWEPT_EVERY)
        if not any("owes" in order for order in _orders(world)):
            return


def _orders(world: World) -> Iterator[dict[str, Any]]:
    """Every order in the table, past every fault."""
    dynamodb = boto3.client("dynamodb", endpoint_url=world.cloud.backstage)
    for page in dynamodb.get_paginator("scan").paginate(TableName=TABLE):
        yield from (item for item in page["Items"] if item["sk"]["S"].startswith("order#"))
