"""What the skill store shows in each language: the texts of skill.json.

https://developer.amazon.com/docs/smapi/skill-manifest.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from interaction_model.source import Listing, Source

Json = dict[str, Any]

ICONS = {
    "smallIconUri": "file://assets/en-US_small.png",
    "largeIconUri": "file://assets/en-US_large.png",
}
"""A picture needs no translation."""


def manifest(before: Json, sources: Mapping[str, Source]) -> str:
    """The text of skill.json with the texts of the sources; all else stays as it was.

    The testing instructions are one text for all locales, and English: Amazon's testers read it.

    Args:
        before: skill.json as it is. It says where the pages about the law are.
        sources: by locale.
    """
    inside = before["manifest"]
    shown = {locale: _texts(source.store) for locale, source in sources.items() if source.store}
    legal = inside["privacyAndCompliance"]
    links = next(iter(legal["locales"].values()))
    published = inside["publishingInformation"] | {"locales": shown}
    after = inside | {
        "publishingInformation": published,
        "privacyAndCompliance": legal | {"locales": dict.fromkeys(shown, links)},
    }
    return json.dumps(before | {"manifest": after}, indent=2, ensure_ascii=False) + "\n"


def _texts(listing: Listing) -> Json:
    return {
        "name": listing.name,
        "summary": listing.summary,
        "description": listing.description,
        "examplePhrases": list(listing.example_phrases),
        "keywords": list(listing.keywords),
        **ICONS,
    }
