"""Rules about the card in the Alexa app.

Sources: "Include a Card in Your Skill's Response", "Configure Permissions for
Customer Information in Your Skill".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator.rules.turn import Breach, Turn, at, entries, excerpt, text

TEXT_LIMIT = 8_000
URL_LIMIT = 2_000

_IMAGES = ("smallImageUrl", "largeImageUrl")
_SCOPES = frozenset(
    {
        "alexa::alerts:reminders:skill:readwrite",
        "alexa::alerts:timers:skill:readwrite",
        "alexa::devices:all:address:country_and_postal_code:read",
        "alexa::devices:all:address:full:read",
        "alexa::devices:all:geolocation:read",
        "alexa::devices:all:notifications:write",
        "alexa::household:lists:read",
        "alexa::household:lists:write",
        "alexa::person_id:read",
        "alexa::profile:email:read",
        "alexa::profile:given_name:read",
        "alexa::profile:mobile_number:read",
        "alexa::profile:name:read",
        # Older spellings that Alexa still takes.
        "read::alexa:device:all:address",
        "read::alexa:device:all:address:country_and_postal_code",
        "read::alexa:household:list",
        "write::alexa:household:list",
    }
)
#: "the Alexa app" or "a card" in the languages that Alexa speaks.
_CARD_WORDS = re.compile(
    r"\balexa[\s-]?app|アレクサアプリ|alexaアプリ|\bapp\w*\s+(de\s+|di\s+|do\s+)?alexa|ऐप"
    r"|\b(cards?|karte|carte|tarjeta|scheda|cartão|kaart)\b|カード",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Card:
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


_CARDS: Mapping[str, _Card] = {
    "Simple": _Card(frozenset({"title", "content"})),
    "Standard": _Card(frozenset({"title", "text"}), frozenset({"image"})),
    "LinkAccount": _Card(),
    "AskForPermissionsConsent": _Card(frozenset({"permissions"})),
}


def shape(turn: Turn) -> Iterator[Breach]:
    """A card is one of four kinds, and carries exactly what its kind shows."""
    if turn.response.get("card") is None:
        return
    kind = text(turn.card.get("type"))
    if kind not in _CARDS:
        yield Breach(
            "card-shape",
            f"response.card is of an unknown type {kind!r}.",
            f"Use {', '.join(_CARDS)}.",
        )
        return
    card = _CARDS[kind]
    for key in sorted(card.required - turn.card.keys()):
        yield Breach("card-shape", f"response.card ({kind}) lacks {key}.", f"Add {key}.")
    for key in sorted(turn.card.keys() - card.required - card.optional - {"type"}):
        yield Breach(
            "card-shape",
            f"response.card.{key} does not belong to a card of type {kind}.",
            "Leave it out.",
        )


def length(turn: Turn) -> Iterator[Breach]:
    """Title and text together have 8,000 characters at most."""
    total = sum(len(text(turn.card.get(key))) for key in ("title", "content", "text"))
    if total > TEXT_LIMIT:
        yield Breach(
            "card-too-long",
            f"response.card has {total:,} characters; {TEXT_LIMIT:,} are allowed.",
            "Shorten its text.",
        )


def images(turn: Turn) -> Iterator[Breach]:
    """The app can load a card's images."""
    for key in _IMAGES:
        url = at(turn.card, "image", key)
        loads = text(url).startswith("https://") and len(text(url)) <= URL_LIMIT
        if url is not None and not loads:
            yield Breach(
                "card-image",
                f"response.card.image.{key} cannot be loaded: {excerpt(str(url))!r}.",
                f"Give an https address of at most {URL_LIMIT:,} characters.",
            )


def permissions(turn: Turn) -> Iterator[Breach]:
    """A consent card asks for something that a customer can consent to."""
    if turn.card.get("type") != "AskForPermissionsConsent" or "permissions" not in turn.card:
        return
    asked = entries(turn.card["permissions"])
    unknown = [scope for scope in asked if text(scope) not in _SCOPES]
    if unknown or not asked:
        yield Breach(
            "card-permissions",
            f"response.card.permissions asks for {unknown[0]!r}, which is no permission."
            if unknown
            else "response.card.permissions asks for nothing.",
            'Name scopes as the skill manifest does, such as "alexa::profile:email:read".',
        )


def unspoken_link(turn: Turn) -> Iterator[Breach]:
    """A customer is told where the link card is; nobody looks for it otherwise."""
    words = turn.speech.words if turn.speech else ""
    if turn.card.get("type") == "LinkAccount" and not _CARD_WORDS.search(words):
        yield Breach(
            "link-card-unspoken",
            "response.card links the account, and the speech does not say where to find it: "
            f"“{excerpt(words)}”.",
            "Say that there is a card in the Alexa app.",
        )
