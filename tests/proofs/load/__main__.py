"""The long runs: `python -m tests.proofs.load`, and the same with `--memory`."""

from __future__ import annotations

import argparse
import logging
import sys

from tests.proofs.load import memory
from tests.proofs.load.machine import deployed
from tests.proofs.load.run import Shape, run


def main() -> int:
    """Run, and print the figures; the exit status says whether all was well."""
    parser = _parser()
    asked = parser.parse_args()
    if asked.turns < memory.FEWEST:
        parser.error(f"--turns: at least {memory.FEWEST}, or there is no slope")
    logging.disable()  # The world's own functions note what is done to them.
    with deployed() as (functions, world):
        if asked.memory:
            grown = memory.measure(functions, world, asked.turns, asked.seed)
            print(grown)
            return int(grown.is_steep)
        shape = Shape(asked.conversations, asked.processes, asked.seed)
        figures = run(functions, world, shape)
        print(figures)
        return int(bool(figures.problems))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.load")
    parser.add_argument("--conversations", type=int, default=3_000)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--memory", action="store_true", help="how much one process needs")
    parser.add_argument("--turns", type=int, default=14_000, help="of that process")
    return parser


if __name__ == "__main__":
    sys.exit(main())
