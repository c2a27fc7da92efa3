"""Try every mutant: `python -m tests.proofs.mutation`, or some modules' by their names."""

from __future__ import annotations

import sys
import time
import tomllib
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.proofs.mutation.mutants import Mutant, mutants_of
from tests.proofs.mutation.trials import Reach, load_libraries, reach

HERE = Path(__file__).parent
PACKAGE = Path("lambda/pizza_on_demand")
LEAST = 0.9
"""Of a module's mutants that make a difference, how many the tests must notice."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a module's mutants."""

    module: str
    tried: int
    survivors: Sequence[Mutant]
    unexplained: Sequence[Mutant]
    stale: Sequence[str]
    """Explanations of what is noticed by now, or is not there any more."""

    @property
    def killed(self) -> int:
        return self.tried - len(self.survivors)

    @property
    def score(self) -> float:
        """Of the mutants that make a difference, how many were noticed."""
        different = self.killed + len(self.unexplained)
        return self.killed / different if different else 1.0

    @property
    def is_good(self) -> bool:
        return self.score >= LEAST and not self.unexplained and not self.stale


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the mutants, and print what came of them."""
    asked = _parser().parse_args(arguments)
    began = time.monotonic()
    load_libraries()
    results = list(_results(asked.modules))
    print(*_table(results), sep="\n")
    print(f"{time.monotonic() - began:.0f} s")
    return 0 if all(result.is_good for result in results) else 1


def explanations(module: str) -> Mapping[tuple[str, str], str]:
    """Why no test need notice a mutant of that module: by its lines before and after."""
    listed = tomllib.loads((HERE / "explained.toml").read_text(encoding="utf-8"))["survivor"]
    ours = [each for each in listed if each["module"] == module]
    return {(each["before"], after): each["why"] for each in ours for after in each["after"]}


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m tests.proofs.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", help="such as: verification.py orders/order.py")
    return parser


def _results(wanted: Sequence[str]) -> Iterator[Result]:
    suites = tomllib.loads((HERE / "suites.toml").read_text(encoding="utf-8"))["suite"]
    for suite in suites:
        modules = [module for module in suite["modules"] if module in wanted or not wanted]
        if modules:
            reached = reach(suite["tests"])
            yield from (_result(module, reached) for module in modules)


def _result(module: str, reached: Reach) -> Result:
    mutants = mutants_of(PACKAGE / module)
    print(f"{module}: {len(mutants)} mutants", flush=True)
    known = explanations(module)
    survivors, unexplained = [], []
    for mutant in mutants:
        if reached.survives(mutant):
            survivors.append(mutant)
            if (mutant.before, mutant.after) not in known:
                unexplained.append(mutant)
                print(mutant.diff(), flush=True)
    left = set(known) - {(mutant.before, mutant.after) for mutant in survivors}
    stale = [f"{before} → {after}" for before, after in left]
    for change in stale:
        print(f"explained, but noticed or gone: {change}")
    return Result(module, len(mutants), survivors, unexplained, stale)


def _table(results: Iterable[Result]) -> Iterator[str]:
    yield "| module | mutants | killed | survived | explained | score |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for result in results:
        survived, unexplained = len(result.survivors), len(result.unexplained)
        yield (
            f"| {result.module} | {result.tried} | {result.killed} | {survived} "
            f"| {survived - unexplained} | {result.score:.1%} |"
        )


if __name__ == "__main__":
    sys.exit(main())
