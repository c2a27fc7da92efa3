"""Proves that a request was sent by Alexa, as a skill outside of Lambda has to.

On Lambda the trigger lets nobody in but Alexa, for one skill. Over HTTPS anybody can knock,
so Alexa signs each request, and says where the certificate for the signature is:
https://developer.amazon.com/docs/custom-skills/host-a-custom-skill-as-a-web-service.html

Amazon's own package for this, ask-sdk-webservice-support 1.3.3, cannot be imported where
OpenSSL is 3.0.10 or newer.
"""

from __future__ import annotations

import base64
import json
import posixpath
import re
import time
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi
import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import (
    Certificate,
    DNSName,
    SubjectAlternativeName,
    UnsupportedGeneralNameType,
    load_pem_x509_certificates,
)
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from urllib3.exceptions import HTTPError

from simulator.rules.turn import at

SIGNER = "echo-api.amazon.com"
HOST = "s3.amazonaws.com"
FOLDER = "/echo.api/"

TOLERANCE = timedelta(seconds=150)
EVENT_TOLERANCE = timedelta(hours=1)
"""Skill events are delivered again for an hour, until the skill has taken them:
https://developer.amazon.com/docs/smapi/skill-events-in-alexa-skills.html"""

PATIENCE = 3.0
"""Seconds for a chain to come: the customer waits too, and Alexa gives up after eight."""
LARGEST_CHAIN = 65_536
"""Bytes; Amazon's has some seven thousand."""
CHAIN_FRESH_FOR = timedelta(hours=1)
CHAINS_KEPT = 8

_PATH = re.compile(r"[A-Za-z0-9._/-]+")
"""No “%”: between us and the host, somebody would decode it after we have looked."""

Json = dict[str, Any]


class UnverifiedError(Exception):
    """Nothing proves that Alexa sent the request; the message says what is wrong."""


class RequestVerifier:
    """Tells Alexa's requests from all others.

    Args:
        now: tells the time. It must be the real one, whatever the world's clock shows.
        roots: the certificates where a chain may end.
        fetch: gets what is at an address; raises UnverifiedError.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        roots: list[Certificate],
        fetch: Callable[[str], bytes],
    ) -> None:
        self._now = now
        self._trusted = Store(roots)
        self._chains = _Chains(fetch, now)

    def verify(self, body: bytes, *, chain_url: str | None, signature: str | None) -> Json:
        """The request envelope that Alexa sent.

        Args:
            body: as it came, byte for byte.
            chain_url: the SignatureCertChainUrl header.
            signature: the Signature-256 header. The one named Signature, over a SHA-1 hash,
                proves nothing any more.

        Raises:
            UnverifiedError: it may have been anybody else, or comes too late.
        """
        if chain_url is None or signature is None:
            raise UnverifiedError("SignatureCertChainUrl or Signature-256 is missing")
        key = self._signing_key(self._chains.get(chain_address(chain_url)))
        _check_signature(key, signature, body)
        envelope = _read(body)
        self._check_timestamp(envelope)
        return envelope

    def _signing_key(self, chain: list[Certificate]) -> RSAPublicKey:
        leaf, *others = chain
        policy = PolicyBuilder().store(self._trusted).time(self._now())
        try:
            policy.build_server_verifier(DNSName(SIGNER)).verify(leaf, others)
        except (VerificationError, UnsupportedGeneralNameType) as error:
            raise UnverifiedError(f"the certificate is not good: {error}") from None
        names = leaf.extensions.get_extension_for_class(SubjectAlternativeName).value
        key = leaf.public_key()
        # The policy would take “*.amazon.com” as well: the key of every other service there.
        if SIGNER not in names.get_values_for_type(DNSName) or not isinstance(key, RSAPublicKey):
            raise UnverifiedError(f"the certificate is not {SIGNER}’s, for an RSA key")
        return key

    def _check_timestamp(self, envelope: Json) -> None:
        sent = _timestamp(at(envelope, "request", "timestamp"))
        is_event = str(at(envelope, "request", "type")).startswith("AlexaSkillEvent.")
        age = self._now() - sent
        if not -TOLERANCE <= age <= (EVENT_TOLERANCE if is_event else TOLERANCE):
            raise UnverifiedError(f"sent {age.total_seconds():.0f} seconds ago")


class _Chains:
    """Certificate chains by their address, remembered for a while.

    They are verified at each use, so that a certificate does not outlive its own end here.
    """

    def __init__(self, fetch: Callable[[str], bytes], now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._kept: dict[str, tuple[datetime, list[Certificate]]] = {}

    def get(self, address: str) -> list[Certificate]:
        fetched, chain = self._kept.get(address, (None, []))
        if fetched is not None and self._now() - fetched < CHAIN_FRESH_FOR:
            return chain
        chain = _parsed(self._fetch(address))
        if len(self._kept) >= CHAINS_KEPT:
            self._kept.clear()
        self._kept[address] = (self._now(), chain)
        return chain


def chain_address(url: str) -> str:
    """Where Amazon keeps the chain that *url* names, in its one plain spelling.

    Raises:
        UnverifiedError: *url* leads anywhere else.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # A port that is no number, or brackets that do not match.
        raise UnverifiedError("SignatureCertChainUrl is no address") from None
    path = posixpath.normpath(parts.path)
    is_amazons = (parts.scheme, parts.hostname, parts.username) == ("https", HOST, None)
    if not is_amazons or port not in (None, 443) or not path.startswith(FOLDER):
        raise UnverifiedError(f"SignatureCertChainUrl is not in https://{HOST}{FOLDER}")
    if not _PATH.fullmatch(path) or parts.query or parts.fragment:
        raise UnverifiedError("SignatureCertChainUrl has more than a plain path")
    return f"https://{HOST}{path}"


def fetch(url: str, *, patience: float = PATIENCE) -> bytes:
    """What is at *url*, if it comes within *patience* seconds and is no larger than a chain.

    Raises:
        UnverifiedError: it does not, or it is.
    """
    give_up_at = time.monotonic() + patience
    headers = {"Accept-Encoding": "identity"}
    try:
        with requests.get(
            url, headers=headers, timeout=patience, stream=True, allow_redirects=False
        ) as answer:
            if answer.status_code != 200:
                raise UnverifiedError(f"{answer.status_code} instead of the certificate chain")
            return _body(answer, give_up_at)
    except (requests.RequestException, HTTPError) as error:
        name = type(error).__name__
        raise UnverifiedError(f"the certificate chain cannot be had: {name}") from None


def _body(answer: requests.Response, give_up_at: float) -> bytes:
    """Read piece by piece: a time-out alone starts again with every byte that comes."""
    body = bytearray()
    while piece := answer.raw.read1(LARGEST_CHAIN):
        body += piece
        if len(body) > LARGEST_CHAIN or time.monotonic() > give_up_at:
            raise UnverifiedError("the certificate chain is too large, or too slow")
    return bytes(body)


def public_roots() -> list[Certificate]:
    """The roots that requests trusts too: Mozilla's, as certifi packs them."""
    with warnings.catch_warnings():
        # A few of the older roots have the serial number 0, which RFC 5280 rules out.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return load_pem_x509_certificates(Path(certifi.where()).read_bytes())


def _parsed(pem: bytes) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise UnverifiedError("there is no certificate chain at that address") from None


def _check_signature(key: RSAPublicKey, signature: str, body: bytes) -> None:
    try:
        key.verify(base64.b64decode(signature, validate=True), body, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature):
        raise UnverifiedError("the signature is not the body’s") from None


def _read(body: bytes) -> Json:
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        envelope = None
    if not isinstance(envelope, dict):
        raise UnverifiedError("the body is no request envelope")
    return envelope


def _timestamp(text: Any) -> datetime:
    """An ISO 8601 time with its zone, such as "2026-01-05T18:30:00Z"."""
    try:
        sent = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        sent = None
    if sent is None or sent.tzinfo is None:
        raise UnverifiedError("the request has no timestamp")
    return sent
