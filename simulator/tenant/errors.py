"""How the tenant says no: to an application, to a browser, or to who holds a token."""

from __future__ import annotations


class TenantError(Exception):
    """Something the tenant refuses. Each kind below is answered in its own form."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


class TokenError(TenantError):
    """The token endpoint's answer: JSON with `error` and `error_description`."""

    def __init__(self, status: int, error: str, description: str, uri: str | None = None) -> None:
        super().__init__(error, description)
        self.status = status
        self.uri = uri
        """Where the error is explained, for the few that say so."""


class InvalidGrantError(TokenError):
    """403 `invalid_grant`: the code or refresh token is not, or no longer, good."""

    def __init__(self, description: str) -> None:
        super().__init__(403, "invalid_grant", description)


class UnauthorizedClientError(TokenError):
    """401 `access_denied`: the application did not prove that it is the one."""

    def __init__(self) -> None:
        super().__init__(401, "access_denied", "Unauthorized")


class StartError(TokenError):
    """400: a code cannot be sent like this. It has the form of the token endpoint's errors."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(400, error, description)


class TooManyRequestsError(TenantError):
    """429, with the X-RateLimit headers that say when to come again."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__("too_many_requests", "Too many requests. Check the X-RateLimit-* headers.")
        self.headers = headers


class ManagementError(TenantError):
    """The Management API's answer: JSON with `statusCode`, `error`, `message`, `errorCode`."""

    def __init__(self, status: int, error: str, message: str, code: str | None = None) -> None:
        super().__init__(error, message)
        self.status = status
        self.code = code


class AuthorizationError(TenantError):
    """Sent back to the application, in the query or fragment of its redirect URI."""


class PageError(TenantError):
    """Shown in the browser, because there is no trusted place to redirect to."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(error, description)
        self.status = status


class BearerError(TenantError):
    """401: the access token in the Authorization header is missing or not good."""

    def __init__(self, description: str = "The access token is invalid") -> None:
        super().__init__("invalid_token", description)


class UserBlockedError(TenantError):
    """The account behind a good access token is blocked."""

    def __init__(self) -> None:
        super().__init__("unauthorized", "user is blocked")
