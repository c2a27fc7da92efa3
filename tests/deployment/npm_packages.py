"""What the tests need of npm: fetched once into the user's cache, and not of this repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

PATIENCE = 300
"""Seconds for one package with everything that it needs."""


def unpacked(name: str, version: str) -> Path:
    """A package's own files, without what it needs."""
    return _cached(f"{name}-{version}", lambda folder: _unpack(name, version, folder)) / "package"


def installed(name: str, version: str) -> Path:
    """A `node_modules` folder with the package and what it needs."""
    home = _cached(f"{name}-{version}-installed", lambda folder: _install(name, version, folder))
    return home / "node_modules"


def _unpack(name: str, version: str, folder: Path) -> None:
    _npm("pack", f"{name}@{version}", folder=folder)
    [archive] = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")


def _install(name: str, version: str, folder: Path) -> None:
    flags = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-save")
    _npm("install", *flags, "--prefix", str(folder), f"{name}@{version}", folder=folder)


def _npm(*arguments: str, folder: Path) -> None:
    command = ["npm", *arguments, "--silent"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE)


def _cached(name: str, make: Callable[[Path], None]) -> Path:
    """A folder of that name in the cache; without npm the test is skipped, except in CI."""
    if shutil.which("npm") is None:
        why = f"{name} has to be fetched by npm, which this machine has not got"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pizza-on-demand"
    home = cache / name
    if not home.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            made = Path(folder) / name
            made.mkdir()
            make(made)
            with suppress(OSError):  # Another process was faster.
                made.rename(home)
    return home
