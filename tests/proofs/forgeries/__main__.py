"""python -m tests.proofs.forgeries [--examples 100000] [--seed 7] [--first 0]

So many forgeries of each kind. Each has a seed of its own, so that one can be had again:
`--first 4711 --examples 1`.
"""

from __future__ import annotations

import argparse
import logging
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from simulator.world import World
from tests.proofs.forgeries import Attack
from tests.proofs.forgeries.links import ForgedLinks
from tests.proofs.forgeries.requests import ForgedRequests
from tests.proofs.forgeries.tokens import SECRET, Tokens


@dataclass
class Figures:
    """What came of many forgeries of one kind."""

    name: str
    refusals: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """What was let in, or refused in a way that nobody has documented: seed, and what was wrong."""
    slowest: float = 0.0
    """Seconds of processor time, which other programs do not lengthen."""
    grown: int = 0
    """By how many MB the process grew."""

    def report(self, seconds: float) -> str:
        """The figures, in words."""
        examples = self.refusals.total()
        rows = (
            f"{self.name}: {examples:,} refused, {len(self.wrong)} wrong",
            *(f"  {count:>9,}  {name}" for name, count in self.refusals.most_common()),
            f"  slowest {self.slowest * 1000:.0f} ms, grown by {self.grown} MB, {seconds:.0f} s",
            *self.wrong[:10],
        )
        return "\n".join(rows)


def attacked(attack: Attack, seeds: range, seed: int) -> Figures:
    """Try so many forgeries."""
    figures, before = Figures(attack.name), _megabytes()
    for number in seeds:
        forged = attack.forge(Random(f"{seed}/{number}"))
        began = time.thread_time()
        try:
            figures.refusals[attack.refusal(forged)] += 1
        except Exception as error:  # noqa: BLE001 - whatever comes out is wrong
            figures.wrong.append(f"  {number}: {repr(error)[:200]} {repr(forged)[:200]}")
        figures.slowest = max(figures.slowest, time.thread_time() - began)
    figures.grown = _megabytes() - before
    return figures


def main() -> int:
    """Try all kinds, and print the figures; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.forgeries")
    parser.add_argument("--examples", type=int, default=1000, help="of each kind")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    print(f"seed {given.seed}, {given.examples:,} of each kind from {given.first:,} on")
    wrong = 0
    with World() as world:
        requests = ForgedRequests(world)
        for attack in (Tokens(), Tokens(SECRET), ForgedLinks(), requests):
            began = time.monotonic()
            seeds = range(given.first, given.first + given.examples)
            figures = attacked(attack, seeds, given.seed)
            wrong += len(figures.wrong)
            print(figures.report(time.monotonic() - began), flush=True)
        changed = not requests.nothing_has_changed()
    print("an order was placed, or a mail sent" if changed else "no order, no mail")
    return 1 if wrong or changed else 0


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
