"""Reads locales/: the words of a language, and over them those of a region."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "locales"
DEFAULT = "en-US"

_LANGUAGES = frozenset(folder.name for folder in FOLDER.iterdir() if folder.is_dir())


def known(tags: Iterable[str]) -> str:
    """The locale that we speak, for the first tag whose language we speak.

    Another region of a language is spoken to as its first region is, and whoever speaks
    no language of ours hears English.

    Args:
        tags: as Alexa and browsers send them, such as "de-AT", the best first.
    """
    for tag in tags:
        language = tag.partition("-")[0]
        if language in _LANGUAGES:
            locales = rules(language)
            return tag if tag in locales else next(iter(locales))
    return DEFAULT


@cache
def rules(language: str) -> Mapping[str, Mapping[str, Any]]:
    """The locales of a language, each with its rules as CLDR has them; the first is the default."""
    found: dict[str, dict[str, Any]] = json.loads(_text(language, "cldr.json"))
    return found


@cache
def words(locale: str, part: str) -> Mapping[str, Any]:
    """The words of a locale: those of its language, with its region's over them.

    Args:
        part: "speech", "letters", "pages", "screens", "menu" or "numbers".
    """
    language = locale.partition("-")[0]
    own: dict[str, Any] = tomllib.loads(_text(language, f"{part}.toml"))
    return overlaid(own, _region(locale).get(part, {}))


def overlaid(words: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """The words, with others in the place of those that have the same name."""
    result = dict(words)
    for name, value in over.items():
        below = result.get(name)
        both_are_tables = isinstance(value, dict) and isinstance(below, dict)
        result[name] = overlaid(below or {}, value) if both_are_tables else value
    return result


@cache
def _region(locale: str) -> Mapping[str, Any]:
    path = FOLDER / locale.partition("-")[0] / "regions" / f"{locale}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def _text(language: str, file: str) -> str:
    return (FOLDER / language / file).read_text("utf-8")
