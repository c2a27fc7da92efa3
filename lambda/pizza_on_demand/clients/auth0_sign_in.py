"""Signing in at Auth0's own login page: authorization code with PKCE, and a verified ID token.

https://auth0.com/docs/get-started/authentication-and-authorization-flow/authorization-code-flow-with-pkce
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from pizza_on_demand import deadline
from pizza_on_demand.clients.signed_tokens import SignedTokens
from pizza_on_demand.customers import (
    AccountBlockedError,
    Claims,
    IdentityUnavailableError,
    LinkExpiredError,
    WrongTokenError,
)
from pizza_on_demand.sign_ins import Attempt, SignInLostError, SignInRefusedError

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

SCOPES = "openid profile email phone"
PATIENCE = 5.0
"""Seconds: a person waits for a page, and may begin again."""


class Auth0LoginPage:
    """Auth0's Universal Login, for the application of the order page.

    Args:
        origin: the tenant, such as "https://pizza.eu.auth0.com".
        callback: where the login page sends the browser back to.
        fetch_keys: gets the tenant's JSON Web Key Set; raises IdentityUnavailableError.
        now: tells the time.
    """

    def __init__(
        self,
        origin: str,
        *,
        client_id: str,
        client_secret: str,
        callback: str,
        fetch_keys: Callable[[], dict[str, Any]],
        now: Callable[[], datetime],
    ) -> None:
        self._origin = origin
        self._client_id = client_id
        self._client_secret = client_secret
        self._callback = callback
        self._id_tokens = SignedTokens(
            issuer=f"{origin}/", audience=client_id, fetch_keys=fetch_keys, now=now
        )

    def begin(self) -> tuple[str, Attempt]:
        """The address of the login page, and what its answer is checked against."""
        from authlib.common.security import generate_token

        attempt = Attempt(*(generate_token(48) for _ in range(3)))
        url, _ = self._client().create_authorization_url(
            f"{self._origin}/authorize",
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
        return str(url), attempt

    def finish(self, attempt: Attempt, answer: str) -> Claims:
        """The profile of whoever signed in, from an ID token that was made for this attempt.

        Args:
            answer: the address that the login page sent the browser back to.

        Raises:
            SignInRefusedError: the login page let nobody in.
            SignInLostError: the answer is not one to this attempt, or was used before.
            AccountBlockedError: the shop has closed this account.
            IdentityUnavailableError: the tenant gives no tokens just now.
        """
        _check(answer, attempt)
        token = self._exchange(attempt, answer)
        try:
            claims = self._id_tokens.claims(str(token.get("id_token", "")))
        except (LinkExpiredError, WrongTokenError) as error:
            raise SignInRefusedError(f"ID token: {error}") from error
        if not hmac.compare_digest(str(claims.get("nonce", "")), attempt.nonce):
            raise SignInLostError
        return claims

    def leave(self, back_to: str, session_id: str | None) -> str:
        """The address that ends the session at Auth0, and sends the browser back.

        Args:
            session_id: the "sid" of the profile; without it Auth0 asks whether to sign out.

        https://auth0.com/docs/authenticate/login/logout/log-users-out-of-auth0
        """
        query = {"client_id": self._client_id, "post_logout_redirect_uri": back_to}
        if session_id:
            query["logout_hint"] = session_id
        return f"{self._origin}/oidc/logout?{urlencode(query)}"

    def _exchange(self, attempt: Attempt, answer: str) -> dict[str, Any]:
        """Tokens for the code in the answer; it is sent once, because it works only once."""
        import requests
        from authlib.integrations.base_client import OAuthError

        client = self._client()
        try:
            token: dict[str, Any] = deadline.bounded(
                lambda: client.fetch_token(
                    f"{self._origin}/oauth/token",
                    authorization_response=answer,
                    code_verifier=attempt.verifier,
                    state=attempt.state,
                    timeout=PATIENCE,
                    allow_redirects=False,
                ),
                at_most=PATIENCE,
                at_least=1.0,
            )
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise SignInLostError from error
            raise SignInRefusedError(str(error.error)) from error
        except (requests.RequestException, deadline.OutOfTimeError, ValueError) as error:
            raise IdentityUnavailableError(type(error).__name__) from error
        return token

    def _client(self) -> OAuth2Session:
        # Only signing in pays for Authlib, which needs 0.1 s to import.
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self._client_id,
            self._client_secret,
            scope=SCOPES,
            redirect_uri=self._callback,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 - the name of a method
        )


def _check(answer: str, attempt: Attempt) -> None:
    """Whether a code has come, and for this attempt (RFC 6749, sections 4.1.2 and 10.12)."""
    said = dict(parse_qsl(urlsplit(answer).query))
    if not hmac.compare_digest(said.get("state", "").encode(), attempt.state.encode()):
        raise SignInLostError
    if said.get("error_description") == "user is blocked":
        raise AccountBlockedError
    if "code" not in said:
        raise SignInRefusedError(said.get("error", "no code"))
