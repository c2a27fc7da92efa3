"""What Amazon has to sign requests with, of our own making: authorities, chains, a bucket."""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from werkzeug.wrappers import Request, Response

from simulator.request_verification import HOST, SIGNER, RequestVerifier, fetch
from simulator.wire import Server, Wire

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NOW = datetime(2026, 1, 5, 18, 30, tzinfo=UTC)
DAY = timedelta(days=1)
SHA_1 = hashes.SHA1()  # noqa: S303 - Amazon signed over it once, and nobody may take it any more
CHAIN_URL = f"https://{HOST}/echo.api/echo-api-cert-1.pem"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


class Authority:
    """A certificate authority: a root, or an intermediate one under *issuer*."""

    def __init__(self, name: str, issuer: Authority | None = None) -> None:
        self.name = _name(name)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = (issuer or self).vouch_for(self)

    def certify(
        self,
        key: PrivateKey,
        names: Sequence[str],
        *,
        since: datetime = NOW - 30 * DAY,
        until: datetime = NOW + 30 * DAY,
    ) -> x509.Certificate:
        """A certificate for a server that goes by *names*."""
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        return self._certify(_name(names[0]), key.public_key(), (since, until), alternatives)

    def vouch_for(self, other: Authority) -> x509.Certificate:
        """A certificate for an authority: this one itself, one below it, or another root."""
        valid = (NOW - 900 * DAY, NOW + 900 * DAY)
        return self._certify(other.name, other.key.public_key(), valid, is_authority=True)

    def _certify(
        self,
        subject: x509.Name,
        key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
        valid: tuple[datetime, datetime],
        *extensions: x509.ExtensionType,
        is_authority: bool = False,
    ) -> x509.Certificate:
        own = self.key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(valid[0])
            .not_valid_after(valid[1])
            .add_extension(x509.BasicConstraints(is_authority, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=is_authority), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(own), critical=False)
        )
        if not is_authority:
            server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
            builder = builder.add_extension(server, critical=False)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(self.key, hashes.SHA256())


def pem(*certificates: x509.Certificate) -> bytes:
    """A chain as it is published."""
    encoding = serialization.Encoding.PEM
    return b"".join(certificate.public_bytes(encoding) for certificate in certificates)


def sign(key: rsa.RSAPrivateKey, body: bytes, algorithm: hashes.HashAlgorithm | None = None) -> str:
    """What Alexa puts into the Signature-256 header."""
    return base64.b64encode(key.sign(body, PKCS1v15(), algorithm or hashes.SHA256())).decode()


def launch(**changed: Any) -> bytes:
    """The body of a request; *changed* says what is different in its "request"."""
    asked = {"type": "LaunchRequest", "timestamp": "2026-01-05T18:30:00Z", "locale": "en-US"}
    return json.dumps({"version": "1.0", "request": asked | changed}).encode()


@functools.cache
def rsa_key(owner: str) -> rsa.RSAPrivateKey:
    """One key for each owner: they take long to make."""
    del owner
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Bucket:
    """The bucket where Amazon publishes its chains: a WSGI application, and what it holds."""

    origin: str = ""
    objects: dict[str, Response] = field(default_factory=dict)

    def put(self, url: str, content: bytes | Response) -> None:
        """Publish something at an address."""
        answer = content if isinstance(content, Response) else Response(content)
        self.objects[urlsplit(url).path] = answer

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve what there is."""
        found = self.objects.get(Request(environ).path, Response("no such key", 404))
        return found(environ, start_response)

    def address(self, url: str) -> str:
        """Where this bucket has what Amazon's would have at *url*."""
        return url.replace(f"https://{HOST}", self.origin)

    def fetch(self, url: str) -> bytes:
        """What this bucket has at *url*, over HTTP."""
        return fetch(self.address(url))


@dataclass
class Amazon:
    """Signs as Amazon does, and publishes the chain for it in a bucket that is served."""

    bucket: Bucket
    wire: Wire
    root: Authority = field(default_factory=lambda: Authority("Root"))
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.intermediate = Authority("Intermediate", self.root)
        self.verifier = RequestVerifier(
            now=lambda: self.now, roots=[self.root.certificate], fetch=self.bucket.fetch
        )
        self.publish(self.leaf())

    def leaf(self, *names: str, **valid: datetime) -> x509.Certificate:
        return self.intermediate.certify(rsa_key("Amazon"), names or [SIGNER], **valid)

    def publish(self, *chain: x509.Certificate, at: str = CHAIN_URL) -> None:
        """Put a chain into the bucket: what is given, and the intermediate one after it."""
        self.bucket.put(at, pem(*chain, self.intermediate.certificate))

    def verify(self, body: bytes, url: str = CHAIN_URL, signature: str | None = None) -> Any:
        signature = signature or sign(rsa_key("Amazon"), body)
        return self.verifier.verify(body, chain_url=url, signature=signature)


@contextmanager
def signing_amazon() -> Iterator[Amazon]:
    """An Amazon of one's own, with its bucket served for as long as it is needed."""
    bucket = Bucket()
    wire = Wire("s3", bucket.wsgi)
    server = Server(wire)
    bucket.origin = server.origin
    yield Amazon(bucket, wire)
    server.close()
