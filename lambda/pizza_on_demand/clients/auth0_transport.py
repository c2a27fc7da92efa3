"""One way to Auth0 for all who ask it: bounded in time and size, and silent about secrets."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pizza_on_demand import deadline
from pizza_on_demand.clients.http import NO_ANSWER, Host, HttpAnswer
from pizza_on_demand.customers import IdentityThrottledError, IdentityUnavailableError

logger = logging.getLogger(__name__)

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
        self._host = Host(origin, patience=patience)

    def get(self, path: str, *, bearer: str | None = None, log_as: str | None = None) -> Answer:
        """What the tenant says to a GET, which does no harm when it is sent once more.

        Args:
            bearer: an access token to send along.
            log_as: what the log calls the path, if it names a customer.

        Raises:
            IdentityThrottledError: the tenant wants to be asked less often.
            IdentityUnavailableError: no answer in time.
        """
        return self._asked(
            log_as or path, lambda: self._host.get(path, bearer=bearer), at_least=0.1
        )

    def post(self, path: str, body: Mapping[str, str]) -> Answer:
        """What the tenant says to a JSON body, which is sent once and never again.

        Raises:
            IdentityThrottledError: the tenant wants to be asked less often.
            IdentityUnavailableError: no answer in time; what was posted may have worked.
        """
        return self._asked(path, lambda: self._host.post(path, body), at_least=WORTH_POSTING)

    def _asked(self, path: str, ask: Callable[[], HttpAnswer], *, at_least: float) -> Answer:
        began = time.monotonic()
        status: int | None = None
        try:
            answer = deadline.bounded(ask, at_most=self._patience, at_least=at_least)
            status = answer.status
        except (*NO_ANSWER, deadline.OutOfTimeError) as error:
            raise IdentityUnavailableError(type(error).__name__) from error
        finally:
            took = round((time.monotonic() - began) * 1000)
            logger.info("auth0 call", extra={"path": path, "status": status, "took_ms": took})
        if status == 429:
            raise IdentityThrottledError("429")
        challenge = answer.headers.get("WWW-Authenticate", "")
        return Answer(answer.status, challenge, _json_object(answer.body))


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
