"""Whom we trust: the certificates of the system, each read when somebody's chain ends in it."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from pathlib import Path

DIRECTORIES = (
    Path("/etc/pki/ca-trust/extracted/pem/directory-hash"),  # Amazon Linux
    Path("/etc/ssl/certs"),  # Debian
)
"""Where systems keep a file for each certificate, named by a hash of its subject."""


def system_trust(directories: Iterable[Path] = DIRECTORIES) -> ssl.SSLContext:
    """Verifies what a client is shown, by what the system trusts.

    To read all of its hundred and forty certificates takes 20 ms of CPU, of a first turn that
    somebody waits for. In a directory OpenSSL finds the one that it needs:
    https://docs.openssl.org/3.5/man3/SSL_CTX_load_verify_locations/

    Where no such directory is, or where SSL_CERT_FILE or SSL_CERT_DIR names others, all is as
    Python has it.
    """
    is_named = "SSL_CERT_FILE" in os.environ or "SSL_CERT_DIR" in os.environ
    found = None if is_named else next(filter(_is_hashed, directories), None)
    return ssl.create_default_context(capath=found)


def _is_hashed(directory: Path) -> bool:
    return any(directory.glob("????????.0"))
