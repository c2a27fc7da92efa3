"""Packages of npm are fetched once, whoever wants them, and however many at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from simulator.npm import NpmError, unpacked

NPM = """#!/bin/sh
# Packs a package, and is done when as many have begun as there must be.
echo fetched >> "{log}"
while [ "$(wc -l < "{log}")" -lt {together} ]; do :; done
mkdir package && echo "{text}" > package/index.js
tar -czf fetched.tgz package && rm -r package
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where npm writes a line for each fetch; the cache is empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    return tmp_path / "fetches.txt"


def put_npm(log: Path, *, together: int = 1) -> None:
    """An npm that fetches something else each time."""
    program = log.with_name("bin") / "npm"
    program.parent.mkdir()
    program.write_text(NPM.format(log=log, together=together, text="$$"), "utf-8")
    program.chmod(0o755)


def fetch(_: int = 0) -> str:
    return (unpacked("left-pad", "1.3.0") / "index.js").read_text("utf-8")


def test_a_package_is_fetched_once(log: Path) -> None:
    put_npm(log)

    assert fetch() == fetch()
    assert len(log.read_text("utf-8").splitlines()) == 1


def test_two_who_fetch_at_once_get_the_same(log: Path) -> None:
    put_npm(log, together=2)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(fetch, range(2))

    assert len(log.read_text("utf-8").splitlines()) == 2
    assert first == second == fetch()


def test_a_machine_without_npm_is_told_so(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(log.parent))

    with pytest.raises(NpmError, match="no npm"):
        fetch()
