"""Rules about what Alexa says: the speech and the reprompt.

Sources: "Request and Response JSON Reference" and "SSML Reference".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from simulator.rules import ssml
from simulator.rules.turn import Breach, Speech, Turn, at, excerpt

LENGTH_LIMIT = 8_000

_SHAPES = {"SSML": "ssml", "PlainText": "text"}
_PLAY_BEHAVIORS = {"ENQUEUE", "REPLACE_ALL", "REPLACE_ENQUEUED"}


def shape(turn: Turn) -> Iterator[Breach]:
    """Speech is SSML or plain text, with its words under the matching name."""
    for place in ("outputSpeech", "reprompt.outputSpeech"):
        said = at(turn.response, *place.split("."))
        if said is not None:
            yield from (
                Breach("speech-shape", f"response.{place} {fault}.", remedy)
                for fault, remedy in _misshapen(said)
            )


def _misshapen(said: object) -> Iterator[tuple[str, str]]:
    kind = at(said, "type")
    if not isinstance(said, Mapping) or not isinstance(kind, str) or kind not in _SHAPES:
        yield "is neither SSML nor PlainText", 'Set its type to "SSML" or "PlainText".'
        return
    key = _SHAPES[kind]
    if not isinstance(said.get(key), str):
        yield f"has no text in {key}", f"Put what {kind} says into {key}."
    for extra in sorted(said.keys() - {"type", key, "playBehavior"}):
        yield f"has a property {extra}", f"Leave it out; {kind} has {key} and playBehavior."
    if "playBehavior" in said and said["playBehavior"] not in sorted(_PLAY_BEHAVIORS):
        yield "has an unknown playBehavior", f"Use {', '.join(sorted(_PLAY_BEHAVIORS))}."


def length(turn: Turn) -> Iterator[Breach]:
    """Alexa speaks 8,000 characters at most, markup included."""
    for speech in turn.spoken:
        if len(speech.source) > LENGTH_LIMIT:
            yield Breach(
                "speech-too-long",
                f"{speech.place} has {len(speech.source):,} characters; "
                f"{LENGTH_LIMIT:,} are allowed.",
                "Say less, and offer to go on.",
            )


def silence(turn: Turn) -> Iterator[Breach]:
    """Speech that is there can be heard."""
    for speech in turn.spoken:
        if not (speech.words or _sounds(speech) or _fault(speech)):
            yield Breach(
                "speech-empty",
                f"{speech.place} says nothing: “{excerpt(speech.source)}”.",
                "Say something, or leave the speech out.",
            )


def _sounds(speech: Speech) -> bool:
    return any(tag.name in {"alexa:name", "audio", "sub"} for tag in speech.tags)


def malformed_ssml(turn: Turn) -> Iterator[Breach]:
    """SSML is well-formed XML with <speak> around it."""
    for speech in turn.spoken:
        if fault := _fault(speech):
            yield Breach(
                "ssml-invalid",
                f"{speech.place} cannot be read: {fault}.",
                "Put one <speak> around it, close every tag, "
                "and escape &, < and > in every value that is spoken.",
            )


def _fault(speech: Speech) -> str:
    """Why SSML cannot be read; nothing if it can, or if there is none."""
    unread = isinstance(speech.markup, ssml.MalformedError) and speech.source.strip()
    return str(speech.markup) if unread else ""


def unknown_tags(turn: Turn) -> Iterator[Breach]:
    """Every tag is one of those that Alexa documents."""
    for speech in turn.spoken:
        for tag in speech.tags:
            if tag.name not in ssml.ELEMENTS:
                yield Breach(
                    "ssml-tag",
                    f"{speech.place} has a tag that Alexa does not know: {excerpt(str(tag))}.",
                    f"Use one of {', '.join(ssml.ELEMENTS)}, or none.",
                )


def attributes(turn: Turn) -> Iterator[Breach]:
    """Every tag has the attributes it needs, each with a value that Alexa knows."""
    for speech in turn.spoken:
        for tag in speech.tags:
            yield from (
                Breach("ssml-attribute", f"{speech.place}: {excerpt(str(tag))} {fault}.", remedy)
                for fault, remedy in _attribute_faults(tag)
            )


def _attribute_faults(tag: ssml.Tag) -> Iterator[tuple[str, str]]:
    element = ssml.ELEMENTS.get(tag.name)
    if element is None:
        return
    for name in element.required.keys() - tag.attributes.keys():
        yield f"lacks {name}", f"Add {name} to <{tag.name}>."
    known = {**element.required, **element.optional}
    for name, value in tag.attributes.items():
        if name not in known:
            yield f"has no attribute {name}", f"Leave {name} out."
        elif not re.fullmatch(known[name], value, re.ASCII | re.DOTALL):
            yield f"has an unknown value for {name}", f"It must look like {known[name]}."


def breaks(turn: Turn) -> Iterator[Breach]:
    """No pause is longer than ten seconds."""
    for speech in turn.spoken:
        for tag in speech.tags:
            pause = ssml.seconds(tag.attributes.get("time", "")) if tag.name == "break" else None
            if pause is not None and pause > ssml.BREAK_LIMIT_S:
                yield Breach(
                    "break-too-long",
                    f"{speech.place}: {excerpt(str(tag))} is longer than 10 s.",
                    "Make it shorter, or put several after each other.",
                )


def audio_clips(turn: Turn) -> Iterator[Breach]:
    """A text plays five clips at most."""
    for speech in turn.spoken:
        clips = sum(tag.name == "audio" for tag in speech.tags)
        if clips > ssml.AUDIO_LIMIT:
            yield Breach(
                "audio-too-many",
                f"{speech.place} has {clips} audio tags; {ssml.AUDIO_LIMIT} are allowed.",
                "Join clips into one file, or play fewer.",
            )


def tags_in_plain_text(turn: Turn) -> Iterator[Breach]:
    """Plain text has no markup: Alexa would read it out."""
    for speech in turn.spoken:
        tag = None if speech.is_ssml else re.search(r"</?[a-z][\w:-]*[^<>]*>", speech.source)
        if tag:
            yield Breach(
                "plain-text-tags",
                f"{speech.place} has markup in plain text: {excerpt(tag[0])}.",
                'Send it with the type "SSML", or without the tags.',
            )
