"""A part of the matrix in which everything occurs."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.proofs.any_fault.faults import Fault
from tests.proofs.any_fault.scenes import Point

Pair = tuple[Point, Fault]


def part_of(pairs: Sequence[Pair], count: int, seed: int) -> list[Pair]:
    """So many pairs, drawn by lot, but first one for each kind of call and for each fault."""
    drawn = random.Random(seed).sample(pairs, len(pairs))
    kinds = [(point.call, fault.name) for point, fault in drawn]
    calls, faults, first, rest = set[str](), set[str](), list[Pair](), list[Pair]()
    for pair, (call, fault) in zip(drawn, kinds, strict=True):
        is_new = call not in calls or fault not in faults
        (first if is_new else rest).append(pair)
        calls.add(call)
        faults.add(fault)
    return (first + rest)[:count]
