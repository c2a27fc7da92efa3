"""What an HTTP API sends to a function, and takes back: the payload format 2.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


class BadRequestError(Exception):
    """No request, or one with a query or a body that cannot be read."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a browser asks for."""

    method: str
    path: str
    query: Mapping[str, str] = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    """What was posted."""

    @classmethod
    def from_event(cls, event: Any) -> Request:
        """Read an event; raises BadRequestError."""
        try:
            return cls(
                method=str(event["requestContext"]["http"]["method"]),
                path=str(event["rawPath"]),
                query=dict(parse_qsl(event.get("rawQueryString", ""))),
                form=dict(parse_qsl(_body(event))),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadRequestError(type(error).__name__) from None


def _body(event: Mapping[str, Any]) -> str:
    """What was posted, as the form encodes it; "" for nothing."""
    body = str(event.get("body") or "")
    if not event.get("isBase64Encoded"):
        return body
    return base64.b64decode(body, validate=True).decode("ascii")


def response(
    status: int,
    body: str,
    headers: Mapping[str, str],
    *,
    with_body: bool = True,
    is_base64: bool = False,
) -> dict[str, Any]:
    """The answer, as the gateway takes it."""
    return {
        "statusCode": status,
        "headers": dict(headers),
        "body": body if with_body else "",
        "isBase64Encoded": is_base64,
    }
