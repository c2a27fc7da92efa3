"""Which moment of the skill's sentences somebody has heard, and what it promises."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from simulator.echo import Turn
from simulator.reply import without_tags

SENTENCES = Path(__file__).parents[3] / "lambda/pizza_on_demand/locales/en/speech.toml"

MISTAKE = "unexpected"
"""What is said when something was met that nobody has thought of."""

SILENCE = "(nothing)"
ALEXAS_OWN = "(Alexa’s own words)"
UNKNOWN = "(no sentence of ours)"


def moment_of(turn: Turn | None) -> str:
    """The moment of a turn's answer, by its words."""
    if turn is None or turn.alexa is None:
        return SILENCE
    if turn.own:
        return ALEXAS_OWN
    found = (moment for moment, pattern in _patterns() if pattern.match(turn.alexa))
    return next(found, UNKNOWN)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Every sentence, the most particular first."""
    moments = tomllib.loads(SENTENCES.read_text("utf-8"))
    known = [
        (moment, sentence) for moment, said in moments.items() for sentence in _sentences(said)
    ]
    known.sort(key=lambda pair: -len(re.sub(r"\{\w+\}", "", pair[1])))
    return tuple((moment, _pattern(sentence)) for moment, sentence in known)


def _sentences(said: dict[str, Any]) -> Iterator[str]:
    for part in ("speech", "nameless"):
        words = said.get(part, [])
        yield from [words] if isinstance(words, str) else words


def _pattern(sentence: str) -> re.Pattern[str]:
    heard = without_tags(re.sub(r"<[^>]*>", " ", sentence))
    return re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(" ".join(heard.split()))), re.DOTALL)
