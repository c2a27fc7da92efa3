"""Open pages in the table, beside their customer's orders; the last to be opened sorts last."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pizza_on_demand.clients.dynamodb.attribute_values import plain, serialized
from pizza_on_demand.clients.dynamodb.table import Table
from pizza_on_demand.live.open_pages import LIVES, OpenPage, PagesUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef


class DynamoDBPageStore:
    """Remembers open pages.

    Raises:
        PagesUnavailableError: from every verb, when the table cannot be used just now.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, page: OpenPage) -> None:
        """Remember a page until its connection cannot live any more."""
        item = _key(page) | {"expires": int((page.opened + LIVES).timestamp())}
        self._table.call(
            PagesUnavailableError,
            lambda dynamodb: dynamodb.put_item(TableName=self._table.name, Item=serialized(item)),
        )

    def newest(self, sub: str, count: int) -> Sequence[OpenPage]:
        """A customer's pages, the last to be opened first.

        Read consistently: one that has just opened may have fetched itself too early to
        show the change that it shall be told of.
        """
        items = self._table.call(
            PagesUnavailableError,
            lambda dynamodb: dynamodb.query(
                TableName=self._table.name,
                KeyConditionExpression="pk = :customer AND begins_with(sk, :page)",
                ExpressionAttributeValues=serialized(
                    {":customer": f"customer#{sub}", ":page": "page#"}
                ),
                ScanIndexForward=False,
                Limit=count,
                ConsistentRead=True,
            )["Items"],
        )
        return [_page(sub, plain(item)["sk"]) for item in items]

    def forget(self, pages: Sequence[OpenPage]) -> None:
        """Remember these no longer.

        Args:
            pages: 25 at the most, as DynamoDB takes them at once.
        """
        deletions: list[WriteRequestTypeDef] = [
            {"DeleteRequest": {"Key": serialized(_key(page))}} for page in pages
        ]
        self._table.call(
            PagesUnavailableError,
            lambda dynamodb: dynamodb.batch_write_item(RequestItems={self._table.name: deletions}),
        )


def _key(page: OpenPage) -> dict[str, Any]:
    # In UTC and of one length, times sort as the text that they are.
    opened = page.opened.astimezone(UTC).isoformat(timespec="milliseconds")
    return {"pk": f"customer#{page.sub}", "sk": f"page#{opened}#{page.connection_id}"}


def _page(sub: str, sort_key: str) -> OpenPage:
    _, opened, connection_id = sort_key.split("#", maxsplit=2)
    return OpenPage(sub, connection_id, datetime.fromisoformat(opened))
