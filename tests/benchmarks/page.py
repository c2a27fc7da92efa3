"""The page about speed: what was measured, put into `pages/speed.md`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Goal, Table

TEXT = Path(__file__).parent / "pages" / "speed.md"


class _Tables(dict[str, str]):
    """Tables as Markdown, by their keys."""

    def __missing__(self, key: str) -> str:
        return "(Not measured this time.)"


def speed(figures: Any, tables: Sequence[Table], goals: Iterable[Goal]) -> str:
    """The page, as Markdown.

    Args:
        figures: when, where and how often was measured.
    """
    return TEXT.read_text("utf-8").format(
        **{name: figures[name] for name in ("measured", "python", "machine", "rounds")},
        goals="\n".join(_line(goal, tables) for goal in goals),
        tables=_Tables((table.key, table.as_markdown()) for table in tables),
    )


def _line(goal: Goal, tables: Sequence[Table]) -> str:
    ratio = goal.reached(tables)
    if ratio is None:
        return f"| {goal.claim} | not measured | {goal.at_most:.2f} |"
    said = f"**{ratio:.2f}**" if ratio <= goal.at_most else f"{ratio:.2f}"
    return f"| {goal.claim} | {said} | {goal.at_most:.2f} |"
