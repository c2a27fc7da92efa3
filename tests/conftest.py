from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.world import World


@pytest.fixture
def world() -> Iterator[World]:
    """A fresh world; nobody is linked yet."""
    with World() as fresh:
        yield fresh
