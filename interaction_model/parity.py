"""What one language has and another lacks: sentences, facts in them, intents, slots, values.

English is what the others are held against, because it is written first.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from interaction_model.problems import Problem
from interaction_model.source import Intent, Source

WORDS = Path(__file__).parents[1] / "lambda" / "pizza_on_demand" / "locales"
REFERENCE = "en"
_OF_ITS_OWN = {"numbers"}
"""The part in which no language is like another."""

_SHARED = frozenset(
    "bacon e mail menu name pages pepperoni pizza pizzas privacy total true".split()
)
"""Words that are the same in English and another language of ours."""

_ONLY_ENGLISH = frozenset(
    """
    again and are have it just nothing of order ordered our please that the there this to try
    we what which with would yet you your
    """.split()
)
"""Words that no other language of ours has: an English sentence rarely does without them."""

_NO_WORDS = re.compile(r"(?:\{\w*\}|Pizza on Demand|[^\w{]|[\d_])+")
"""Facts, our name and signs are the same in every language."""

Leaves = dict[str, str]
"""Texts by where they stand, as in "welcome_back.speech"; variants are numbered."""


def model_problems(sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Where the models of two locales differ in more than words.

    Args:
        sources: by locale; the first is the one that the others are held against.
    """
    reference, *others = sources.values()
    wanted = _shape(reference)
    for source in others:
        shape = _shape(source)
        for name in sorted({*wanted, *shape}):
            if wanted.get(name) != shape.get(name):
                what = f"{name} is {shape.get(name)}, and in {reference.file} {wanted.get(name)}"
                yield Problem(source.file, what)
        for text in _texts(source):
            yield from _english(source.file, text, source.language)


def word_problems(folder: Path = WORDS) -> Iterator[Problem]:
    """What is missing in a language's words, or does not belong there.

    Args:
        folder: has a folder for each language.
    """
    for language in sorted(path for path in folder.iterdir() if path.is_dir()):
        for part in _parts(folder):
            yield from _part_problems(folder, language, part)
        for region in sorted(language.glob("regions/*.toml")):
            yield from _region_problems(language, region)


def _parts(folder: Path) -> list[str]:
    parts = {path.stem for path in (folder / REFERENCE).glob("*.toml")}
    return sorted(parts - _OF_ITS_OWN)


def _part_problems(folder: Path, language: Path, part: str) -> Iterator[Problem]:
    place = f"{language.name}/{part}.toml"
    if not (language / f"{part}.toml").exists():
        yield Problem(place, "there is no such file")
        return
    english = _leaves(_read(folder / REFERENCE / f"{part}.toml"), part)
    wanted = _by_place(english)
    found = _leaves(_read(language / f"{part}.toml"), part)
    yield from _missing(place, wanted, found)
    for name, text in found.items():
        yield from _text_problems(f"{place}: {name}", text, wanted.get(_first(name)))
        yield from _switch_problems(place, name, text, wanted)
        yield from _english(f"{place}: {name}", text, language.name, english.values())


def _region_problems(language: Path, region: Path) -> Iterator[Problem]:
    """A region may put things in another way, and has nothing that its language lacks."""
    for part, over in _read(region).items():
        place = f"{language.name}/regions/{region.name}: {part}"
        if not (language / f"{part}.toml").exists():
            yield Problem(place, "there is no such part")
            continue
        wanted = _by_place(_leaves(_read(language / f"{part}.toml"), part))
        for name, text in _leaves(over, part).items():
            if _first(name) not in wanted:
                yield Problem(f"{place}.{name}", "its language has nothing of that name")
            yield from _text_problems(f"{place}.{name}", text, wanted.get(_first(name)))
            yield from _english(f"{place}.{name}", text, language.name)


def _english(
    place: str, text: str, language: str, english: Collection[str] = ()
) -> Iterator[Problem]:
    """Nobody reads or hears English who speaks another language.

    Args:
        english: what stands in the same part in English.
    """
    words = set(_NO_WORDS.sub(" ", text).casefold().split())
    is_english = words & _ONLY_ENGLISH or (text in english and not words <= _SHARED)
    if is_english and language != REFERENCE:
        yield Problem(place, f"“{text}” is still English")


def _texts(source: Source) -> Iterator[str]:
    """What a model hears, what Alexa asks by herself, and what the store shows."""
    for intent in source.intents:
        yield from (intent.example, *intent.said())
        for slot in intent.slots:
            yield from slot.samples
    for kind in source.types:
        yield from kind.names
    for said in source.prompts.values():
        yield from said
    if store := source.store:
        yield from (store.summary, store.description, *store.keywords, *store.example_phrases)


def _missing(place: str, wanted: Leaves, found: Leaves) -> Iterator[Problem]:
    known = _by_place(found)
    for name in sorted(wanted.keys() - known.keys()):
        yield Problem(place, f"“{name}” is missing")
    for name in sorted(known.keys() - wanted.keys()):
        yield Problem(place, f"“{name}” stands in no other language")


def _text_problems(place: str, text: str, wanted: str | None) -> Iterator[Problem]:
    if not text.strip():
        yield Problem(place, "there are no words")
    if text.count("**") % 2:
        yield Problem(place, f"“{text}” begins to weigh more, and never ends")
    try:
        facts, needed = _facts(text), _facts(text if wanted is None else wanted)
    except ValueError as error:
        yield Problem(place, f"“{text}”: {error}")
        return
    # A single thing need not be counted: "one more try".
    if facts | {"count"} != needed | {"count"}:
        yield Problem(place, f"“{text}” needs the facts {sorted(needed)}")


def _switch_problems(place: str, name: str, text: str, wanted: Leaves) -> Iterator[Problem]:
    """What is on or off is so in every language."""
    switches = {"True", "False"}
    if text != wanted.get(name, text) and switches & {text, wanted[name]}:
        yield Problem(place, f"“{name}” is {text}, and in English {wanted[name]}")


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _leaves(words: Any, part: str, place: str = "") -> Leaves:
    """Every text, with where it stands."""
    if isinstance(words, str):
        return {place: words}
    if isinstance(words, list):
        mark = "#" if part == "speech" else "."
        named = {f"{place}{mark}{n}": value for n, value in enumerate(words)}
    elif isinstance(words, dict) and not _is_name(place, part):
        named = {f"{place}.{name}".lstrip("."): value for name, value in words.items()}
    elif isinstance(words, dict):
        return {place: words.get("name", "")}
    else:
        return {place: str(words)}
    return {
        name: text
        for inner, value in named.items()
        for name, text in _leaves(value, part, inner).items()
    }


def _is_name(place: str, part: str) -> bool:
    """A name on the menu has as many forms as its language needs."""
    return part == "menu" and place.startswith(("sizes.", "toppings."))


def _first(name: str) -> str:
    """Where a text stands, without the number of its variant: each language has its own."""
    return name.partition("#")[0]


def _by_place(leaves: Leaves) -> Leaves:
    """One text for each place: the facts are the same in all variants."""
    return {_first(name): text for name, text in leaves.items()}


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _shape(source: Source) -> dict[str, Any]:
    """All of a model but its words."""
    return {
        "built_in": sorted(source.built_in),
        "prompts": sorted(source.prompts),
        "delegation": source.delegation,
        **{f"type {kind.name}": sorted(kind.values) for kind in source.types},
        **{intent.name: _intent(intent) for intent in source.intents},
    }


def _intent(intent: Intent) -> tuple[Any, ...]:
    slots = [
        (slot.name, slot.type, slot.multiple, slot.elicit, slot.confirm) for slot in intent.slots
    ]
    return intent.account, intent.delegation, intent.confirm, sorted(slots, key=str)
