"""`python -m interaction_model` and its --check."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from interaction_model.__main__ import main

Write = Callable[[str], Path]


@pytest.fixture
def options(write: Write, pizzeria: str, tmp_path: Path) -> list[str]:
    return ["--sources", str(write(pizzeria).parent), "--built", str(tmp_path / "built")]


def test_each_source_is_built_into_a_file_of_its_locale(options: list[str], tmp_path: Path) -> None:
    assert main(options) == 0

    built = json.loads((tmp_path / "built" / "en-US.json").read_text(encoding="utf-8"))
    assert built["interactionModel"]["languageModel"]["invocationName"] == "little pizzeria"


def test_check_is_content_with_what_was_just_built(options: list[str]) -> None:
    main(options)

    assert main([*options, "--check"]) == 0


def test_check_says_what_to_run_when_a_built_file_is_missing_and_writes_nothing(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*options, "--check"]) == 1

    assert capsys.readouterr().err == "en-US.json is stale; run: python -m interaction_model\n"
    assert not (tmp_path / "built").exists()


def test_check_notices_that_the_source_was_edited(
    options: list[str], write: Write, pizzeria: str
) -> None:
    main(options)
    write(pizzeria.replace("get me a pizza", "bring me a pizza"))

    assert main([*options, "--check"]) == 1


def test_a_faulty_source_is_told_and_nothing_is_written(
    options: list[str],
    write: Write,
    pizzeria: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(pizzeria.replace("little pizzeria", "pizzeria"))

    assert main(options) == 1

    assert "en.toml: invocation" in capsys.readouterr().err
    assert not (tmp_path / "built").exists()
