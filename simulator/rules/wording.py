"""Rules about words that Amazon's certification sends back.

Source: developer forum article "Skill Functionality Essentials: Account Linking",
which names them as failures; "Voice Interface Testing" for words of the trade.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from simulator.rules.turn import Breach, Turn, excerpt

#: What a customer must not hear, and what to say in its place.
_REFUSED: Mapping[re.Pattern[str], str] = {
    re.compile(pattern, re.IGNORECASE): remedy
    for pattern, remedy in {
        r"\bauthori[sz]ation failed": "Say what to do next, not what went wrong inside.",
        r"\bre-?link": "Say “link your account”, with the card in the Alexa app.",
        r"\b(en|dis)able (the skill |it )?and (then )?(re-?)?(en|dis)able": (
            "Let the LinkAccount card in the Alexa app do it."
        ),
        r"\bgo to (\S+ ){0,3}settings": "Send to the card in the Alexa app instead.",
        r"\blinkaccount": "Say “link your account”: LinkAccount is the name of a card type.",
    }.items()
}
#: Her name as it is called: at the start, or after a mark or an opening quote.
_WAKE_WORD = re.compile(
    r"(?:^|[.!?:,;“„«\"(。、])\s*((?:Alexa|アレクサ)\s*[,!:、])", re.IGNORECASE | re.MULTILINE
)


def certification(turn: Turn) -> Iterator[Breach]:
    """Nobody is sent into settings, or told of failures they cannot mend."""
    for speech in turn.spoken:
        for refused, remedy in _REFUSED.items():
            if found := refused.search(speech.words):
                yield Breach(
                    "certification-wording",
                    f"{speech.place} says “{excerpt(found[0])}”, which fails certification.",
                    remedy,
                )


def wake_word(turn: Turn) -> Iterator[Breach]:
    """Alexa does not call herself: other devices in the room would answer."""
    for speech in turn.spoken:
        if found := _WAKE_WORD.search(speech.words):
            yield Breach(
                "wake-word",
                f"{speech.place} says “{found[1]}” as if calling her, which may wake a device.",
                "Leave the wake word out of the example: “say: open pizza on demand”.",
            )
