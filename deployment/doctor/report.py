"""How the doctor says it: a table for people, JSON for machines."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from deployment.doctor.verdicts import Area, Finding, Verdict

SIGNS = {Verdict.PASS: "✓", Verdict.WARN: "!", Verdict.FAIL: "✗"}
COLOURS = {Verdict.PASS: "32", Verdict.WARN: "33", Verdict.FAIL: "31"}
NARROWEST = 60


def table(areas: Sequence[Area], *, width: int, coloured: bool) -> str:
    """Lines that fit the terminal: what was looked at, how it is, and what to do.

    Args:
        width: of the terminal, in characters.
        coloured: whether the terminal shows colours.
    """
    findings = [finding for area in areas for finding in area.findings]
    column = max((len(finding.subject) for finding in findings), default=0)
    lines: list[str] = []
    for area in areas:
        lines += [area.title, *_lines(area.findings, column, max(width, NARROWEST), coloured), ""]
    return "\n".join([*lines, _sum(findings)])


def as_json(areas: Sequence[Area]) -> str:
    """The same for a machine."""
    findings = [
        {"area": area.title, **asdict(finding)} for area in areas for finding in area.findings
    ]
    counted = Counter(finding["verdict"] for finding in findings)
    sums = {verdict.value: counted[verdict] for verdict in Verdict}
    return json.dumps({"findings": findings, **sums}, indent=2, ensure_ascii=False)


def is_healthy(areas: Iterable[Area]) -> bool:
    """Whether nothing fails."""
    return not any(f.verdict is Verdict.FAIL for area in areas for f in area.findings)


def _lines(findings: Iterable[Finding], column: int, width: int, coloured: bool) -> Iterator[str]:
    indent = " " * (column + 6)
    for finding in findings:
        sign = SIGNS[finding.verdict]
        if coloured:
            sign = f"\033[{COLOURS[finding.verdict]}m{sign}\033[0m"
        # The sign is put in after wrapping: an escape sequence has length, but no width.
        first = f"  . {finding.subject:<{column}}  "
        yield _wrapped(finding.reason, width, first, indent).replace(".", sign, 1)
        if finding.remedy:
            yield _wrapped(finding.remedy, width, f"{indent}→ ", f"{indent}  ")


def _wrapped(text: str, width: int, first: str, others: str) -> str:
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _sum(findings: Sequence[Finding]) -> str:
    counted = Counter(finding.verdict for finding in findings)
    return (
        f"{counted[Verdict.PASS]} fine, {counted[Verdict.WARN]} doubtful, "
        f"{counted[Verdict.FAIL]} wrong"
    )
