"""How much memory one process needs, the longer it lives. Linux only: it reads /proc."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from simulator.world import World
from tests.deployment.local_lambda import Lambda
from tests.deployment.runtime_api import Function
from tests.proofs.load.customers import Customer, Shop
from tests.proofs.load.fleet import Chances, Fleet
from tests.proofs.load.post import Post

EVERY = 1_000
"""Turns between two looks."""
WARM_AFTER = 8
"""Looks: by then it remembers a thousand customers, as many as it ever does."""
FEWEST = (WARM_AFTER + 2) * EVERY
"""Turns: two looks make a line."""
MOST_KB_A_THOUSAND = 100.0
"""Of growth after that: in a day of a turn each second that would be 9 MB."""


@dataclass(frozen=True)
class Memory:
    """Resident memory after each thousand turns."""

    kilobytes: Sequence[int]

    @property
    def slope(self) -> float:
        """Kilobytes in a thousand turns, once it is warm."""
        warm = self.kilobytes[WARM_AFTER:]
        return statistics.linear_regression(range(len(warm)), warm).slope

    @property
    def is_steep(self) -> bool:
        """Whether it grows by more than chance."""
        return self.slope > MOST_KB_A_THOUSAND

    def __str__(self) -> str:
        return f"slope: {self.slope:+.0f} kB in 1,000 turns, after the first {WARM_AFTER * EVERY:,}"


def measure(functions: Lambda, world: World, turns: int, seed: int) -> Memory:
    """Let one process serve customer after customer, some of them in trouble."""
    post, aws = Post(), world.cloud.wire.app

    def start(origin: str) -> Function:
        return functions.start("SkillFunction", aws=origin)

    with Fleet(start, None, aws, post, 1) as fleet:
        world.function.handler = lambda event, _: fleet.answer(event)
        shop = Shop(world, fleet, post, Chances(kills=0), seed)
        return Memory([*islice(_looks(shop), turns // EVERY)])


def _looks(shop: Shop) -> Iterator[int]:
    """The kilobytes after each thousand turns, without end."""
    [process] = shop.fleet.processes
    turns, due = 0, EVERY
    for number in count():
        customer = Customer(shop, number)
        customer.talk()
        turns += customer.turns
        if turns >= due:
            due += EVERY
            kilobytes = _resident(process.function.pid)
            print(f"{turns:>7,} turns {kilobytes:>8,} kB", flush=True)
            yield kilobytes


def _resident(pid: int) -> int:
    """Kilobytes. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html"""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1])
