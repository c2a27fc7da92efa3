"""How fast the skill is, against others, and how its cost grows: `make bench`.

    python -m tests.benchmarks [--rounds 15] [--no-growth]

Rows of a table are measured round-robin, in one run, and said as medians. Quote the ratios:
the milliseconds are this machine's. Every function runs under AWS's own runtime client, on the
same Python; Auth0 and AWS answer from another process on loopback.

Written are docs/speed.json, and by it docs/speed.md, docs/pictures/speed.svg and docs/costs.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import artifacts, costs, growth, page, plot, rows
from tests.benchmarks.artifacts import NodePeer, PeerMissingError, Peers
from tests.benchmarks.figures import Goal, Table
from tests.benchmarks.rows import HELLO, SIMPLEST, SKILL, TYPICAL, Field
from tests.benchmarks.scene import ROOT, Scene
from tests.deployment.python_tools import ToolMissingError

FIGURES = ROOT / "docs" / "speed.json"
PAGE = ROOT / "docs" / "speed.md"
PICTURE = ROOT / "docs" / "pictures" / "speed.svg"
COSTS = ROOT / "docs" / "costs.md"

GOALS = (
    Goal("first greeting, against the typical skill", "cold greeting", SIMPLEST, TYPICAL, 0.15),
    Goal("first greeting, against bare HelloWorld", "cold greeting", SIMPLEST, HELLO, 0.85),
    Goal("first order and code, against the typical skill", "cold order", SKILL, TYPICAL, 0.40),
    Goal("warm turn, against bare HelloWorld", "warm skill", SIMPLEST, HELLO, 0.5),
    Goal("peak memory, against the typical skill", "memory", SKILL, TYPICAL, 0.6),
    Goal("package, against the SDK and requests", "package", rows.OWN, rows.SDK, 1.0),
)


def main() -> None:
    """Measure, say, and write down."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        field = _field(Path(folder))
        with Scene() as scene:
            tables = [table for measure in _plan(field, scene, options) for table in _said(measure)]
    _say_goals(tables)
    _write(tables, field, options.rounds)


def _write(tables: list[Table], field: Field, rounds: int) -> None:
    figures = {
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": field.ours.version,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "rounds": rounds,
        "missing": field.missing,
        "tables": [table.as_json() for table in tables],
    }
    FIGURES.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(page.speed(figures, tables, GOALS), "utf-8")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(plot.bars(tables[0]), "utf-8")
    COSTS.write_text(costs.sheet(figures), "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--rounds", type=int, default=15, help="how often each row is measured")
    parser.add_argument(
        "--no-growth",
        dest="growth",
        action="store_false",
        help="leave out how the cost grows, which takes minutes",
    )
    return parser.parse_args()


def _field(folder: Path) -> Field:
    try:
        ours = artifacts.ours(folder)
    except ToolMissingError as error:
        sys.exit(str(error))
    missing: list[str] = []

    def had(make: Callable[[], Peers | NodePeer]) -> Peers | NodePeer | None:
        try:
            return make()
        except (PeerMissingError, ToolMissingError) as error:
            print(f"Left out: {error}")
            missing.append(str(error))
            return None

    peers, node = had(artifacts.peers), had(artifacts.node_peer)
    assert peers is None or isinstance(peers, Peers)
    assert node is None or isinstance(node, NodePeer)
    return Field(ours, peers, node, missing)


def _plan(
    field: Field, scene: Scene, options: argparse.Namespace
) -> list[Callable[[], list[Table]]]:
    rounds = options.rounds
    plan: list[Callable[[], list[Table]]] = [
        lambda: [rows.cold_greeting(field, scene, rounds)],
        lambda: [rows.cold_order(field, scene, rounds)],
        lambda: rows.warm_turn(field, scene, rounds, turns=200),
        lambda: [rows.lookups(field, scene)],
        lambda: [rows.memory(field, scene, turns=1000)],
        lambda: [rows.package(field)],
        lambda: [rows.whole_order(field, scene)],
    ]
    grows: list[Callable[[], list[Table]]] = [
        lambda: growth.processes(field, scene, (1, 2, 4), turns=1000),
        lambda: growth.history(field, scene, (1, 100, 10_000), turns=6),
        lambda: growth.customers(field, scene, (1, 100, 1_000, 10_000)),
    ]
    return [*plan, *(grows if options.growth else [])]


def _said(measure: Callable[[], list[Table]]) -> list[Table]:
    began = time.monotonic()
    tables = measure()
    for table in tables:
        print(f"\n{table.as_text()}")
    print(f"  ({time.monotonic() - began:.0f} s)", flush=True)
    return tables


def _say_goals(tables: list[Table]) -> None:
    print("\nRatios")
    for goal in GOALS:
        ratio = goal.reached(tables)
        said = "not measured" if ratio is None else f"{ratio:.2f}"
        verdict = "" if ratio is None else ("reached" if ratio <= goal.at_most else "missed")
        print(f"  {goal.claim:<52}{said:>8}  (at most {goal.at_most:.2f}) {verdict}")


if __name__ == "__main__":
    main()
