"""Certificates for services on loopback."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import shutil
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    """One for 127.0.0.1 with its key, in one file that is its own authority."""

    path: Path

    @classmethod
    def make(cls, path: Path) -> Self:
        """Make a new one; nobody trusts it who is not told to."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("The world")
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

    def shown(self) -> ssl.SSLContext:
        """For a server that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path)
        return context

    def put_into(self, directory: Path) -> None:
        """Put it where OpenSSL finds it, by a hash of its subject as it compares subjects.

        https://docs.openssl.org/3.5/man3/X509_NAME_hash_ex/
        """
        subject = _name("the world").public_bytes()[2:]
        digest = hashlib.sha1(subject, usedforsecurity=False).digest()
        directory.mkdir()
        shutil.copy(self.path, directory / f"{int.from_bytes(digest[:4], 'little'):08x}.0")


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
