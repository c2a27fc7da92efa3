"""The authorization request: read, checked, and answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode, urlsplit, urlunsplit

from simulator.tenant.applications import OIDC_SCOPES, Api, Application
from simulator.tenant.errors import AuthorizationError, PageError
from simulator.tenant.grants import Grant

if TYPE_CHECKING:
    from simulator.tenant.sessions import Session
    from simulator.tenant.tenant import Tenant

#: Where people of this tenant can sign in: the database, and two that stand for others.
CONNECTIONS = {"pod-db": "e-mail", "google-oauth2": "Google", "apple": "Apple"}


@dataclass(frozen=True)
class ReturnAddress:
    """Where the browser goes back to, checked against the application's callbacks."""

    application: Application
    redirect_uri: str
    state: str | None
    response_type: str

    @classmethod
    def of(cls, parameters: Mapping[str, str], tenant: Tenant) -> ReturnAddress:
        """Read it from the parameters.

        Raises:
            PageError: the client is unknown or the redirect URI not one of its own.
                RFC 6749 (section 4.1.2.1) forbids to redirect then.
        """
        client_id = parameters.get("client_id")
        if not client_id:
            raise PageError(400, "invalid_request", "Missing required parameter: client_id")
        application = tenant.applications.get(client_id)
        if application is None:
            raise PageError(400, "invalid_request", f"Unknown client: {client_id}")
        redirect_uri = parameters.get("redirect_uri", "")
        if redirect_uri not in application.callbacks:
            raise PageError(
                403,
                "unauthorized_client",
                "Callback URL mismatch. "
                f"{redirect_uri or 'Nothing'} is not in the list of allowed callback URLs",
            )
        response_type = parameters.get("response_type", "")
        return cls(application, redirect_uri, parameters.get("state"), response_type)

    def url(self, **answer: str) -> str:
        """The redirect URI with an answer in it: in the fragment for the implicit grant."""
        if self.state is not None:
            answer["state"] = self.state
        parts = urlsplit(self.redirect_uri)
        if self.response_type == "token":
            return urlunsplit(parts._replace(fragment=urlencode(answer)))
        query = "&".join(filter(None, [parts.query, urlencode(answer)]))
        return urlunsplit(parts._replace(query=query))


@dataclass(frozen=True)
class AuthorizationRequest:
    """What an application asks a customer for."""

    back: ReturnAddress
    response_type: Literal["code", "token"]
    scope: str
    """What will be granted of it: space-separated."""
    api: Api | None
    challenge: str | None
    nonce: str | None
    prompt: str | None
    connection: str | None
    login_hint: str | None

    @classmethod
    def of(
        cls, back: ReturnAddress, parameters: Mapping[str, str], tenant: Tenant
    ) -> AuthorizationRequest:
        """Read the rest of the request.

        Raises:
            AuthorizationError: with the error and description Auth0 redirects with.
        """
        api = _api(parameters.get("audience"), tenant)
        return cls(
            back,
            _response_type(back.response_type, tenant),
            granted_scope(parameters.get("scope", ""), api),
            api,
            _challenge(parameters, back.application),
            parameters.get("nonce"),
            parameters.get("prompt"),
            _connection(parameters.get("connection")),
            parameters.get("login_hint"),
        )

    def grant(self, session: Session) -> Grant:
        """What whoever is signed in grants.

        Raises:
            AuthorizationError: the account is blocked.
        """
        account = session.account
        if account.blocked:
            raise AuthorizationError("unauthorized", "user is blocked")
        application = self.back.application
        return Grant(account, application, self.scope, self.api, self.nonce, session.sid)


def _response_type(asked: str, tenant: Tenant) -> Literal["code", "token"]:
    match asked:
        case "code":
            return "code"
        case "token" if tenant.implicit_grant:
            return "token"
        case "token":
            raise AuthorizationError(
                "unauthorized_client", "Grant type 'implicit' not allowed for the client."
            )
        case "":
            raise AuthorizationError("invalid_request", "Missing required parameter: response_type")
    raise AuthorizationError("unsupported_response_type", f"Unsupported response type: {asked}")


def _api(audience: str | None, tenant: Tenant) -> Api | None:
    if not audience:
        return None
    try:
        return tenant.apis[audience]
    except KeyError:
        raise AuthorizationError("access_denied", f"Service not found: {audience}") from None


def granted_scope(asked: str, api: Api | None) -> str:
    """What is asked for without what the API does not offer; silently, as Auth0 does."""
    return " ".join(
        scope
        for scope in dict.fromkeys(asked.split())
        if (api.grants(scope) if api else scope in OIDC_SCOPES)
    )


def _challenge(parameters: Mapping[str, str], application: Application) -> str | None:
    challenge = parameters.get("code_challenge")
    method = parameters.get("code_challenge_method", "S256" if challenge is None else "plain")
    if method != "S256":
        raise AuthorizationError(
            "invalid_request", "Invalid parameter: code_challenge_method must be S256"
        )
    if challenge is None and application.is_public:
        raise AuthorizationError(
            "invalid_request", "Parameter 'code_challenge' is required for this client."
        )
    return challenge


def _connection(name: str | None) -> str | None:
    if name is not None and name not in CONNECTIONS:
        raise AuthorizationError("invalid_request", "the connection was not found")
    return name
