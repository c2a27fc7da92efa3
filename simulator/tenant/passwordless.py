"""Passwordless: codes that go to a mailbox or phone, and the users that they prove.

https://auth0.com/docs/authenticate/passwordless/best-practices
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from simulator.clock import Clock
from simulator.tenant.accounts import Account, Accounts, User, select_claims
from simulator.tenant.applications import Application
from simulator.tenant.errors import InvalidGrantError, StartError

Channel = Literal["email", "sms"]
#: Brings a text to an address by a channel; raises DeliveryError.
Deliver = Callable[[Channel, str, str], None]

#: Wrong tries after which the right code fails too. Auth0 has no setting for it.
TRIES = 3

#: How Auth0 calls an address in "Wrong … or verification code."
_ADDRESS = {"email": "email", "sms": "phone number"}


class DeliveryError(Exception):
    """The provider did not take a message."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
        """The provider's own number for it, such as Twilio's."""


@dataclass(frozen=True)
class Message:
    """What the tenant sent to a mailbox or phone."""

    channel: Channel
    address: str
    text: str


@dataclass
class Connection:
    """A passwordless connection (Auth0's dashboard: Authentication > Passwordless)."""

    channel: Channel
    """Also its name."""
    enabled_clients: set[str] = field(default_factory=set)
    """The client ids of the applications that may use it."""
    disable_signup: bool = True
    otp_length: int = 6
    otp_lifetime: timedelta = timedelta(minutes=3)

    def normal(self, address: str) -> str:
        """The address as Auth0 keeps it: e-mail in lower case."""
        return address.strip().lower() if self.channel == "email" else address


@dataclass
class PasswordlessUser:
    """A user who only ever signs in with codes: no account of the database is linked to it."""

    channel: Channel
    address: str
    verified: bool = False
    blocked: bool = False

    def __post_init__(self) -> None:
        self.id = hashlib.sha256(self.address.encode()).hexdigest()[:24]
        self.sub = f"{self.channel}|{self.id}"
        self.name = self.address
        self.nickname = self.address.partition("@")[0]
        self.email = self.address if self.channel == "email" else None
        self.phone_number = self.address if self.channel == "sms" else None

    @property
    def email_verified(self) -> bool | None:
        """Whether a code has come back from the mailbox; None without one."""
        return self.verified if self.channel == "email" else None

    @property
    def phone_number_verified(self) -> bool | None:
        """Whether a code has come back from the phone; None without one."""
        return self.verified if self.channel == "sms" else None

    def claims(self, scope: str) -> dict[str, Any]:
        """What its tokens and /userinfo tell with these space-separated scopes."""
        return select_claims(self, scope)


@dataclass
class _Code:
    value: str
    application: Application
    expires: datetime
    misses: int = 0


class Passwordless:
    """The tenant's passwordless connections, their users, and the codes on their way.

    Attributes:
        connections: by name: "email" and "sms".
    """

    def __init__(self, clock: Clock, accounts: Accounts) -> None:
        self.connections = {"email": Connection("email"), "sms": Connection("sms")}
        self._clock = clock
        self._accounts = accounts
        self._users: dict[tuple[Channel, str], PasswordlessUser] = {}
        self._codes: dict[tuple[Channel, str], _Code] = {}

    def user(self, connection: Connection, address: str) -> Account | PasswordlessUser:
        """The user whom a code at this address would sign in.

        Every account has one with its own address, linked or apart.

        Raises:
            StartError: there is none, and sign-ups are disabled.
        """
        account = self._accounts.with_address(address)
        if account and account.linked_passwordless:
            return account
        key = connection.channel, address
        if connection.disable_signup and not account and key not in self._users:
            raise StartError("bad.connection", "Public signup is disabled")
        return self._users.setdefault(key, PasswordlessUser(*key))

    def issue(self, connection: Connection, address: str, application: Application) -> str:
        """A code for an address; it makes the one before useless."""
        value = "".join(secrets.choice("0123456789") for _ in range(connection.otp_length))
        expires = self._clock.now() + connection.otp_lifetime
        self._codes[connection.channel, address] = _Code(value, application, expires)
        return value

    def redeem(
        self, connection: Connection, address: str, application: Application, value: str
    ) -> User:
        """The user behind the newest code of an address, once.

        Raises:
            InvalidGrantError: with Auth0's description of what is wrong with the code.
        """
        key = connection.channel, address
        code = self._codes.get(key)
        if code is None or code.application is not application:
            raise _wrong_code(connection)
        self._try(code, value, connection)
        del self._codes[key]
        user = self.user(connection, address)
        if isinstance(user, PasswordlessUser):
            user.verified = True
        return user

    def _try(self, code: _Code, value: str, connection: Connection) -> None:
        if code.misses >= TRIES:
            raise InvalidGrantError(
                "You've reached the maximum number of attempts. Please try to login again."
            )
        if self._clock.now() >= code.expires:
            raise InvalidGrantError("The verification code has expired. Please try to login again.")
        if not secrets.compare_digest(code.value.encode(), value.encode()):
            code.misses += 1
            raise _wrong_code(connection)


def _wrong_code(connection: Connection) -> InvalidGrantError:
    return InvalidGrantError(f"Wrong {_ADDRESS[connection.channel]} or verification code.")
