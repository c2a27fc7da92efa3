from __future__ import annotations

import pytest

from simulator.world import World
from tests.api.program import Program


@pytest.fixture
def ada(world: World) -> Program:
    """A program that Ada lets do everything."""
    return Program(world)
