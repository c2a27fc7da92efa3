"""The identity client: Auth0's /userinfo and JWKS over one kept-alive connection."""

from __future__ import annotations

import json
import logging
import re
import time
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.auth import AuthBase

from pizza_on_demand import deadline
from pizza_on_demand.customers import (
    AccountBlockedError,
    Claims,
    IdentityError,
    IdentityThrottledError,
    IdentityUnavailableError,
    LinkExpiredError,
    MissingScopeError,
    WrongTokenError,
)

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 1.0
LARGEST_ANSWER = 100_000
"""Bytes; a profile has some hundred, a key set some thousand."""

_BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,16384}=*")
"""What may stand in an Authorization header (RFC 6750, section 2.1)."""


class Auth0Client:
    """Asks an Auth0 tenant.

    Args:
        origin: the tenant, such as "https://pizza.eu.auth0.com".
        patience: seconds that one answer may take from beginning to end.
    """

    def __init__(self, origin: str, *, patience: float = 3.0) -> None:
        self._origin = origin
        self._patience = patience
        self._session = requests.Session()
        # One process serves many customers, so no cookie of one is sent for the next.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def userinfo(self, access_token: str) -> Claims:
        """The profile of the customer whom *access_token* stands for, with its "sub".

        https://auth0.com/docs/api/authentication/user-profile/get-user-info

        Raises:
            LinkExpiredError: the token is not, or no longer, good.
            AccountBlockedError: the account is closed.
            MissingScopeError: the token was not issued for profiles.
            WrongTokenError: no bearer token looks like this.
            IdentityUnavailableError: no answer in time, or none that makes sense.
        """
        if not _BEARER_TOKEN.fullmatch(access_token):
            raise WrongTokenError("no bearer token (RFC 6750, section 2.1)")
        answer = self._get("/userinfo", _Bearer(access_token))
        if answer.status in (401, 403):
            raise _refusal(answer)
        subject = answer.body.get("sub")
        if answer.status != 200 or not isinstance(subject, str) or not subject:
            raise IdentityUnavailableError(f"{answer.status} without a profile")
        return answer.body

    def jwks(self) -> dict[str, Any]:
        """The tenant's signing keys as a JSON Web Key Set (RFC 7517).

        Raises:
            IdentityUnavailableError: no answer in time, or none that makes sense.
        """
        answer = self._get("/.well-known/jwks.json")
        if answer.status != 200 or not isinstance(answer.body.get("keys"), list):
            raise IdentityUnavailableError(f"{answer.status} without keys")
        return answer.body

    def _get(self, path: str, auth: AuthBase | None = None) -> _Answer:
        began = time.monotonic()
        status: int | None = None
        try:
            answer = deadline.bounded(lambda: self._ask(path, auth), at_most=self._patience)
            status = answer.status
        except (requests.RequestException, deadline.OutOfTimeError) as error:
            raise IdentityUnavailableError(type(error).__name__) from error
        finally:
            took = round((time.monotonic() - began) * 1000)
            logger.info("auth0 call", extra={"path": path, "status": status, "took_ms": took})
        if status == 429:
            raise IdentityThrottledError("429")
        return answer

    def _ask(self, path: str, auth: AuthBase | None) -> _Answer:
        try:
            response = self._send(path, auth)
        except requests.ConnectionError:
            # The tenant closes connections that lie idle, and a warm function finds out
            # only when it asks. To ask for a profile once more does no harm.
            self._session.close()
            response = self._send(path, auth)
        with response:
            challenge = response.headers.get("WWW-Authenticate", "")
            return _Answer(response.status_code, challenge, _json_object(_body(response)))

    def _send(self, path: str, auth: AuthBase | None) -> requests.Response:
        return self._session.get(
            self._origin + path,
            auth=auth,
            timeout=(min(CONNECT_SECONDS, self._patience), self._patience),
            allow_redirects=False,
            stream=True,
        )


class _Bearer(AuthBase):
    """Authorizes a request with a token; a plain header would give way to a ~/.netrc."""

    def __init__(self, access_token: str) -> None:
        self._access_token = access_token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._access_token}"
        return request


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    challenge: str
    """The WWW-Authenticate header, or ""."""
    body: dict[str, Any]
    """Empty where there is no JSON object: Auth0 refuses with plain text as often."""


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


def _refusal(answer: _Answer) -> IdentityError:
    if answer.body.get("error_description") == "user is blocked":
        return AccountBlockedError()
    if answer.status == 401:
        return LinkExpiredError()
    # RFC 6750, section 3.1. A 403 with any other reason is a firewall's, not Auth0's.
    reasons = (answer.body.get("error"), *re.findall(r'error="(\w+)"', answer.challenge))
    if "insufficient_scope" in reasons:
        return MissingScopeError("openid")
    return IdentityUnavailableError("403")
