"""A world whose services are met as in the cloud: each at a door of its own, over TLS."""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulator.closing import Closing
from simulator.wire import Call, Server
from simulator.world import World
from tests.certificates import Certificate

AWS = {"DynamoDB": "DYNAMODB", "SES": "SESV2", "SNS": "SNS", "secretsmanager": "SECRETS_MANAGER"}
"""How calls name AWS's services, and how botocore's settings do."""

BELIEVED_BY = ("SSL_CERT_FILE", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
"""Where the skill, botocore, and the customer's browser look for whom they believe."""


def service_of(call: Call) -> str:
    """Whose door a call goes to."""
    return call.name.split()[0] if call.service == "aws" else call.service


@dataclass(frozen=True)
class Door:
    """Where a service is reached."""

    server: Server
    tls: ssl.SSLContext

    @contextmanager
    def failing(self, how: str, certificates: Certificates) -> Iterator[None]:
        """Let it be shut, or let it show a certificate that nobody trusts."""
        if how == "shut":
            self.server.close()
        else:
            self.tls.load_cert_chain(certificates.untrusted.path)
        try:
            yield
        finally:
            if how == "shut":
                self.server.open_again()
            else:
                self.tls.load_cert_chain(certificates.trusted.path)


@dataclass(frozen=True)
class Certificates:
    """What the doors show, and what they show when something is wrong."""

    trusted: Certificate
    untrusted: Certificate


class GuardedWorld(Closing):
    """A world behind doors. Use it as a context manager."""

    def __init__(self) -> None:
        self._ending = ExitStack()
        folder = Path(self._ending.enter_context(tempfile.TemporaryDirectory()))
        self.certificates = Certificates(
            Certificate.make(folder / "trusted.pem"), Certificate.make(folder / "untrusted.pem")
        )
        trusted = str(self.certificates.trusted.path)
        self._set(dict.fromkeys(BELIEVED_BY, trusted))
        tls = self.certificates.trusted.shown()
        self.world = self._ending.enter_context(World(tls=tls))
        self.doors = {name: Door(server, tls) for name, server in self.world.servers.items()}
        for name in AWS:
            self.doors[name] = self._aws_door()
        self._set({f"AWS_ENDPOINT_URL_{AWS[n]}": self.doors[n].server.origin for n in AWS})

    def close(self) -> None:
        self._ending.close()

    def _aws_door(self) -> Door:
        tls = self.certificates.trusted.shown()
        server = Server(self.world.cloud.wire, tls=tls)
        self._ending.callback(server.close)
        return Door(server, tls)

    def _set(self, variables: Mapping[str, str]) -> None:
        before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)
        self._ending.callback(_restore, before)


def _restore(before: Mapping[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
