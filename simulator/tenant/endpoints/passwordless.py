"""POST /passwordless/start: sends a code, or a link to whoever forgot to ask for a code.

https://auth0.com/docs/api/authentication/passwordless/get-code-or-link
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request

from simulator.tenant.authorization import CONNECTIONS
from simulator.tenant.errors import StartError, TooManyRequestsError, UnauthorizedClientError
from simulator.tenant.limits import RateLimit
from simulator.tenant.passwordless import Connection, DeliveryError

if TYPE_CHECKING:
    from simulator.tenant.applications import Application
    from simulator.tenant.tenant import Tenant

_ALLOWED = frozenset(
    {"client_id", "client_secret", "connection", "email", "phone_number", "send", "authParams"}
)
_PHONE_NUMBER = r"^\+[0-9]{1,15}$"


class Passwordless:
    """The endpoint with its rate limit: fifty requests an hour from one address of the net."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._limit = RateLimit(tenant.clock, burst=50, refill=timedelta(hours=1) / 50)

    def start(self) -> Response:
        """Send a code or a link, and tell whose address it is.

        Raises:
            TooManyRequestsError: fifty came from there within the hour.
            UnauthorizedClientError: the application did not prove that it is the one.
            StartError: anything else that Auth0 would refuse.
        """
        allowance = self._limit.take(request.remote_addr or "")
        if not allowance.allowed:
            raise TooManyRequestsError(allowance.headers())
        asked = _asked()
        application = self._application(asked)
        connection = self._connection(asked, application)
        address = _address(asked, connection)
        user = self._tenant.passwordless.user(connection, address)
        self._send(asked.get("send"), connection, address, application)
        _, _, user_id = user.sub.partition("|")
        if connection.channel == "email":
            return jsonify(_id=user_id, email=address, email_verified=bool(user.email_verified))
        verified = bool(user.phone_number_verified)
        return jsonify(_id=user_id, phone_number=address, phone_verified=verified)

    def _application(self, asked: Mapping[str, Any]) -> Application:
        if not asked.get("client_id"):
            raise StartError("bad.client_id", "Missing required property: client_id")
        application = self._tenant.applications.get(str(asked["client_id"]))
        if application is None or not application.knows(str(asked.get("client_secret", ""))):
            raise UnauthorizedClientError
        return application

    def _connection(self, asked: Mapping[str, Any], application: Application) -> Connection:
        name = asked.get("connection")
        if not name:
            raise StartError("bad.connection", "Missing required property: connection")
        if name in CONNECTIONS:
            raise StartError(
                "bad.connection",
                "Invalid connection strategy. It must either be a passwordless connection",
            )
        connection = self._tenant.passwordless.connections.get(str(name))
        if connection is None:
            raise StartError("bad.connection", "Connection does not exist")
        if application.client_id not in connection.enabled_clients:
            raise StartError("bad.connection", "Connection is disabled")
        return connection

    def _send(
        self, send: Any, connection: Connection, address: str, application: Application
    ) -> None:
        # `send` is for e-mail: a text never brings a link.
        if connection.channel == "email" and send in {None, "link"}:
            link = f"{request.host_url}passwordless/verify_redirect?connection=email"
            self._deliver(connection, address, f"Click this link to sign in: {link}")
        elif send in {None, "link", "code"}:
            code = self._tenant.passwordless.issue(connection, address, application)
            self._deliver(connection, address, f"Your verification code is: {code}")
        else:
            raise StartError("bad.request", "the value of send must be code or link")

    def _deliver(self, connection: Connection, address: str, text: str) -> None:
        if connection.channel == "email":
            # Mail waits in a queue: whoever asked never hears that nobody took it.
            with suppress(DeliveryError):
                self._tenant.deliver("email", address, text)
            return
        try:
            self._tenant.deliver("sms", address, text)
        except DeliveryError as error:
            raise StartError("sms_provider_error", f"{error} (Code: {error.code})") from error


def _asked() -> Mapping[str, Any]:
    body = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(body, dict):
        raise StartError("bad.request", "Invalid request payload JSON format")
    if unknown := sorted(set(body) - _ALLOWED):
        raise StartError(
            "bad.request", f"the following properties are not allowed: {', '.join(unknown)}"
        )
    if not isinstance(body.get("authParams", {}), dict):
        raise StartError("bad.authParams", "error in authParams - invalid object")
    return body


def _address(asked: Mapping[str, Any], connection: Connection) -> str:
    name = "email" if connection.channel == "email" else "phone_number"
    address = asked.get(name)
    if not address:
        raise StartError(f"bad.{name}", f"Missing required property: {name}")
    if name == "email" and "@" not in str(address):
        raise StartError("bad.email", "Invalid email address")
    if name == "phone_number" and not re.fullmatch(_PHONE_NUMBER, str(address)):
        raise StartError("bad.phone_number", f"String does not match pattern: {_PHONE_NUMBER}")
    return connection.normal(str(address))
