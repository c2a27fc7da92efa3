"""Some customers at once, and processes that die under them; thousands take long.

python -m tests.proofs.load
"""

from __future__ import annotations

import time

import pytest

from simulator.world import World
from tests.deployment.local_lambda import Lambda, Runnable
from tests.deployment.runtime_api import FunctionError
from tests.deployment.template_checks import Json
from tests.proofs.load.fleet import Chances
from tests.proofs.load.run import Figures, Shape, run

FEW = Shape(conversations=20, processes=2, chances=Chances(faults=0.2, kills=0.1))


@pytest.fixture(scope="module")
def figures(runnable: Runnable, stack: Json) -> Figures:
    with World() as world:
        return run(Lambda(runnable, world, stack), world, FEW)


def test_orders_receipts_and_letters_agree_to_the_unit(figures: Figures) -> None:
    assert figures.problems == []
    assert figures.books.receipts.keys() == figures.books.sold
    assert len(figures.books.sold) > figures.conversations / 2


def test_what_a_dead_process_owed_was_sent_by_the_sweep(figures: Figures) -> None:
    assert figures.swept > 0


def test_processes_died_and_services_failed_meanwhile(figures: Figures) -> None:
    assert figures.kills > 0
    assert figures.faults > 0


def test_an_event_whose_process_is_killed_is_given_up_at_once(
    runnable: Runnable, world: World, stack: Json
) -> None:
    """The stand-in for Lambda waits for no process that is dead."""
    with Lambda(runnable, world, stack).start("SweepFunction") as function:
        function.wait_until_ready()
        function.kill()
        began = time.monotonic()
        with pytest.raises(FunctionError, match="its process has ended"):
            function({})

    assert time.monotonic() - began < 5
