"""Every script of tests/conversations, had in every locale.

The words of a script are English. Here they are understood as English, and said again in
sentences of the other locale's own; what comes back must be the same moments. Of letters,
texts, cards and pages only that they come: test_emails.py and test_sentences.py look at words.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from simulator.play import breaches_of, transcript_of
from simulator.script import Stage, Step, parse
from simulator.understanding.phrasing import Phrasebook
from simulator.world import MODELS, World
from tests.locales import LOCALES

WRITTEN_IN = "en-US"
NOT_ELSEWHERE = ["profile_pin", "profile_pin_not_to_be_had"]
"""Alexa asks for PINs in US English only."""
SCRIPTS = [
    script
    for script in sorted((Path(__file__).parent / "conversations").glob("*.txt"))
    if script.stem not in NOT_ELSEWHERE
]
ELSEWHERE = [locale for locale in LOCALES if locale != WRITTEN_IN]

_A_REGION_EACH = {locale[:2]: locale for locale in reversed(ELSEWHERE)}.values()
SPOKEN = ELSEWHERE if os.environ.get("CI") else sorted(_A_REGION_EACH)
"""In CI every region; elsewhere one of each language, for there are many scripts."""

KINDS_OF_CARDS = {"LinkAccount", "Simple", "Standard", "AskForPermissionsConsent"}

Moments = list[tuple[str, ...]]
"""What the skill said in each step, by the names of the moments."""


class Listener(logging.Handler):
    """Hears which moments the skill says."""

    def __init__(self) -> None:
        super().__init__()
        self._said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if moment := getattr(record, "moment", None):
            self._said.append(moment)

    def take(self) -> tuple[str, ...]:
        """The moments since it was asked last."""
        said, self._said = tuple(self._said), []
        return said


@contextmanager
def listening() -> Iterator[Listener]:
    logger = logging.getLogger("pizza_on_demand.voice.door")
    listener, level = Listener(), logger.level
    logger.addHandler(listener)
    logger.setLevel(logging.INFO)
    yield listener
    logger.removeHandler(listener)
    logger.setLevel(level)


@pytest.mark.parametrize("locale", SPOKEN)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_talk_goes_the_same_way(script: Path, locale: str) -> None:
    written = as_written(script)
    with World() as world:
        world.take_locale(locale)
        stage = Stage(world, script.parent)
        steps = (
            elsewhere(step, stage, book_of(locale)) for step in parse(script.read_text("utf-8"))
        )

        assert had(stage, steps) == written, transcript_of(world.echo.turns)
        assert breaches_of(world.echo.turns) == []


@cache
def as_written(script: Path) -> Moments:
    with World() as world:
        return had(Stage(world, script.parent), parse(script.read_text("utf-8")))


@cache
def book_of(locale: str) -> Phrasebook:
    return Phrasebook(MODELS, WRITTEN_IN, locale)


def had(stage: Stage, steps: Iterable[Step | None]) -> Moments:
    with listening() as listener:
        said = []
        for step in steps:
            if step is not None:
                stage.perform(step)
            said.append(listener.take())
        return said


def elsewhere(step: Step, stage: Stage, book: Phrasebook) -> Step | None:
    """The same step for somebody who speaks another language; None if it is about words only."""
    match step.verb:
        case "user":
            words = re.sub(r"\{(\w+)\}", lambda name: stage.found[name[1]], step.argument)
            return Step("user", book.said(words, stage.world.echo.eliciting))
        case "mail" | "sms":
            return Step(step.verb, step.argument.partition(" ")[0])
        case "card":
            return step if step.argument in KINDS_OF_CARDS else Step("card", "*")
        case "alexa" | "meanwhile" | "page" | "screen" | "locale":
            return None
    return step
