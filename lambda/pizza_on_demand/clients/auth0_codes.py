"""Codes that Auth0 makes and sends: its passwordless connections "email" and "sms".

https://auth0.com/docs/authenticate/passwordless/implement-login/embedded-login/relevant-api-endpoints
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pizza_on_demand.clients.auth0_transport import Answer, Auth0Transport
from pizza_on_demand.clients.signed_tokens import SignedTokens
from pizza_on_demand.customers import Claims, IdentityError, IdentityUnavailableError
from pizza_on_demand.orders import Order
from pizza_on_demand.verification import (
    Channel,
    Code,
    CodeExpiredError,
    CodeSpentError,
    CodeUnavailableError,
    Destination,
)

logger = logging.getLogger(__name__)

OTP_GRANT = "http://auth0.com/oauth/grant-type/passwordless/otp"

_PROPERTY = {Channel.EMAIL: "email", Channel.SMS: "phone_number"}
"""What an address is called when a code is sent to it."""
_SCOPE = {Channel.EMAIL: "openid email", Channel.SMS: "openid phone"}
"""What makes the ID token name the address."""
_ERROR_CODE = re.compile(r"[\w.]{1,40}")


class Auth0Codes:
    """Makes codes, brings them and knows them again, all three at Auth0.

    Such a code proves a mailbox or phone; which order it was asked for, Auth0 does not
    know. It is good for an order only because Auth0 takes none but the newest code of an
    address, and `Orders` asks for a new one whenever the order changes.

    Args:
        origin: the tenant, such as "https://pizza.eu.auth0.com".
        client_id: the skill's own application, with the Passwordless OTP grant. Alexa's
            application will not do: the codes' tokens would be good for Alexa then.
        fetch_keys: gets the tenant's JSON Web Key Set; raises IdentityUnavailableError.
        now: tells the time.
        patience: seconds that one answer may take from beginning to end.
    """

    def __init__(
        self,
        origin: str,
        *,
        client_id: str,
        client_secret: str,
        fetch_keys: Callable[[], dict[str, Any]],
        now: Callable[[], datetime],
        patience: float = 3.0,
    ) -> None:
        self._tenant = Auth0Transport(origin, patience=patience)
        self._client_id = client_id
        self._client_secret = client_secret
        self._id_tokens = SignedTokens(
            issuer=f"{origin}/", audience=client_id, fetch_keys=fetch_keys, now=now
        )

    def make(self, binding: str) -> Code:
        """Nothing that we would have to keep: Auth0 makes the code when it is delivered."""
        return Code(kept="auth0", value=None)

    def deliver(self, order: Order, code: Code, to: Destination) -> None:
        """Have Auth0 send a new code, once: a second one would make the first useless.

        Raises:
            CodeUnavailableError: Auth0 did not say that it sent one.
        """
        # Without "send" Auth0 mails a link.
        body = {"connection": to.channel.value, _PROPERTY[to.channel]: to.address, "send": "code"}
        answer = self._post("/passwordless/start", body)
        if answer.status != 200:
            raise _unavailable(answer)

    def accepts(self, kept: str, binding: str, code: str, to: Destination) -> bool:
        """Whether it is the newest code that Auth0 sent there; asking costs one of three tries.

        Raises:
            CodeExpiredError: Auth0's own time for it is over.
            CodeSpentError: Auth0 has heard too many wrong ones.
            CodeUnavailableError: Auth0 does not say, or not in a way that can be trusted.
        """
        answer = self._post(
            "/oauth/token",
            {
                "grant_type": OTP_GRANT,
                "username": to.address,
                "otp": code,
                "realm": to.channel.value,
                "scope": _SCOPE[to.channel],
            },
        )
        if answer.body.get("error") == "invalid_grant":
            return _wrong(answer)
        if answer.status != 200:
            raise _unavailable(answer)
        return _proves(self._identity(answer), to)

    def _identity(self, answer: Answer) -> Claims:
        """Whom the code has signed in. The answer's tokens have done their duty then."""
        try:
            claims = self._id_tokens.claims(str(answer.body.get("id_token", "")))
        except IdentityUnavailableError as error:
            raise CodeUnavailableError(str(error)) from None
        except IdentityError as error:
            logger.error("no good ID token", extra={"reason": str(error)})
            raise CodeUnavailableError("no good ID token") from None
        if claims["aud"] != self._client_id:
            raise CodeUnavailableError("an ID token for others too")
        return claims

    def _post(self, path: str, body: Mapping[str, str]) -> Answer:
        credentials = {"client_id": self._client_id, "client_secret": self._client_secret}
        try:
            return self._tenant.post(path, {**credentials, **body})
        except IdentityUnavailableError as error:
            raise CodeUnavailableError(str(error)) from None


def _wrong(answer: Answer) -> bool:
    """Auth0 tells these three apart by their English only, so any other text is a wrong code."""
    said = str(answer.body.get("error_description"))
    if "has expired" in said:
        raise CodeExpiredError
    if "maximum number of attempts" in said:
        raise CodeSpentError
    return False


def _proves(claims: Claims, to: Destination) -> bool:
    """Whether that identity is the linked one, or at least holds its confirmed address.

    Without account linking at Auth0, whoever signs in by code is a user apart ("email|…").
    """
    if claims["sub"] == to.sub or _has_confirmed(claims, to):
        return True
    logger.error("a code signed somebody else in", extra={"channel": to.channel.value})
    return False


def _has_confirmed(claims: Claims, to: Destination) -> bool:
    """Whether the claims have that address as a confirmed one (OpenID Connect Core, 5.1)."""
    if to.channel is Channel.SMS:
        return (
            claims.get("phone_number_verified") is True and claims.get("phone_number") == to.address
        )
    return claims.get("email_verified") is True and _same_mailbox(claims.get("email"), to.address)


def _same_mailbox(one: object, other: str) -> bool:
    """Auth0 keeps addresses in lower case. Outside of ASCII two letters may share one."""
    if not isinstance(one, str):
        return False
    return one == other or (one.isascii() and other.isascii() and one.lower() == other.lower())


def _unavailable(answer: Answer) -> CodeUnavailableError:
    """Auth0 quotes addresses in its descriptions, so only the error's code goes on."""
    error = str(answer.body.get("error", ""))
    reason = f"{answer.status} {error}" if _ERROR_CODE.fullmatch(error) else str(answer.status)
    logger.error("auth0 refuses", extra={"reason": reason})
    return CodeUnavailableError(reason)
