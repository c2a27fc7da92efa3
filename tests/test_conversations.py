"""Every script of tests/conversations, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.play import play

SCRIPTS = sorted((Path(__file__).parent / "conversations").glob("*.txt"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_talk_goes_as_written(script: Path) -> None:
    transcript: list[str] = []

    went_as_written = play(script, transcript.append)

    assert went_as_written, "\n".join(transcript)
