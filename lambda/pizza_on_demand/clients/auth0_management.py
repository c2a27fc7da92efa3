"""Auth0's Management API, as far as customers are concerned: what the tenant knows of a user."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from pizza_on_demand.clients.auth0_transport import Auth0Transport
from pizza_on_demand.customers import IdentityUnavailableError, LinkExpiredError

RENEWED_BEFORE_ITS_END = timedelta(minutes=1)


class ManagementApi:
    """Asks in the name of an application of ours.

    Args:
        origin: the tenant, such as "https://pizza.eu.auth0.com".
        client_id: an application that may use the Management API with `read:users`, and
            with nothing else.
        now: tells the time.
        patience: seconds that one answer may take from beginning to end.
    """

    def __init__(
        self,
        origin: str,
        *,
        client_id: str,
        client_secret: str,
        now: Callable[[], datetime],
        patience: float = 2.0,
    ) -> None:
        self._tenant = Auth0Transport(origin, patience=patience)
        self._client_id = client_id
        self._client_secret = client_secret
        self._now = now
        self._token = ""
        self._token_ends = datetime.min.replace(tzinfo=UTC)

    def user(self, sub: str, *fields: str) -> dict[str, Any]:
        """These fields of a user, as far as the tenant has them.

        https://auth0.com/docs/api/management/v2/users/get-users-by-id

        Raises:
            LinkExpiredError: there is no such user, or not any more.
            IdentityUnavailableError: no answer in time, or none with a user in it.
        """
        answer = self._tenant.get(
            f"/api/v2/users/{quote(sub, safe='')}?fields={','.join(fields)}&include_fields=true",
            bearer=self._management_token(),
            log_as="/api/v2/users",
        )
        if answer.status == 404:
            raise LinkExpiredError
        if answer.status != 200:
            self._token = ""
            raise IdentityUnavailableError(f"{answer.status} from the Management API")
        return answer.body

    def _management_token(self) -> str:
        """A token of our own, used for as long as it lives: Auth0 gives only so many."""
        if not self._token or self._now() >= self._token_ends - RENEWED_BEFORE_ITS_END:
            asked = self._now()
            body = {
                "grant_type": "client_credentials",
                "client_id": self._client_id,
                "client_secret": self._client_secret,
                "audience": f"{self._tenant.origin}/api/v2/",
            }
            answer = self._tenant.post("/oauth/token", body)
            token, seconds = answer.body.get("access_token"), answer.body.get("expires_in")
            if answer.status != 200 or not isinstance(token, str) or not isinstance(seconds, int):
                raise IdentityUnavailableError(f"{answer.status} without a Management API token")
            self._token, self._token_ends = token, asked + timedelta(seconds=seconds)
        return self._token
