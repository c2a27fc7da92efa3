"""Phone numbers that customers wrote into their own metadata at Auth0.

Nobody has ever confirmed such a number. Whoever gets into the account for a minute, or only
holds a token for the current user's metadata, can write their own phone there, and then has
the codes for orders sent to themselves. Auth0 says that metadata is no secure store:
https://auth0.com/docs/manage-users/user-accounts/metadata
It is here for those who come from a system that knew no other numbers, and are about to
have them confirmed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from pizza_on_demand.clients.auth0_transport import Auth0Transport
from pizza_on_demand.customers import Claims, IdentityProvider, IdentityUnavailableError

logger = logging.getLogger(__name__)

RENEWED_BEFORE_ITS_END = timedelta(minutes=1)


class PhonesFromMetadata:
    """An identity provider whose profiles get a phone number, if they have no confirmed one.

    Args:
        provider: gives the profiles.
        origin: the tenant, such as "https://pizza.eu.auth0.com".
        client_id: an application that may use the Management API with `read:users`, and
            with nothing else.
        now: tells the time.
        patience: seconds that one answer may take from beginning to end.
    """

    def __init__(
        self,
        provider: IdentityProvider,
        origin: str,
        *,
        client_id: str,
        client_secret: str,
        now: Callable[[], datetime],
        patience: float = 2.0,
    ) -> None:
        self._provider = provider
        self._tenant = Auth0Transport(origin, patience=patience)
        self._client_id = client_id
        self._client_secret = client_secret
        self._now = now
        self._token = ""
        self._token_ends = datetime.min.replace(tzinfo=UTC)

    def userinfo(self, access_token: str) -> Claims:
        """The profile behind the token, with a phone number that passes for a confirmed one.

        A Management API that is away costs the number and nothing else.

        Raises:
            IdentityError: there is no profile; the type says why.
        """
        profile = self._provider.userinfo(access_token)
        if profile.get("phone_number_verified") is True:
            return profile
        try:
            number = self._phone_number(str(profile["sub"]))
        except IdentityUnavailableError as error:
            logger.warning("no user_metadata", extra={"reason": str(error)})
            return profile
        if number is None:
            return profile
        logger.warning("codes may go to a phone number that nobody has confirmed")
        return {**profile, "phone_number": number, "phone_number_verified": True}

    def _phone_number(self, sub: str) -> str | None:
        """What stands there, which may be no number at all: `Customer` has an eye on that.

        https://auth0.com/docs/api/management/v2/users/get-users-by-id
        """
        answer = self._tenant.get(
            f"/api/v2/users/{quote(sub, safe='')}?fields=user_metadata&include_fields=true",
            bearer=self._management_token(),
            log_as="/api/v2/users",
        )
        if answer.status != 200:
            self._token = ""
            raise IdentityUnavailableError(f"{answer.status} from the Management API")
        metadata = answer.body.get("user_metadata")
        number = metadata.get("phone_number") if isinstance(metadata, dict) else None
        return number if isinstance(number, str) else None

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
