"""Certificates that are read when they are needed are believed as if all had been read."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from pizza_on_demand.clients.trust import system_trust
from simulator.wire import Server
from tests.certificates import Certificate


@pytest.fixture(autouse=True)
def nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def shown(tmp_path: Path) -> Certificate:
    """What the server shows."""
    return Certificate.make(tmp_path / "shown.pem")


@pytest.fixture
def server(shown: Certificate) -> Iterator[Server]:
    server = Server(Response("hello"), tls=shown.shown())
    yield server
    server.close()


def is_believed(server: Server, trust: ssl.SSLContext) -> bool:
    connection = HTTPSConnection("127.0.0.1", server.port, timeout=5, context=trust)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read() == b"hello"
    except ssl.SSLCertVerificationError:
        return False
    finally:
        connection.close()


def test_a_certificate_in_the_directory_is_believed(
    server: Server, shown: Certificate, tmp_path: Path
) -> None:
    shown.put_into(tmp_path / "system")

    trust = system_trust([tmp_path / "missing", tmp_path / "system"])

    assert trust.cert_store_stats()["x509"] == 0, "nothing is read before it is needed"
    assert is_believed(server, trust)


def test_another_certificate_of_the_same_name_is_not(server: Server, tmp_path: Path) -> None:
    Certificate.make(tmp_path / "other.pem").put_into(tmp_path / "system")

    assert not is_believed(server, system_trust([tmp_path / "system"]))


def test_whoever_names_a_file_is_not_overruled(
    server: Server, shown: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown.put_into(tmp_path / "system")
    other = Certificate.make(tmp_path / "other.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.path))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "missing"))

    assert not is_believed(server, system_trust([tmp_path / "system"]))


def test_without_such_a_directory_all_certificates_are_read_at_once(tmp_path: Path) -> None:
    read = system_trust([tmp_path]).cert_store_stats()

    assert read == ssl.create_default_context().cert_store_stats()


def test_names_are_verified_and_certificates_required(tmp_path: Path, shown: Certificate) -> None:
    shown.put_into(tmp_path / "system")
    lazily, as_python_has_it = system_trust([tmp_path / "system"]), ssl.create_default_context()

    assert lazily.verify_mode is as_python_has_it.verify_mode is ssl.CERT_REQUIRED
    assert lazily.check_hostname is as_python_has_it.check_hostname is True
    assert lazily.verify_flags == as_python_has_it.verify_flags
