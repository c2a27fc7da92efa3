"""Every locale that the skill speaks, for tests that go through all of them."""

from __future__ import annotations

from interaction_model.__main__ import SOURCES
from interaction_model.source import read_all
from pizza_on_demand.languages import Language

LOCALES = tuple(read_all(SOURCES))
LANGUAGES = tuple(map(Language.of, LOCALES))
