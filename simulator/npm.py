"""Packages of npm that are used and not shipped: fetched once, into the user's cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

PATIENCE = 300
"""Seconds for one package with everything that it needs."""


class NpmError(Exception):
    """A package is not there, and cannot be fetched; the message says why."""


def unpacked(name: str, version: str) -> Path:
    """A package's own files, without what it needs.

    Raises:
        NpmError: it cannot be fetched.
    """
    return _cached(f"{name}-{version}", lambda folder: _unpack(name, version, folder)) / "package"


def installed(name: str, version: str, *beside: str) -> Path:
    """A `node_modules` folder with the package and what it needs.

    Args:
        beside: other packages that it needs and does not say so, such as "jsdom-global@3.0.2".

    Raises:
        NpmError: it cannot be fetched.
    """
    wanted = (f"{name}@{version}", *beside)
    home = _cached(f"{name}-{version}-installed", lambda folder: _install(wanted, folder))
    return home / "node_modules"


def _unpack(name: str, version: str, folder: Path) -> None:
    _npm("pack", f"{name}@{version}", folder=folder)
    [archive] = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")


def _install(wanted: tuple[str, ...], folder: Path) -> None:
    flags = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-save")
    _npm("install", *flags, "--prefix", str(folder), *wanted, folder=folder)


def _npm(*arguments: str, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NpmError("there is no npm on this machine")
    command = [npm, *arguments, "--silent"]
    try:
        subprocess.run(  # noqa: S603 - no shell, and only names that stand in this repository
            command, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE
        )
    except subprocess.SubprocessError as error:
        raise NpmError(f"npm could not fetch {arguments[-1]}") from error


def _cached(name: str, make: Callable[[Path], None]) -> Path:
    """A folder of that name in the cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pizza-on-demand"
    home = cache / name
    if not home.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            made = Path(folder) / name
            made.mkdir()
            make(made)
            _take_its_place(made, home)
    return home


def _take_its_place(made: Path, home: Path) -> None:
    """Two processes may have fetched the same at once: then the first one's stays."""
    try:
        made.rename(home)
    except OSError:
        if not home.exists():
            raise
