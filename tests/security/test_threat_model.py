"""docs/threat_model.md: the tests and the doors that it names are there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "threat_model.md").read_text("utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::([\w:]+)`", TEXT)))
PLACES = sorted(set(re.findall(r"`((?:\w+/)*\w+(?:\.\w+|/))`", TEXT)))


@cache
def named_in(path: str) -> set[str]:
    """The tests of a file, by the names that pytest has for them."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for group in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        inside = (node.name for node in group.body if isinstance(node, ast.FunctionDef))
        names |= {f"{group.name}::{name}" for name in inside}
    return names


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_each_test_that_it_names_is_there(path: str, name: str) -> None:
    assert name in named_in(path)


@pytest.mark.parametrize("place", PLACES)
def test_each_place_that_it_names_is_there(place: str) -> None:
    assert (ROOT / place).exists()


def test_each_threat_has_its_test() -> None:
    threats = re.findall(r"\n\| Threat \|.*\n\|[-|]+\n((?:\|.*\n)+)", TEXT)
    rows = [row for table in threats for row in table.splitlines()]

    assert len(rows) > 30
    for row in rows:
        _, threat, stops, shown, _ = re.split(r" ?\| ?", row)
        assert threat
        assert stops
        assert re.fullmatch(r"`tests/[\w/]+\.py::[\w:]+`(, `tests/[\w/]+\.py::[\w:]+`)*", shown)


def test_each_door_is_in_it() -> None:
    """A function of its own is a door of its own."""
    doors = {f"lambda/{path.name}" for path in (ROOT / "lambda").glob("*_function.py")}

    assert doors <= set(PLACES)


def test_it_is_one_page() -> None:
    assert len(TEXT.splitlines()) <= 120
