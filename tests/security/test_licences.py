"""Under which licences the dependencies are, of which those in lambda/ are shipped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import cast

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = [ROOT / "lambda" / "requirements.txt", ROOT / "lambda" / "requirements-web.txt"]
USED = [ROOT / "simulator" / "requirements.txt", ROOT / "requirements-dev.txt"]

PERMISSIVE = {
    *("MIT", "MIT-0", "MIT License", "MIT license"),
    *("BSD", "BSD-2-Clause", "BSD-3-Clause", "BSD License", "BSD 2-Clause License"),
    *("Apache-2.0", "Apache 2.0", "Apache License 2.0", "Apache Software License"),
    *("PSF-2.0", "Python Software Foundation License", "CNRI-Python"),
}
"""By their SPDX names, and by those that packages had for them before."""

MPL = "Mozilla Public License 2.0 (MPL 2.0)"
WITH_A_REASON: Mapping[str, tuple[str, str]] = {
    "certifi": (MPL, "asks for changes to its own files alone; it is a list, and shipped as it is"),
}
NOT_SHIPPED: Mapping[str, tuple[str, str]] = {
    **WITH_A_REASON,
    "axe-playwright-python": ("", "says MIT in its repository, and nothing in its package"),
    "hypothesis": ("MPL-2.0", "tests with it are no part of it"),
    "pathspec": (MPL, "mypy's own"),
}


def pinned(path: Path) -> list[str]:
    names = re.findall(r"^([\w.-]+)(?:\[[\w,]*\])?==", path.read_text("utf-8"), re.MULTILINE)
    assert len(names) > 8
    return names


def licences(package: Message) -> list[str]:
    """Every licence that a package names: by an expression, by classifiers, or in a text."""
    if expression := package.get("License-Expression"):
        return re.split(r" (?:AND|OR) ", expression)
    classifiers = package.get_all("Classifier") or []
    named = [line.split(" :: ")[-1] for line in classifiers if line.startswith("License :: ")]
    return named or [package.get("License", "")]


def unaccepted(name: str, reasons: Mapping[str, tuple[str, str]]) -> set[str]:
    """The licences of a package that are neither permissive nor accepted for a reason."""
    try:
        package = cast("Message", metadata(name))
    except PackageNotFoundError:
        return set()  # It is for another platform.
    accepted = {reasons[name][0]} if name in reasons else set()
    return {*licences(package)} - PERMISSIVE - accepted


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_what_is_shipped_may_be_shipped(path: Path) -> None:
    assert {name: bad for name in pinned(path) if (bad := unaccepted(name, WITH_A_REASON))} == {}
    assert all(metadata(name) for name in pinned(path))


@pytest.mark.parametrize("path", USED, ids=lambda path: path.parent.name)
def test_what_is_used_may_be_used(path: Path) -> None:
    assert {name: bad for name in pinned(path) if (bad := unaccepted(name, NOT_SHIPPED))} == {}


def test_every_exception_is_needed() -> None:
    needed = {name for name in NOT_SHIPPED if unaccepted(name, {})}

    assert needed == set(NOT_SHIPPED)


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ({"License-Expression": "GPL-3.0-only OR MIT"}, ["GPL-3.0-only", "MIT"]),
        ({"Classifier": "License :: OSI Approved :: AGPL v3"}, ["AGPL v3"]),
        ({"License": "Commercial"}, ["Commercial"]),
        ({}, [""]),
    ],
    ids=str,
)
def test_another_licence_would_be_found(lines: dict[str, str], named: list[str]) -> None:
    package = Message()
    for header, value in lines.items():
        package[header] = value

    assert licences(package) == named
    assert not PERMISSIVE.issuperset(named)
