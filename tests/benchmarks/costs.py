"""What a million turns cost, by the measured figures: docs/costs.md.

python -m tests.benchmarks.costs
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.rows import SIMPLEST, SKILL

ROOT = Path(__file__).parents[2]
PRICES = Path(__file__).with_name("prices.toml")
TEXT = Path(__file__).parent / "pages" / "costs.md"
TURNS = 1_000_000
ORDER_TURNS = 4
"""Of the talk in which the calls were counted."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One thing that is billed."""

    what: str
    how_much: str
    dollars: float


@dataclass(frozen=True)
class Turns:
    """A million turns, as they were measured and as Lambda would bill them."""

    figures: Json
    prices: Json

    @property
    def orders(self) -> float:
        """How many of them begin one."""
        return TURNS / float(self.prices["assumed"]["turns_per_order"])

    @property
    def customers(self) -> float:
        """Who make so many turns in a month."""
        return self.orders / float(self.prices["assumed"]["orders_per_customer"])

    @property
    def gigabytes(self) -> float:
        """Memory of the function."""
        template = (ROOT / "template.yaml").read_text("utf-8")
        megabytes = re.search(r"(?ms)^  SkillFunction:$.*?^ +MemorySize: (\d+)$", template)
        assert megabytes
        return int(megabytes[1]) / 1024

    def calls(self) -> Mapping[str, float]:
        """How often each service is asked in an order, by name."""
        return _medians(self.figures, "whole order")

    def warm_ms(self) -> float:
        """A turn in a warm process: CPU at Lambda's speed, and waiting."""
        waits = self.prices["assumed"]["waits_ms"]
        waited: float = sum(
            times * next(ms for of, ms in waits.items() if name.startswith(of))
            for name, times in self.calls().items()
        )
        cpu = _medians(self.figures, "warm turn")[SIMPLEST]
        return self._on_lambda(cpu) + waited / ORDER_TURNS

    def cold_ms(self) -> float:
        """What the start of a process and its first turn take."""
        cold = _medians(self.figures, "cold greeting")[SKILL]
        return self._on_lambda(cold)

    def _on_lambda(self, ms: float) -> float:
        megabytes_per_core: int = self.prices["assumed"]["megabytes_per_core"]
        return ms / min(1.0, self.gigabytes * 1024 / megabytes_per_core)


def sheet(figures: Json) -> str:
    """The page, as Markdown."""
    prices = tomllib.loads(PRICES.read_text("utf-8"))
    turns = Turns(figures, prices)
    lines = _lines(turns)
    total = sum(line.dollars for line in lines)
    texts = turns.orders * prices["sms"]["text"]
    free = prices["auth0"]["free_customers"]
    rows = [f"| {line.what} | {line.how_much} | {line.dollars:.2f} |" for line in lines]
    return TEXT.read_text("utf-8").format(
        turns=f"{TURNS:,}",
        orders=f"{turns.orders:,.0f}",
        customers=f"{turns.customers:,.0f}",
        as_of=f"{prices['as_of']:%B %Y}",
        measured=figures["measured"],
        rows="\n".join(rows),
        total=f"{total:.2f}",
        each=f"{total / turns.orders * 100:.3f}",
        texts=f"{texts:,.0f}",
        free=f"{free:,}",
        free_turns=f"{free * TURNS / turns.customers:,.0f}",
        cold=f"{prices['assumed']['cold_share']:.0%}",
    )


def _lines(turns: Turns) -> list[Line]:
    prices, calls, assumed = turns.prices, turns.calls(), turns.prices["assumed"]
    starts = TURNS * assumed["cold_share"]
    seconds = (TURNS * turns.warm_ms() + starts * turns.cold_ms()) / 1000
    writes, reads = (turns.orders * calls[f"DynamoDB {kind}"] for kind in ("PutItem", "Query"))
    mails = turns.orders * calls["SES SendEmail"]
    gigabytes = TURNS * assumed["log_bytes"] / 1e9
    compute = seconds * turns.gigabytes * prices["lambda"]["gb_second"]
    return [
        Line("Lambda, requests", f"{TURNS:,}", TURNS * prices["lambda"]["request"]),
        Line(
            f"Lambda, arm64, {turns.gigabytes:g} GB",
            f"{turns.warm_ms():.0f} ms a turn, {turns.cold_ms():.0f} ms a start",
            compute,
        ),
        Line("DynamoDB, writes", f"{writes:,.0f}", writes * prices["dynamodb"]["write"]),
        Line("DynamoDB, reads", f"{reads:,.0f}", reads * prices["dynamodb"]["read"]),
        Line("SES", f"{mails:,.0f} mails: codes and receipts", mails * prices["ses"]["mail"]),
        Line("CloudWatch, logs", f"{gigabytes:.1f} GB", gigabytes * prices["logs"]["gigabyte"]),
        Line("Secrets Manager", f"{starts * 3:,.0f} calls", starts * 3 * prices["secrets"]["call"]),
    ]


def _medians(figures: Json, key: str) -> dict[str, float]:
    table = next(table for table in figures["tables"] if table["key"] == key)
    return {row["name"]: row["median"] for row in table["rows"]}


def main() -> None:
    """Write the page anew from the figures that are there, as after a change of prices."""
    figures = json.loads((ROOT / "docs" / "speed.json").read_text("utf-8"))
    (ROOT / "docs" / "costs.md").write_text(sheet(figures), "utf-8")


if __name__ == "__main__":
    main()
