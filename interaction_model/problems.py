"""What can be wrong with an interaction model, told to the person who edits it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that Amazon would refuse, or that an editor did not mean."""

    place: str
    """Where: the file, then the intent, slot, type or prompt, as in "en.toml: MenuIntent"."""
    what: str
    """The sentence or value at fault, and how to put it right."""

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.place}: {self.what}"


class ModelError(Exception):
    """An interaction model cannot be built; every problem found is named."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
