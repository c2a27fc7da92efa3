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

from pizza_on_demand.clients.auth0_management import ManagementApi
from pizza_on_demand.customers import Claims, IdentityProvider, IdentityUnavailableError

logger = logging.getLogger(__name__)


class PhonesFromMetadata:
    """An identity provider whose profiles get a phone number, if they have no confirmed one.

    Args:
        provider: gives the profiles.
    """

    def __init__(self, provider: IdentityProvider, management: ManagementApi) -> None:
        self._provider = provider
        self._management = management

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
        """What stands there, which may be no number at all: `Customer` has an eye on that."""
        metadata = self._management.user(sub, "user_metadata").get("user_metadata")
        number = metadata.get("phone_number") if isinstance(metadata, dict) else None
        return number if isinstance(number, str) else None
