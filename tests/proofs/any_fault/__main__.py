"""The whole matrix: `python -m tests.proofs.any_fault`."""

from __future__ import annotations

import logging
import sys
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from simulator.function import LAMBDA_TIMEOUT_MS
from tests.proofs.any_fault.cells import HURRY, Cell, play
from tests.proofs.any_fault.faults import FAULTS
from tests.proofs.any_fault.sampling import Pair, part_of
from tests.proofs.any_fault.scenes import points, scenes, scripts

AS_USUAL = "as on a good day"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play all cells, or some of them, and print what was heard."""
    asked = _parser().parse_args(arguments)
    logging.disable()
    chosen = [path for path in scripts() if path.stem in asked.scripts or not asked.scripts]
    known = points(scenes(chosen))
    pairs = [(point, fault) for point in known for fault in FAULTS]
    pairs = part_of(pairs, asked.sample, asked.seed) if asked.sample else pairs
    print(f"{len(known)} calls × {len(FAULTS)} faults: {len(pairs)} cells", flush=True)
    cells = list(_shown(_played(pairs, asked.milliseconds, asked.processes)))
    print(*_matrix(cells), *_figures(cells), sep="\n")
    return 1 if any(cell.problems for cell in cells) else 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m tests.proofs.any_fault", description=__doc__)
    parser.add_argument("scripts", nargs="*", help="of tests/conversations, such as: order")
    parser.add_argument("--sample", type=int, help="so many cells, and not all of them")
    parser.add_argument("--seed", type=int, default=7, help="which ones")
    parser.add_argument(
        "--milliseconds",
        type=int,
        default=HURRY,
        help=f"that a turn has if a fault costs time; Lambda gives it {LAMBDA_TIMEOUT_MS}",
    )
    parser.add_argument("--processes", type=int, default=2, help="that play them")
    return parser


def _played(pairs: Sequence[Pair], hurry: int, processes: int) -> Iterator[Cell]:
    """The cells in their order: each has a world of its own, so several go at once."""
    with ProcessPoolExecutor(processes, get_context("spawn"), logging.disable) as pool:
        yield from pool.map(partial(play, hurry=hurry), *zip(*pairs, strict=True))


def _shown(cells: Iterable[Cell]) -> Iterator[Cell]:
    """What is wrong is told at once, and every hundred how far we are."""
    for number, cell in enumerate(cells, start=1):
        for problem in cell.problems:
            print(f"✗ {cell}: {problem}", flush=True)
        if number % 100 == 0:
            print(f"{number} cells played", flush=True)
        yield cell


def _matrix(cells: Iterable[Cell]) -> Iterable[str]:
    """A line for each call and each thing that is heard: when, and how often."""
    heard: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for cell in cells:
        if cell.struck:
            is_usual = cell.moment == cell.point.scene.moment
            row = (cell.point.call, AS_USUAL if is_usual else cell.moment)
            heard[row][cell.fault.name] += 1
    yield "| call | heard | under |"
    yield "| --- | --- | --- |"
    for (call, moment), under in sorted(heard.items()):
        listed = ", ".join(f"{name} ×{count}" for name, count in under.items())
        yield f"| {call} | {moment} | {listed} |"


def _figures(cells: Sequence[Cell]) -> Iterable[str]:
    struck = [cell for cell in cells if cell.struck]
    slowest = max(struck, key=lambda cell: cell.took_ms)
    yield f"{len(cells)} cells, {len(struck)} of them disturbed"
    yield f"slowest turn: {slowest.took_ms:.0f} ms, {slowest}"
    yield f"wrong: {sum(bool(cell.problems) for cell in cells)}"


if __name__ == "__main__":
    sys.exit(main())
