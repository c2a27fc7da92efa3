"""python -m tests.proofs.any_envelope [--examples 100000] [--seed 7] [--first 0]

Each envelope has a seed of its own, so that one can be had again: `--first 4711 --examples 1`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from pizza_on_demand.languages import Language
from simulator.rules.turn import at
from tests.proofs.any_envelope import sdk
from tests.proofs.any_envelope.envelopes import one
from tests.proofs.any_envelope.stage import Answered, open_stage

_A_SHIFT = 2_000
"""Envelopes that one world serves: what moto has kept makes it slow."""

_SHOWN = 2_000
"""Characters of an envelope that broke something."""

_MOMENTS = frozenset(Language.of("en-US").speech) - {"phrases"}


@dataclass
class Figures:
    """What came of many envelopes."""

    kinds: Counter[str] = field(default_factory=Counter)
    replies: Counter[str] = field(default_factory=Counter)
    moments: set[str] = field(default_factory=set)
    slowest: float = 0.0
    largest: int = 0
    wrong: Counter[str] = field(default_factory=Counter)

    def add(self, answered: Answered) -> None:
        """Count one more."""
        kind = at(answered.event, "request", "type")
        self.kinds[kind if isinstance(kind, str) else "no type"] += 1
        self.replies[_kind(answered.reply)] += 1
        self.moments |= _MOMENTS.intersection(answered.moments)
        self.slowest = max(self.slowest, answered.took)
        self.largest = max(self.largest, _size(answered.reply))
        self.wrong.update(answered.wrong)

    def report(self) -> Iterator[str]:
        """The figures, line by line."""
        known = sum(kind in self.kinds for kind in sdk.KINDS)
        others = len(self.kinds) - known
        yield f"request types: {known} of the SDK's {len(sdk.KINDS)}, and {others} others"
        yield f"moments said: {len(self.moments)} of {len(_MOMENTS)}"
        yield from (f"{count:>9,}  {kind}" for kind, count in self.replies.most_common())
        yield f"slowest {self.slowest:.2f} s, largest {self.largest:,} bytes"
        yield f"wrong: {self.wrong.total():,}"


def _kind(reply: Any) -> str:
    """What a reply does, in words."""
    response = at(reply, "response")
    if at(response, "canFulfillIntent") is not None:
        return "whether the skill could"
    if at(response, "outputSpeech") is None:
        return "silence"
    ends = at(response, "shouldEndSession")
    if ends is None:
        return "a sentence, and a screen that stays"
    return "a sentence, and the end" if ends else "a question"


def _size(reply: Any) -> int:
    return len(json.dumps(reply, ensure_ascii=False).encode(errors="surrogatepass"))


def main(examples: int, seed: int, first: int) -> int:
    """Send them all, and print the figures; the exit status says whether all was well."""
    figures, began = Figures(), time.monotonic()
    for index, answered in _answers(seed, range(first, first + examples)):
        if new := set(answered.wrong) - figures.wrong.keys():
            print(f"--first {index}", *sorted(new), json.dumps(answered.event)[:_SHOWN], sep="\n")
        figures.add(answered)
    pace = examples / (time.monotonic() - began)
    print(f"{examples:,} envelopes, seed {seed}, {pace:.0f} a second", *figures.report(), sep="\n")
    return 1 if figures.wrong else 0


def _answers(seed: int, indexes: range) -> Iterator[tuple[int, Answered]]:
    for start in range(0, len(indexes), _A_SHIFT):
        with open_stage() as stage:
            for index in indexes[start : start + _A_SHIFT]:
                yield index, stage.send(one(Random(f"{seed}/{index}"), stage.scene))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--first", type=int, default=0)
    sys.exit(main(**vars(parser.parse_args())))
