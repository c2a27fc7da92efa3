"""The guard of the live door: whatever comes in, the gateway or the stream gets its answer."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pizza_on_demand import deadline
from pizza_on_demand.deadline import LambdaContext
from pizza_on_demand.live.events import BadEventError, OrderChange, SocketEvent, read
from pizza_on_demand.live.open_pages import Delivery, OpenPages, PagesUnavailableError
from pizza_on_demand.live.tickets import Tickets
from pizza_on_demand.logs import log_mistake
from pizza_on_demand.seals import SealError

logger = logging.getLogger(__name__)

PROTOCOL = "orders"
"""The subprotocol that a page offers first, and speaks; its ticket is the second."""


class LiveDoor:
    """Answers each event of a WebSocket API, and each batch of the table's stream.

    The stream needs no images, and its event source mapping these settings:

    - `FilterCriteria` with the pattern `{"dynamodb": {"Keys": {"sk": {"S": [{"prefix":
      "order#"}]}}}}`, so that pages that open do not call the function once more;
    - `FunctionResponseTypes: ReportBatchItemFailures`;
    - `MaximumRecordAgeInSeconds: 60`: later, pages have fetched themselves for other reasons.
    """

    def __init__(self, tickets: Tickets, pages: OpenPages) -> None:
        self._tickets = tickets
        self._pages = pages

    def __call__(self, event: Any, context: LambdaContext) -> dict[str, Any]:
        """The answer, which for a stream says where Lambda shall begin again.

        A mistake of ours ends a batch: begun again, it would be made again, and hold up
        every change behind it. So the answer is one that Lambda takes for a success.
        """
        try:
            with deadline.of_turn(context.get_remaining_time_in_millis()):
                return self._answer(event)
        except Exception as mistake:  # noqa: BLE001 - the last guard: the stream must go on
            log_mistake(mistake)
            return {"statusCode": 500}

    def _answer(self, event: Any) -> dict[str, Any]:
        try:
            happened = read(event)
        except BadEventError:
            logger.warning("no event of a socket or a stream")
            return {"statusCode": 400}
        if isinstance(happened, SocketEvent):
            return self._at_socket(happened)
        return self._tell(happened)

    def _at_socket(self, socket: SocketEvent) -> dict[str, Any]:
        answer = self._connect(socket) if socket.route == "$connect" else {"statusCode": 200}
        facts = {"route": socket.route, "status": answer["statusCode"]}
        logger.info("socket", extra=facts)
        return answer

    def _connect(self, socket: SocketEvent) -> dict[str, Any]:
        """Let a page in that has a ticket.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
        """
        if len(socket.protocols) != 2 or socket.protocols[0] != PROTOCOL:
            return {"statusCode": 400}
        try:
            self._pages.open(self._tickets.holder(socket.protocols[1]), socket.connection_id)
        except SealError:
            return {"statusCode": 401}
        except PagesUnavailableError as error:
            logger.warning("page not remembered", extra={"error": str(error)})
            return {"statusCode": 503}
        return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": PROTOCOL}}

    def _tell(self, changes: Sequence[OrderChange]) -> dict[str, Any]:
        """Tell the pages of each customer once, however many changes a batch has.

        When the table is away or the time is up, Lambda begins again with the first customer
        who was not told. A page that cannot be reached is no reason to begin again.

        https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
        """
        first_of_each: dict[str, OrderChange] = {}
        for change in changes:
            first_of_each.setdefault(change.sub, change)
        deliveries: Counter[Delivery] = Counter()
        begin_again = []
        for change in first_of_each.values():
            try:
                deliveries.update(self._pages.tell(change.sub))
            except PagesUnavailableError as error:
                logger.warning("pages not told", extra={"error": str(error)})
                begin_again = [{"itemIdentifier": change.sequence_number}]
                break
        facts = {"changes": len(changes), "customers": len(first_of_each)}
        logger.info("orders", extra=facts | {kind.value: deliveries[kind] for kind in Delivery})
        return {"batchItemFailures": begin_again}
