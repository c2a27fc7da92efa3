"""A table as horizontal bars: SVG that can be read on light and on dark pages."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.benchmarks.figures import Row, Table

WIDTH = 760
NAMES = 360
"""Pixels for the names of the rows."""
BAR, GAP, HEAD = 18, 8, 34
NUMBERS = 110

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
.bar { fill: #8c959f }
.ours { fill: #bc4c00 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .bar { fill: #6e7681 }
  .ours { fill: #f0883e }
}
"""


def bars(table: Table) -> str:
    """The medians of a table, the shortest first; rows of ours stand out."""
    rows = sorted(table.rows, key=lambda row: row.median)
    longest = rows[-1].median
    height = HEAD + len(rows) * (BAR + GAP) + GAP
    title = escape(f"{table.title}, {table.unit} (median)")
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"',
        f'  width="{WIDTH}" height="{height}" role="img" aria-label="{title}">',
        f"<style>{STYLE}</style>",
        f'<text class="title" x="8" y="20">{title}</text>',
    ]
    for place, row in enumerate(rows):
        lines += _bar(row, HEAD + place * (BAR + GAP), longest)
    return "\n".join([*lines, "</svg>", ""])


def _bar(row: Row, top: int, longest: float) -> list[str]:
    length = max(2, round((WIDTH - NAMES - NUMBERS) * row.median / longest))
    kind = "bar ours" if row.name.startswith("ours") else "bar"
    middle = top + BAR - 4
    return [
        f'<text x="{NAMES - 8}" y="{middle}" text-anchor="end">{escape(row.name)}</text>',
        f'<rect class="{kind}" x="{NAMES}" y="{top}" width="{length}" height="{BAR}" rx="2"/>',
        f'<text x="{NAMES + length + 6}" y="{middle}">{row.median:.0f}</text>',
    ]
