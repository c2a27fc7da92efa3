"""Tools in Python that these tests need in environments of their own.

The SAM CLI pins what the project uses in other versions, and the artifact must run under
the Python that it was built for. So each gets a virtual environment in the user's cache,
from a list that is pinned and checked against hashes.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

REQUIREMENTS = Path(__file__).parent / "requirements"
UV = Path(sys.executable).with_name("uv")


class ToolMissingError(Exception):
    """A tool cannot be had on this machine; the message says why."""


def environment(**variables: str) -> dict[str, str]:
    """Variables for a tool: it finds uv and every Python, and no credentials of anybody.

    pyenv hides the Pythons that are not its current one, until a variable names them.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "PATH": f"{UV.parent}{os.pathsep}{os.environ['PATH']}",
        **_pyenv(),
        "AWS_DEFAULT_REGION": "us-east-1",
        "SAM_CLI_TELEMETRY": "0",
        **variables,
    }


@functools.cache
def _pyenv() -> dict[str, str]:
    if shutil.which("pyenv") is None:
        return {}
    current, every = (
        _output("pyenv", *words) for words in (["version-name"], ["versions", "--bare"])
    )
    others = [version for version in every.split() if version.startswith("3.1")]
    return {"PYENV_VERSION": ":".join([*current.split(":"), *others])}


def python(version: str) -> Path | None:
    """A Python of that version on this machine, such as "3.13"."""
    found = subprocess.run(
        [UV, "python", "find", "--no-python-downloads", version],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return Path(found.stdout.strip()) if found.returncode == 0 else None


def this_platform() -> str:
    """This machine, as uv names platforms."""
    machine = {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    return f"{machine}-{'apple-darwin' if sys.platform == 'darwin' else 'unknown-linux-gnu'}"


def environment_with(requirements: str, *, of: Path) -> Path:
    """The commands of a virtual environment with what a list in `requirements/` names.

    Args:
        requirements: the list's name, such as "sam".
        of: the Python that it is made from.

    Raises:
        ToolMissingError: it cannot be installed, as without a network.
    """
    listed = REQUIREMENTS / f"{requirements}.txt"
    digest = hashlib.sha256(listed.read_bytes() + bytes(of.resolve())).hexdigest()[:12]
    home = cached(f"{requirements}-{digest}", lambda made: _install(listed, of, made))
    return home / "bin"


def cached(name: str, make: Callable[[Path], None]) -> Path:
    """A folder in the user's cache, which is made once.

    Args:
        make: makes it, at a path where nothing is yet.
    """
    home = cache() / name
    if not home.exists():
        with tempfile.TemporaryDirectory(dir=cache()) as folder:
            make(Path(folder) / "new")
            (Path(folder) / "new").rename(home)
    return home


def _install(listed: Path, of: Path, home: Path) -> None:
    commands: list[list[str | Path]] = [
        ["venv", "--quiet", "--relocatable", "--python", of, home],
        ["pip", "sync", "--quiet", "--require-hashes", "--python", home, listed],
    ]
    for command in commands:
        done = subprocess.run(
            [UV, *command], env=environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ToolMissingError(f"{listed.stem} cannot be installed: {done.stderr.strip()}")


def cache() -> Path:
    """Where `cached` folders are."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "pizza-on-demand"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
