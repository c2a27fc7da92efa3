"""What the tests need of npm: without it they are skipped, except in CI."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from simulator import npm


def unpacked(name: str, version: str) -> Path:
    """A package's own files, without what it needs."""
    try:
        return npm.unpacked(name, version)
    except npm.NpmError as error:
        _go_without(error)


def installed(name: str, version: str, *beside: str) -> Path:
    """A `node_modules` folder with the package and what it needs."""
    try:
        return npm.installed(name, version, *beside)
    except npm.NpmError as error:
        _go_without(error)


def _go_without(error: npm.NpmError) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(str(error))
    pytest.skip(str(error))
