"""The guard of the web door: whatever is asked for, an answer comes back."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from apig_wsgi import make_lambda_handler

from pizza_on_demand import deadline
from pizza_on_demand.deadline import LambdaContext
from pizza_on_demand.logs import log_mistake

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)


class WebDoor:
    """Answers each event of an HTTP API, within its deadline and without exceptions.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._ask = make_lambda_handler(app)

    def __call__(self, event: Any, context: LambdaContext) -> dict[str, Any]:
        """The answer to a request, both in the payload format 2.0."""
        began = time.monotonic()
        try:
            with deadline.of_turn(context.get_remaining_time_in_millis()):
                # The gateway hands over a path without its escapes; WSGI wants them back.
                path = quote(event["rawPath"])
                answer: dict[str, Any] = self._ask(event | {"rawPath": path}, context)
        except Exception as mistake:  # noqa: BLE001 - the last guard: nobody sees a stack trace
            log_mistake(mistake)
            answer = plain_answer(400, "This is not a request that a browser sends.")
        took = round((time.monotonic() - began) * 1000)
        logger.info("request", extra={"status": answer["statusCode"], "took_ms": took})
        return answer


def plain_answer(status: int, text: str) -> dict[str, Any]:
    """An answer in plain text, for when there is no page to show."""
    headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": text, "isBase64Encoded": False}
