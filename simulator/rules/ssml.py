"""The part of SSML that Alexa speaks.

Source: developer.amazon.com/docs/alexa/custom-skills,
"Speech Synthesis Markup Language (SSML) Reference".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

BREAK_LIMIT_S = 10.0
AUDIO_LIMIT = 5

_PAUSES = {"audio", "break", "p", "s"}
_TEXT = r".+"
_DURATION = r"\d+(\.\d+)?(s|ms)"


@dataclass(frozen=True)
class Element:
    """What a tag may carry: for each attribute, what its value must look like."""

    required: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)


ELEMENTS: Mapping[str, Element] = {
    "alexa:name": Element({"type": "first", "personId": r"amzn1\.ask\.person\..+"}),
    "amazon:domain": Element({"name": "conversational|fun|long-form|music|news"}),
    "amazon:effect": Element({"name": "whispered"}),
    "amazon:emotion": Element({"name": "excited|disappointed", "intensity": "low|medium|high"}),
    "audio": Element({"src": r"(https|soundbank)://.+"}),
    "break": Element(
        optional={"strength": "none|x-weak|weak|medium|strong|x-strong", "time": _DURATION}
    ),
    "emphasis": Element({"level": "strong|moderate|reduced"}),
    "lang": Element({"xml:lang": "[a-z]{2}-[A-Z]{2}"}),
    "p": Element(),
    "phoneme": Element({"ph": _TEXT}, {"alphabet": "ipa|x-sampa"}),
    "prosody": Element(
        optional={
            "rate": r"x-slow|slow|medium|fast|x-fast|([2-9]\d|\d{3,})(\.\d+)?%",
            "pitch": r"x-low|low|medium|high|x-high|[+-]\d+(\.\d+)?%",
            "volume": r"silent|x-soft|soft|medium|loud|x-loud|[+-]\d+(\.\d+)?dB",
        }
    ),
    "s": Element(),
    "say-as": Element(
        {
            "interpret-as": "characters|spell-out|cardinal|number|ordinal|digits|fraction|unit"
            "|date|time|telephone|address|interjection|expletive"
        },
        {"format": "mdy|dmy|ymd|md|dm|ym|my|d|m|y"},
    ),
    "sub": Element({"alias": _TEXT}),
    "voice": Element({"name": r"\w+"}),
    "w": Element({"role": "amazon:(VB|VBD|NN|SENSE_1)"}),
}


class MalformedError(ValueError):
    """The text is not one well-formed <speak> element; the message says why."""


@dataclass(frozen=True)
class Tag:
    """One opening tag."""

    name: str
    attributes: Mapping[str, str]

    def __str__(self) -> str:
        written = "".join(f' {name}="{value}"' for name, value in self.attributes.items())
        return f"<{self.name}{written}>"


@dataclass(frozen=True)
class Markup:
    """SSML that can be read."""

    tags: tuple[Tag, ...]
    """Every tag inside <speak>, in its order."""
    words: str
    """What is heard, one line for each stretch between two pauses."""


def parse(source: str) -> Markup:
    """Read SSML.

    Raises:
        MalformedError: it is not XML, declares a DOCTYPE, or its root is not <speak>.
    """
    reader = _Reader()
    reader.read(source)
    root, *tags = reader.tags
    if root.name != "speak":
        raise MalformedError(f"its root is <{root.name}>")
    return Markup(tuple(tags), _tidy("".join(reader.heard)))


def seconds(duration: str) -> float | None:
    """The length of "500ms" or "1.5s"; None for what is not a duration."""
    if not re.fullmatch(_DURATION, duration, re.ASCII):
        return None
    if duration.endswith("ms"):
        return float(duration.removesuffix("ms")) / 1000
    return float(duration.removesuffix("s"))


def without_tags(source: str) -> str:
    """What is left of SSML that cannot be read when its tags are cut out."""
    return _tidy(re.sub(r"<[^<>]*>", " ", source))


def _tidy(heard: str) -> str:
    lines = (" ".join(line.split()) for line in heard.splitlines())
    return "\n".join(line for line in lines if line)


class _Reader:
    """Collects tags and words.

    Without a namespace separator expat takes "amazon:effect" as a plain name,
    as Alexa does; other XML parsers stop at a prefix that nobody declared.
    """

    def __init__(self) -> None:
        self.tags: list[Tag] = []
        self.heard: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._say
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def read(self, source: str) -> None:
        try:
            self._parser.Parse(source, True)
        except expat.ExpatError as error:
            raise MalformedError(
                f"{expat.ErrorString(error.code)}{_near(source, error)}"
            ) from error

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self.tags.append(Tag(name, attributes))
        self._pause(name)

    def _close(self, name: str) -> None:
        self._pause(name)

    def _pause(self, name: str) -> None:
        if name in _PAUSES:
            self.heard.append("\n")

    def _say(self, words: str) -> None:
        # A line break in the source is a space to the ear.
        self.heard.append(re.sub(r"\s+", " ", words))

    def _refuse_doctype(self, *_declared: object) -> None:
        # Entities would let a reply of one line grow to gigabytes here.
        raise MalformedError("it declares a DOCTYPE")


def _near(source: str, error: expat.ExpatError) -> str:
    lines = source.split("\n")
    line = lines[error.lineno - 1] if error.lineno <= len(lines) else ""
    found = line[max(0, error.offset - 20) : error.offset + 20]
    return f" near “{found}”" if found else ""
