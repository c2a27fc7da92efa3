"""What the doctor says: a line for each thing that was looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Facts = TypeVar("Facts")


class Verdict(StrEnum):
    """How something is."""

    PASS = "pass"  # noqa: S105 - the opposite of failing
    WARN = "warn"
    """It works, but not as it should; or it could not be seen."""
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One line: how something is, why, and what to do about it."""

    subject: str
    verdict: Verdict
    reason: str
    remedy: str = ""
    """One sentence; blank if there is nothing to do."""


@dataclass(frozen=True)
class Area:
    """What belongs together on the terminal."""

    title: str
    findings: tuple[Finding, ...]


def passed(subject: str, reason: str) -> Finding:
    """It is as it should be."""
    return Finding(subject, Verdict.PASS, reason)


def warned(subject: str, reason: str, remedy: str) -> Finding:
    """It works, but somebody should look at it."""
    return Finding(subject, Verdict.WARN, reason, remedy)


def failed(subject: str, reason: str, remedy: str) -> Finding:
    """Customers will meet this."""
    return Finding(subject, Verdict.FAIL, reason, remedy)


def judged(
    facts: Facts, checks: Iterable[Callable[[Facts], Iterator[Finding]]]
) -> Iterator[Finding]:
    """What each of the checks says of the same facts."""
    for check in checks:
        yield from check(facts)


def listed(names: Iterable[str]) -> str:
    """Names in a sentence."""
    return ", ".join(sorted(names))
