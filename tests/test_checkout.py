"""What a code makes due besides the order."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from simulator.script import Stage, parse
from simulator.world import World

SCRIPT = Path(__file__).parent / "conversations" / "wrong_codes.txt"


def test_the_operator_can_count_the_locks(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with World() as world:
        stage = Stage(world, SCRIPT.parent)
        for step in parse(SCRIPT.read_text("utf-8")):
            stage.perform(step)
    assert [record.message for record in caplog.records].count("ordering locked") == 1
