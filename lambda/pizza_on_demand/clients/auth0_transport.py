"""One way to Auth0 for all who ask it: bounded in time and size, and silent about secrets."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests.auth import AuthBase

from pizza_on_demand import deadline
from pizza_on_demand.clients.sessions import Bearer, new_session
from pizza_on_demand.customers import IdentityThrottledError, IdentityUnavailableError

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 1.0
LARGEST_ANSWER = 100_000
"""Bytes; a profile has some hundred, a key set some thousand."""
WORTH_POSTING = 1.0
"""Seconds without which nothing is posted: whether it arrived would never be known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the tenant answered."""

    status: int
    challenge: str
    """The WWW-Authenticate header, or ""."""
    body: dict[str, Any]
    """Empty where there is no JSON object: Auth0 refuses with plain text as often."""


class Auth0Transport:
    """Asks an Auth0 tenant over one kept-alive connection.

    Args:
        origin: the tenant, such as "https://pizza.eu.auth0.com".
        patience: seconds that one answer may take from beginning to end.
    """

    def __init__(self, origin: str, *, patience: float) -> None:
        self.origin = origin
        self._patience = patience
        self._session = new_session()

    def get(self, path: str, *, bearer: str | None = None, log_as: str | None = None) -> Answer:
        """What the tenant says to a GET, which does no harm when it is sent once more.

        Args:
            bearer: an access token to send along.
            log_as: what the log calls the path, if it names a customer.

        Raises:
            IdentityThrottledError: the tenant wants to be asked less often.
            IdentityUnavailableError: no answer in time.
        """
        auth = Bearer(bearer) if bearer else None
        return self._asked(log_as or path, lambda: self._get(path, auth), at_least=0.1)

    def post(self, path: str, body: Mapping[str, str]) -> Answer:
        """What the tenant says to a JSON body, which is sent once and never again.

        Raises:
            IdentityThrottledError: the tenant wants to be asked less often.
            IdentityUnavailableError: no answer in time; what was posted may have worked.
        """
        return self._asked(path, lambda: self._post(path, body), at_least=WORTH_POSTING)

    def _asked(self, path: str, ask: Callable[[], Answer], *, at_least: float) -> Answer:
        began = time.monotonic()
        status: int | None = None
        try:
            answer = deadline.bounded(ask, at_most=self._patience, at_least=at_least)
            status = answer.status
        except (requests.RequestException, deadline.OutOfTimeError) as error:
            raise IdentityUnavailableError(type(error).__name__) from error
        finally:
            took = round((time.monotonic() - began) * 1000)
            logger.info("auth0 call", extra={"path": path, "status": status, "took_ms": took})
        if status == 429:
            raise IdentityThrottledError("429")
        return answer

    def _get(self, path: str, auth: AuthBase | None) -> Answer:
        try:
            return self._send(self._session, "GET", path, auth=auth)
        except requests.ConnectionError:
            # The tenant closes connections that lie idle, and a warm function finds out
            # only when it asks. To ask for a profile once more does no harm, and takes a new
            # connection: the one that is dead lies on top of those that are kept.
            return self._send(self._session, "GET", path, auth=auth)

    def _post(self, path: str, body: Mapping[str, str]) -> Answer:
        # A connection of its own cannot have died while it lay idle, and so needs no retry.
        with new_session() as fresh:
            return self._send(fresh, "POST", path, json=body)

    def _send(self, session: requests.Session, method: str, path: str, **more: Any) -> Answer:
        with session.request(
            method,
            self.origin + path,
            timeout=(min(CONNECT_SECONDS, self._patience), self._patience),
            allow_redirects=False,
            stream=True,
            **more,
        ) as response:
            challenge = response.headers.get("WWW-Authenticate", "")
            return Answer(response.status_code, challenge, _json_object(_body(response)))


def _body(response: requests.Response) -> bytes:
    """The body, or as much of a huge one as no longer makes sense."""
    body = bytearray()
    for chunk in response.iter_content(16_384):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            break
    return bytes(body)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
