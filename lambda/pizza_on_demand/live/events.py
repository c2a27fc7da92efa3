"""What reaches the live door: a page's socket, or changes in the table.

A socket's events come from a Lambda proxy integration of a WebSocket API:
https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-integrations.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
Changes come in batches of a DynamoDB stream:
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SOCKET_ROUTES = ("$connect", "$disconnect", "$default")


class BadEventError(Exception):
    """Neither an event of a socket nor a batch of changes."""


@dataclass(frozen=True, slots=True)
class SocketEvent:
    """What has happened to a socket, or over it."""

    route: str
    connection_id: str
    protocols: Sequence[str] = field(repr=False)
    """The subprotocols that the page offers: its ticket is one."""


@dataclass(frozen=True, slots=True)
class OrderChange:
    """An order that was written or removed."""

    sub: str
    """Whose it is."""
    sequence_number: str
    """Where Lambda begins again when this one could not be handled."""


def read(event: Any) -> SocketEvent | Sequence[OrderChange]:
    """What has happened.

    Changes of anything but orders are left out, and so is what cannot be read: it could not
    be read the next time either.

    Raises:
        BadEventError: nothing that the live door knows.
    """
    if not isinstance(event, Mapping):
        raise BadEventError
    records = event.get("Records")
    if isinstance(records, list):
        return list(_changes(records))
    return _socket_event(event)


def _socket_event(event: Mapping[str, Any]) -> SocketEvent:
    match event.get("requestContext"):
        case {"routeKey": str(route), "connectionId": str(connection)} if route in SOCKET_ROUTES:
            return SocketEvent(route, connection, tuple(_protocols(event)))
    raise BadEventError


def _protocols(event: Mapping[str, Any]) -> Iterator[str]:
    """The subprotocols, which may stand in several lines.

    https://www.rfc-editor.org/rfc/rfc6455#section-11.3.4
    """
    headers = event.get("multiValueHeaders")
    for name, lines in headers.items() if isinstance(headers, Mapping) else ():
        if str(name).lower() == "sec-websocket-protocol" and isinstance(lines, list):
            for line in lines:
                yield from (protocol.strip() for protocol in str(line).split(","))


def _changes(records: Sequence[Any]) -> Iterator[OrderChange]:
    for record in records:
        match record:
            case {
                "dynamodb": {
                    "Keys": {"pk": {"S": str(customer)}, "sk": {"S": str(order)}},
                    "SequenceNumber": str(number),
                }
            } if order.startswith("order#"):
                yield OrderChange(customer.removeprefix("customer#"), number)
