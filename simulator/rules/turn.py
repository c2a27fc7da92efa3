"""One turn as the rules see it: what was asked, and what the skill answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulator.rules import ssml


@dataclass(frozen=True)
class Breach:
    """Something in a reply that Alexa, or Amazon's certification, would not accept."""

    rule: str
    """A short name that stays the same, such as "ssml-invalid"."""
    what: str
    """What is wrong, and where in the reply, in one sentence."""
    remedy: str
    """How to mend it, in one sentence."""


@dataclass(frozen=True)
class Speech:
    """Something for Alexa to say: the speech of a reply, or its reprompt."""

    place: str
    """Where its text stands in the reply, such as "response.outputSpeech.ssml"."""
    source: str
    """The text as it was sent, markup and all."""
    is_ssml: bool

    @cached_property
    def markup(self) -> ssml.Markup | ssml.MalformedError | None:
        """The SSML as it was read, or why it could not be; None for plain text."""
        if not self.is_ssml:
            return None
        try:
            return ssml.parse(self.source)
        except ssml.MalformedError as fault:
            return fault

    @property
    def tags(self) -> tuple[ssml.Tag, ...]:
        """The tags inside <speak>, in their order."""
        return self.markup.tags if isinstance(self.markup, ssml.Markup) else ()

    @cached_property
    def words(self) -> str:
        """What is heard, one line for each stretch between two pauses."""
        if isinstance(self.markup, ssml.Markup):
            return self.markup.words
        return ssml.without_tags(self.source) if self.is_ssml else self.source.strip()


@dataclass(frozen=True)
class Directive:
    """One of the reply's directives."""

    place: str
    """Such as "response.directives[0]"."""
    body: Mapping[str, Any]

    @property
    def type(self) -> str:
        """Such as "Dialog.ElicitSlot"; empty if it has none."""
        return text(self.body.get("type"))


@dataclass(frozen=True)
class Turn:
    """A reply that is plain JSON, and the request it answers.

    What has the wrong shape reads as absent here; the rules about shapes look at
    `response` itself.
    """

    reply: Mapping[str, Any]
    size: int
    """Of the whole reply in bytes, as it is sent."""
    envelope: Mapping[str, Any]
    model: Mapping[str, Any] | None
    """The built interaction model."""

    @property
    def response(self) -> Mapping[str, Any]:
        """The reply without its envelope."""
        return members(self.reply.get("response"))

    @property
    def request_type(self) -> str:
        """Such as "IntentRequest"."""
        return text(at(self.envelope, "request", "type"))

    @cached_property
    def speech(self) -> Speech | None:
        """What Alexa says at once."""
        return _speech("response.outputSpeech", self.response.get("outputSpeech"))

    @cached_property
    def reprompt(self) -> Speech | None:
        """What Alexa says when nobody answers."""
        spoken = at(self.response, "reprompt", "outputSpeech")
        return _speech("response.reprompt.outputSpeech", spoken)

    @property
    def spoken(self) -> tuple[Speech, ...]:
        """The speech and the reprompt, as far as they are there."""
        return tuple(part for part in (self.speech, self.reprompt) if part is not None)

    @property
    def card(self) -> Mapping[str, Any]:
        """The card, or nothing."""
        return members(self.response.get("card"))

    @cached_property
    def directives(self) -> tuple[Directive, ...]:
        """The directives that are objects."""
        return tuple(
            Directive(f"response.directives[{place}]", body)
            for place, body in enumerate(entries(self.response.get("directives")))
            if isinstance(body, Mapping)
        )

    @property
    def stays_open(self) -> bool:
        """Whether the microphone opens for an answer."""
        return self.response.get("shouldEndSession") is False


def _speech(place: str, value: object) -> Speech | None:
    if not isinstance(value, Mapping):
        return None
    is_ssml = value.get("type") == "SSML"
    key = "ssml" if is_ssml else "text"
    source = value.get(key)
    return Speech(f"{place}.{key}", source, is_ssml) if isinstance(source, str) else None


def at(value: object, *path: str) -> object:
    """What stands at the end of a path of keys; None if any of them is missing."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def members(value: object) -> Mapping[str, Any]:
    """An object as it is; anything else as an empty one."""
    return value if isinstance(value, Mapping) else {}


def entries(value: object) -> list[Any]:
    """An array as it is; anything else as an empty one."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """A text as it is; anything else as an empty one."""
    return value if isinstance(value, str) else ""


def excerpt(source: str, limit: int = 60) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(source.split())
    return line if len(line) <= limit else f"{line[:limit]}…"
