"""The tenant: its content, its switches, and what can be done to it from outside."""

from __future__ import annotations

import threading
from datetime import timedelta

from simulator.clock import Clock
from simulator.tenant.accounts import residents
from simulator.tenant.applications import PASSWORDLESS_OTP, Api, Application
from simulator.tenant.grants import Grant, Ledger
from simulator.tenant.keys import KeyRing
from simulator.tenant.odd_tokens import KINDS, OddTokens
from simulator.tenant.passwordless import Channel, Deliver, Message, Passwordless
from simulator.tenant.sessions import Sessions
from simulator.tenant.tokens import TokenService
from simulator.tenant.wsgi import create_app

PIZZERIA = Api(
    "https://api.pizza-on-demand.example", scopes=frozenset({"read:orders", "write:orders"})
)


class Tenant:
    """An Auth0 tenant: serve `wsgi`, and its issuer is the origin it is served from.

    Requests take turns with the methods below, so both may come from any thread.

    Attributes:
        accounts: the customers, by short name.
        apis: the registered APIs, by identifier (audience).
        applications: the registered applications, by client id.
        passwordless: the connections "email" and "sms"; no application may use them yet.
        deliver: brings the tenant's own messages to mailboxes and phones.
        outbox: where messages stay when nobody delivers them.
        implicit_grant: whether applications may use `response_type=token`.
        rotate_refresh_tokens: whether each refresh gives a new refresh token.
        rotation_overlap: for how long the one before is good after that.
        tells_expiry: whether the token endpoint says how long access tokens live.
        logout_urls: where a logout that names no application may lead.
    """

    def __init__(self, clock: Clock, *, deliver: Deliver | None = None) -> None:
        self.clock = clock
        self.accounts = residents()
        self.apis = {PIZZERIA.identifier: PIZZERIA}
        self.applications: dict[str, Application] = {}
        self.implicit_grant = False
        self.rotate_refresh_tokens = False
        self.rotation_overlap = timedelta()
        self.tells_expiry = True
        self.logout_urls: list[str] = []
        self.ledger = Ledger(clock)
        self.passwordless = Passwordless(clock, self.accounts)
        self.outbox: list[Message] = []
        self.deliver = deliver or self._keep
        self.sessions = Sessions(clock)
        self.keys = KeyRing()
        self.tokens = TokenService(clock, self.keys, self.ledger)
        self._turn = threading.RLock()
        self.wsgi = create_app(self, self._turn)

    def add_application(self, application: Application) -> Application:
        """Register an application; it brings its own client id and secret."""
        with self._turn:
            self.applications[application.client_id] = application
        return application

    def add_api(self, api: Api) -> Api:
        """Register an API, so that its identifier can be asked for as an audience."""
        with self._turn:
            self.apis[api.identifier] = api
        return api

    def enable_passwordless(self, application: Application) -> None:
        """Let an application sign people in with codes, by mail and by text."""
        with self._turn:
            application.grant_types.add(PASSWORDLESS_OTP)
            for connection in self.passwordless.connections.values():
                connection.enabled_clients.add(application.client_id)

    def block(self, name: str) -> None:
        """Block an account: it can neither sign in nor refresh nor be read."""
        with self._turn:
            self.accounts[name].blocked = True

    def unblock(self, name: str) -> None:
        """Let a blocked account in again; its tokens are good as before."""
        with self._turn:
            self.accounts[name].blocked = False

    def revoke(self, name: str) -> None:
        """End every grant of an account: its access and refresh tokens stop working."""
        with self._turn:
            self.ledger.revoke(self.accounts[name])

    def rotate_keys(self, *, revoke: bool = False) -> None:
        """Sign with a new key. The old one stays in the JWKS, unless *revoke* takes it out."""
        with self._turn:
            self.keys.rotate(revoke=revoke)

    def mint(
        self,
        name: str,
        kind: str,
        *,
        client_id: str,
        audience: str | None,
        issuer: str,
        scope: str = "openid profile email",
    ) -> str:
        """Make an access token of some kind for an account, without a login.

        Args:
            name: whose it is, such as "ada".
            kind: one of `KINDS`.
            client_id: who seems to have asked; it need not be registered.
            audience: the API it is for; it need not be registered. None makes it opaque.
            issuer: the tenant's origin with a slash at its end.
            scope: what seems to have been granted, space-separated.

        Raises:
            KeyError: no such account, or no such kind.
        """
        with self._turn:
            application = self.applications.get(client_id)
            application = application or Application(name="Nobody", client_id=client_id)
            api = (self.apis.get(audience) or Api(audience)) if audience else None
            grant = Grant(self.accounts[name], application, scope, api)
            return KINDS[kind](OddTokens(self.tokens, grant, issuer))

    def _keep(self, channel: Channel, address: str, text: str) -> None:
        self.outbox.append(Message(channel, address, text))
