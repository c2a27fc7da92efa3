"""Figures: measured round-robin, and compared as medians."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

Measure = Callable[[], float]


@dataclass(frozen=True)
class Row:
    """What one of those that are compared took, each time."""

    name: str
    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.samples)

    @property
    def spread(self) -> tuple[float, float]:
        """The quartiles: half of the samples lie between them."""
        if len(self.samples) < 2:
            return self.median, self.median
        low, _, high = quantiles(self.samples, n=4, method="inclusive")
        return low, high


@dataclass(frozen=True)
class Table:
    """Rows of one run. The first is what the others are compared with."""

    key: str
    title: str
    unit: str
    rows: tuple[Row, ...]
    note: str = ""

    def ratio(self, name: str, to: str | None = None) -> float | None:
        """The median of a row in terms of another's, or None if one of them is missing."""
        medians = {row.name: row.median for row in self.rows}
        zero = medians.get(to or self.rows[0].name)
        return medians[name] / zero if zero and name in medians else None

    def as_json(self) -> dict[str, Any]:
        rows = [
            {
                "name": row.name,
                "median": _rounded(row.median),
                "quartiles": [_rounded(value) for value in row.spread],
                "ratio": _rounded(self.ratio(row.name) or 0),
                "times": len(row.samples),
            }
            for row in self.rows
        ]
        named = {"key": self.key, "title": self.title, "unit": self.unit, "note": self.note}
        return named | {"rows": rows}

    def as_text(self) -> str:
        """For a terminal."""
        head = f"{self.title} ({self.unit})"
        lines = [f"{head:<64}{'median':>10}{'ratio':>8}{'quartiles':>20}"]
        for row in self.rows:
            low, high = (_short(value) for value in row.spread)
            ratio = f"{self.ratio(row.name) or 0:.2f}"
            lines.append(f"  {row.name:<62}{_short(row.median):>10}{ratio:>8}{low:>12}-{high}")
        return "\n".join([*lines, *([f"  {self.note}"] if self.note else [])])

    def as_markdown(self) -> str:
        lines = [
            f"| {self.title} | {self.unit} | half of them | ratio |",
            "| --- | --- | --- | --- |",
        ]
        for row in self.rows:
            low, high = (_short(value) for value in row.spread)
            spread = f"{low}–{high}" if len(row.samples) > 1 else ""
            ratio = f"{self.ratio(row.name) or 0:.2f}"
            lines.append(f"| {row.name} | {_short(row.median)} | {spread} | {ratio} |")
        return "\n".join(lines)


@dataclass(frozen=True)
class Goal:
    """How one row shall compare with another."""

    claim: str
    table: str
    row: str
    to: str
    at_most: float

    def reached(self, tables: Iterable[Table]) -> float | None:
        """The ratio, or None if it was not measured."""
        found = next((table for table in tables if table.key == self.table), None)
        return found.ratio(self.row, self.to) if found else None


def round_robin(measures: Mapping[str, Measure], rounds: int) -> tuple[Row, ...]:
    """Measure each once in every round: a machine whose speed drifts disturbs all alike."""
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            taken[name].append(measure())
    return tuple(Row(name, tuple(samples)) for name, samples in taken.items())


def counted(counts: Mapping[str, float]) -> tuple[Row, ...]:
    """Rows of what is counted, and the same each time."""
    return tuple(Row(name, (float(count),)) for name, count in counts.items())


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
