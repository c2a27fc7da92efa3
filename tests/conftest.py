from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from simulator.world import World

# A slow machine is no counterexample.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def world() -> Iterator[World]:
    """A fresh world; nobody is linked yet."""
    with World() as fresh:
        yield fresh
