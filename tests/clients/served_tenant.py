"""A tenant on a port of its own, with a wire before it that counts calls and plays faults."""

from __future__ import annotations

from typing import Any

from simulator.clock import Clock
from simulator.closing import Closing
from simulator.tenant import Tenant
from simulator.wire import Server, Wire

AUDIENCE = "https://api.pizza-on-demand.example"
CLIENT_ID = "alexa"


class ServedTenant(Closing):
    """Use it as a context manager."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.tenant = Tenant(clock)
        self.wire = Wire("auth0", self.tenant.wsgi)
        self._server = Server(self.wire)
        self.origin = self._server.origin
        self.issuer = f"{self.origin}/"

    def close(self) -> None:
        self.wire.mend()
        self._server.close()

    def mint(
        self,
        kind: str = "valid",
        name: str = "ada",
        *,
        audience: str | None = AUDIENCE,
        **more: str,
    ) -> str:
        """An access token of that kind; *more* are `issuer` and `scope`."""
        granted: dict[str, Any] = {"client_id": CLIENT_ID, "issuer": self.issuer} | more
        return self.tenant.mint(name, kind, audience=audience, **granted)

    def times_asked(self, path: str) -> int:
        """How many requests for that path came so far."""
        return sum(call.path == path for call in self.wire.calls)
