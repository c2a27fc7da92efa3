"""A world whose services are met as in the cloud: each at a door of its own, over TLS."""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from simulator.closing import Closing
from simulator.wire import Call, Server
from simulator.world import World

AWS = {"DynamoDB": "DYNAMODB", "SES": "SESV2", "SNS": "SNS", "secretsmanager": "SECRETS_MANAGER"}
"""How calls name AWS's services, and how botocore's settings do."""


def service_of(call: Call) -> str:
    """Whose door a call goes to."""
    return call.name.split()[0] if call.service == "aws" else call.service


@dataclass(frozen=True)
class Certificate:
    """One for 127.0.0.1 with its key, in one file that is its own authority."""

    path: Path

    @classmethod
    def make(cls, path: Path) -> Self:
        """Make a new one; nobody trusts it who is not told to."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "The world")])
        now = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
                critical=False,
            )
            .sign(key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
        return cls(path)


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

    def context(self) -> ssl.SSLContext:
        """What a door answers with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.trusted.path)
        return context


class GuardedWorld(Closing):
    """A world behind doors. Use it as a context manager."""

    def __init__(self) -> None:
        self._ending = ExitStack()
        folder = Path(self._ending.enter_context(tempfile.TemporaryDirectory()))
        self.certificates = Certificates(
            Certificate.make(folder / "trusted.pem"), Certificate.make(folder / "untrusted.pem")
        )
        trusted = str(self.certificates.trusted.path)
        self._set({"SSL_CERT_FILE": trusted, "AWS_CA_BUNDLE": trusted})
        tls = self.certificates.context()
        self.world = self._ending.enter_context(World(tls=tls))
        self.doors = {name: Door(server, tls) for name, server in self.world.servers.items()}
        for name in AWS:
            self.doors[name] = self._aws_door()
        self._set({f"AWS_ENDPOINT_URL_{AWS[n]}": self.doors[n].server.origin for n in AWS})

    def close(self) -> None:
        self._ending.close()

    def _aws_door(self) -> Door:
        tls = self.certificates.context()
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
