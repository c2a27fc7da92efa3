"""What the tenant has registered: the API tokens are for, and the applications that ask."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote_plus

from simulator.tenant.errors import UnauthorizedClientError

if TYPE_CHECKING:
    from werkzeug.datastructures import Authorization

ClientAuthentication = Literal["client_secret_basic", "client_secret_post", "none"]

PASSWORDLESS_OTP = "http://auth0.com/oauth/grant-type/passwordless/otp"

#: Scopes that any application may ask for, whatever the API.
OIDC_SCOPES = frozenset({"openid", "profile", "email", "phone", "offline_access"})


@dataclass(frozen=True)
class Api:
    """An API (Auth0's dashboard: Applications > APIs). Its tokens are JWTs."""

    identifier: str
    """The audience: a URI that need not exist."""
    scopes: frozenset[str] = frozenset()
    token_lifetime: timedelta = timedelta(hours=1)
    allow_offline_access: bool = True
    signing_secret: str | None = field(default=None, repr=False)
    """With it the tokens are signed with HS256, and /userinfo does not take them."""

    def grants(self, scope: str) -> bool:
        """Whether a token for this API may carry *scope*."""
        if scope == "offline_access":
            return self.allow_offline_access
        return scope in OIDC_SCOPES or scope in self.scopes


@dataclass
class Application:
    """A client, in OAuth's words. `token_endpoint_auth_method` "none" makes it public."""

    name: str
    callbacks: list[str] = field(default_factory=list)
    """Allowed redirect URIs, compared character by character."""
    logout_urls: list[str] = field(default_factory=list)
    grant_types: set[str] = field(default_factory=lambda: {"authorization_code", "refresh_token"})
    token_endpoint_auth_method: ClientAuthentication = "client_secret_basic"
    client_id: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    client_grant: frozenset[str] = frozenset()
    """What it may do at the Management API in its own name, such as "read:users"."""

    @property
    def is_public(self) -> bool:
        """Whether it keeps no secret, and has to prove itself by PKCE alone."""
        return self.token_endpoint_auth_method == "none"

    def knows(self, secret: str) -> bool:
        """Whether that is its secret; a public application needs none."""
        return self.is_public or secrets.compare_digest(
            secret.encode(), self.client_secret.encode()
        )


def authenticate(
    applications: Mapping[str, Application],
    parameters: Mapping[str, str],
    header: Authorization | None,
) -> Application:
    """Find out which application speaks to the token endpoint, and that it is the one.

    Credentials stand in a Basic header, form-urlencoded, or in the body (RFC 6749,
    section 2.3.1). Only the way the application is registered for is accepted.

    Raises:
        UnauthorizedClientError: whichever part is wrong.
    """
    if header is not None and header.type == "basic":
        method, credentials = "client_secret_basic", (header.username, header.password)
        client_id, secret = (unquote_plus(part or "") for part in credentials)
    else:
        client_id, secret = parameters.get("client_id", ""), parameters.get("client_secret", "")
        method = "client_secret_post" if secret else "none"
    application = applications.get(client_id)
    if application is None or application.token_endpoint_auth_method != method:
        raise UnauthorizedClientError
    if not application.knows(secret):
        raise UnauthorizedClientError
    return application
