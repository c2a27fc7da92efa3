"""Texts to open pages, through the WebSocket API that holds their sockets."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cached_property
from typing import TYPE_CHECKING

from pizza_on_demand import deadline
from pizza_on_demand.clients.aws import new_client, no_answer
from pizza_on_demand.live.open_pages import MOST, Delivery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

logger = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds for a post with its one retry."""


class LivePages:
    """Posts to the connections of a WebSocket API.

    Args:
        url: the API's stage, such as "https://abc.execute-api.eu-west-1.amazonaws.com/live".
        patience: seconds to wait for an answer, even if the turn has more.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        self._url = url
        self._patience = patience

    def post(self, connection_ids: Sequence[str], text: str) -> Mapping[str, Delivery]:
        """Send a text to each; what came of it, by connection id.

        All at once: a post to somebody whose network has just gone away may hang, and the
        others shall not wait for it.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html

        Args:
            connection_ids: one or more.
        """
        client = self._client
        with ThreadPoolExecutor(len(connection_ids)) as pool:
            posts = {
                # A thread knows nothing of the turn's end unless it is told.
                connection: pool.submit(copy_context().run, self._post, client, connection, text)
                for connection in connection_ids
            }
        return {connection: post.result() for connection, post in posts.items()}

    def _post(
        self, client: ApiGatewayManagementApiClient, connection_id: str, text: str
    ) -> Delivery:
        from botocore.exceptions import ClientError

        try:
            deadline.bounded(
                lambda: client.post_to_connection(ConnectionId=connection_id, Data=text.encode()),
                at_most=self._patience,
            )
        except ClientError as error:
            # By its status, because not every 410 of the gateway has a body that says more.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 410:
                return Delivery.GONE
            return _failed(error.response["Error"]["Code"])
        except no_answer() as error:
            return _failed(type(error).__name__)
        return Delivery.ARRIVED

    @cached_property
    def _client(self) -> ApiGatewayManagementApiClient:
        made: ApiGatewayManagementApiClient = new_client(
            "apigatewaymanagementapi",
            endpoint_url=self._url,
            connect_timeout=self._patience / 3,
            read_timeout=self._patience * 2 / 3,
            retries={"total_max_attempts": 2},
            max_pool_connections=MOST,
        )
        return made


def _failed(error: str) -> Delivery:
    logger.warning("page not reached", extra={"error": error})
    return Delivery.FAILED
