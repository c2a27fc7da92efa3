"""Visits in the table: an item for each household."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pizza_on_demand.clients.dynamodb.attribute_values import plain, serialized
from pizza_on_demand.clients.dynamodb.table import Table
from pizza_on_demand.visits import REMEMBERED_FOR, Visit, VisitsUnavailableError


class DynamoDBVisitStore:
    """Keeps the last visit of each household.

    Raises:
        VisitsUnavailableError: from every verb, when the table cannot be used just now.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def swap(self, user_id: str, visit: Visit) -> Visit | None:
        """Write a visit down and give back the one before it."""
        answer = self._table.call(
            VisitsUnavailableError,
            lambda dynamodb: dynamodb.put_item(
                TableName=self._table.name,
                Item=serialized(_item(user_id, visit)),
                ReturnValues="ALL_OLD",
            ),
        )
        before = plain(answer.get("Attributes", {}))
        if not before or before["expires"] <= visit.at.timestamp():
            return None
        return Visit(datetime.fromisoformat(before["at"]), before.get("wish"))

    def forget(self, user_id: str) -> None:
        """Remove what is known of a household."""
        self._table.call(
            VisitsUnavailableError,
            lambda dynamodb: dynamodb.delete_item(
                TableName=self._table.name, Key=serialized(_key(user_id))
            ),
        )


def _key(user_id: str) -> dict[str, Any]:
    return {"pk": f"visitor#{user_id}", "sk": "visit"}


def _item(user_id: str, visit: Visit) -> dict[str, Any]:
    expires = int((visit.at + REMEMBERED_FOR).timestamp())
    item = _key(user_id) | {"at": visit.at.isoformat(), "expires": expires}
    return item | {"wish": visit.wish} if visit.wish else item
