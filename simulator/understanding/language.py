"""What Alexa's recogniser knows of a language before it knows any skill."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from simulator.understanding.spoken import Words, words_of
from simulator.understanding.spoken_numbers import SpokenNumbers

_FOLDER = Path(__file__).parent / "languages"


class HeardLanguage:
    """A language, as it is heard.

    Args:
        data: the content of `languages/<language>.toml`.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.phrases: Mapping[str, list[str]] = data["phrases"]
        """The usual phrases of Amazon's built-in intents."""
        self.joint: str = data["and"]
        """What stands between the values of a list."""
        self.ask: str = data["ask"]
        """How a wish is put to a skill: the skill's name and the wish come after it."""
        self.open: str = data["launch"][0]
        self.leave: str = data["leave"][0]
        self.numbers = SpokenNumbers(data["numbers"])
        self._data = data
        self._before, self._after, self._leave = (
            [words_of(said) for said in data[name]] for name in ("before", "after", "leave")
        )

    @classmethod
    @cache
    def of(cls, locale: str) -> HeardLanguage:
        """The language of a locale, such as "en-US".

        Raises:
            OSError: nobody has written down how it is heard.
        """
        path = _FOLDER / f"{locale.partition('-')[0]}.toml"
        return cls(tomllib.loads(path.read_text("utf-8")))

    def calls(self, name: str) -> Iterator[re.Pattern[str]]:
        """The ways to call a skill; what is asked of it stands in the groups.

        Source: https://developer.amazon.com/docs/custom-skills/understanding-how-users-invoke-custom-skills.html
        """
        launch, joints, prepositions = (
            "|".join(re.escape(" ".join(words_of(said))) for said in self._data[part])
            for part in ("launch", "joints", "prepositions")
        )
        called = re.escape(" ".join(words_of(name)))
        yield re.compile(rf"(?:(?:{launch}) )?{called}")
        yield re.compile(rf"(?:{launch}) {called}(?: (?:{joints}))? (?P<after>.+)")
        yield re.compile(rf"(?P<before>.+) (?:{prepositions}) {called}")

    def leaves(self, words: str) -> bool:
        """Whether somebody wants to leave, so that the skill is not even asked."""
        return any(heard in self._leave for heard in self.without_carriers(words_of(words)))

    def without_carriers(self, words: Words) -> Iterator[Words]:
        """*words* without polite and hesitating carriers, the barest form first, itself last."""
        for end in reversed(list(self._ends(words))):
            yield from reversed(list(self._beginnings(end)))

    def _beginnings(self, words: Words) -> Iterator[Words]:
        while words:
            yield words
            carriers = (said for said in self._before if words[: len(said)] == said)
            words = next((words[len(said) :] for said in carriers), ())

    def _ends(self, words: Words) -> Iterator[Words]:
        while words:
            yield words
            carriers = (said for said in self._after if words[-len(said) :] == said)
            words = next((words[: -len(said)] for said in carriers), ())
