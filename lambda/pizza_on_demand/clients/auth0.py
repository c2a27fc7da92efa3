"""The identity client: Auth0's /userinfo and JWKS over one kept-alive connection."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

import requests

from pizza_on_demand import deadline
from pizza_on_demand.customers import (
    AccountBlockedError,
    Claims,
    IdentityThrottledError,
    IdentityUnavailableError,
    LinkExpiredError,
    MissingScopeError,
)

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 3.0
LARGEST_ANSWER = 100_000


class Auth0Client:
    """Asks an Auth0 tenant.

    Args:
        origin: the tenant, such as "https://pizza.eu.auth0.com".
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._session = requests.Session()

    def userinfo(self, access_token: str) -> Claims:
        """The profile of the customer whom *access_token* stands for, with its "sub".

        https://auth0.com/docs/api/authentication/user-profile/get-user-info

        Raises:
            LinkExpiredError: the token is not, or no longer, good.
            AccountBlockedError: the account is closed.
            MissingScopeError: the token was not issued for profiles.
            IdentityUnavailableError: no answer in time, or none that makes sense.
        """
        status, answer = self._get("/userinfo", access_token)
        if status in (401, 403):
            raise _refusal(status, answer)
        if status != 200 or not isinstance(answer.get("sub"), str) or not answer["sub"]:
            raise IdentityUnavailableError
        return answer

    def jwks(self) -> dict[str, Any]:
        """The tenant's signing keys as a JSON Web Key Set (RFC 7517).

        Raises:
            IdentityUnavailableError: no answer in time, or none that makes sense.
        """
        status, answer = self._get("/.well-known/jwks.json")
        if status != 200 or not isinstance(answer.get("keys"), list):
            raise IdentityUnavailableError
        return answer

    def _get(self, path: str, access_token: str | None = None) -> tuple[int, dict[str, Any]]:
        began = time.monotonic()
        status: int | None = None
        try:
            status, body = self._exchange(path, access_token)
        except (requests.RequestException, deadline.OutOfTimeError, ValueError) as error:
            raise IdentityUnavailableError from error
        finally:
            took = round((time.monotonic() - began) * 1000)
            logger.info("auth0 call", extra={"path": path, "status": status, "took_ms": took})
        if status == 429:
            raise IdentityThrottledError
        return status, body

    def _exchange(self, path: str, access_token: str | None) -> tuple[int, dict[str, Any]]:
        patience = deadline.seconds_for(ANSWER_SECONDS)
        gives_up = time.monotonic() + patience
        with self._session.get(
            self._origin + path,
            headers={"Authorization": f"Bearer {access_token}"} if access_token else {},
            timeout=(min(CONNECT_SECONDS, patience), patience),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = bytearray()
            for chunk in response.iter_content(16_384):
                body += chunk
                if time.monotonic() > gives_up or len(body) > LARGEST_ANSWER:
                    raise requests.Timeout
            return response.status_code, _json_object(response, bytes(body))


def _json_object(response: requests.Response, body: bytes) -> dict[str, Any]:
    """The answer, or an empty one: Auth0 refuses with plain text as often as with JSON."""
    try:
        answer = json.loads(body)
    except ValueError:
        if response.ok:
            raise
        return {}
    return answer if isinstance(answer, dict) else {}


def _refusal(status: int, answer: dict[str, Any]) -> Exception:
    if answer.get("error_description") == "user is blocked":
        return AccountBlockedError()
    # RFC 6750, section 3.1: 403 says that the token is good, but not for this.
    return MissingScopeError("openid") if status == 403 else LinkExpiredError()
