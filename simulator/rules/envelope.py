"""Rules about the reply as a whole: its shape, its size, and what it must not carry.

Source: "Request and Response JSON Reference"; property names from ask-sdk-model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.rules.turn import Breach, Turn

#: Amazon's reference has said 24 kB for years and says 120 kB today; what keeps
#: to the smaller limit passes under both.
SIZE_LIMIT = 24_576

_KEYS: Mapping[str, frozenset[str]] = {
    "reply": frozenset({"version", "sessionAttributes", "userAgent", "response"}),
    "response": frozenset(
        {
            "apiResponse",
            "canFulfillIntent",
            "card",
            "directives",
            "experimentation",
            "outputSpeech",
            "reprompt",
            "shouldEndSession",
        }
    ),
    "response.reprompt": frozenset({"outputSpeech", "directives"}),
}
_SECRETS = frozenset({"accessToken", "apiAccessToken", "consentToken"})
#: A shorter token would be found in innocent words; real ones have hundreds of characters.
_SHORTEST_SECRET = 8


def version(turn: Turn) -> Iterator[Breach]:
    """The envelope has the one version there is."""
    if turn.reply.get("version") != "1.0":
        yield Breach(
            "version",
            f"version is {turn.reply.get('version')!r}.",
            'Set version to the text "1.0".',
        )


def response(turn: Turn) -> Iterator[Breach]:
    """There is a response in the envelope."""
    if not isinstance(turn.reply.get("response"), Mapping):
        yield Breach(
            "response-missing",
            "The reply has no response object.",
            "Put speech, card and directives into an object named response; it may be empty.",
        )


def unknown_keys(turn: Turn) -> Iterator[Breach]:
    """Every property is one that Alexa knows."""
    parts = {
        "reply": turn.reply,
        "response": turn.response,
        "response.reprompt": turn.response.get("reprompt"),
    }
    for place, part in parts.items():
        if isinstance(part, Mapping):
            yield from (_unknown(place, key) for key in part if key not in _KEYS[place])


def _unknown(place: str, key: str) -> Breach:
    homes = [home for home, keys in _KEYS.items() if key in keys]
    remedy = f"Move it into {homes[0]}." if homes else "Leave it out, or correct its name."
    return Breach("unknown-key", f"Alexa knows no {key} in {place}.", remedy)


def size(turn: Turn) -> Iterator[Breach]:
    """The whole reply fits."""
    if turn.size > SIZE_LIMIT:
        yield Breach(
            "too-large",
            f"The reply has {turn.size:,} bytes; {SIZE_LIMIT:,} are safe.",
            "Keep less in sessionAttributes and in the data of screens.",
        )


def session_attributes(turn: Turn) -> Iterator[Breach]:
    """Session attributes are a map."""
    attributes = turn.reply.get("sessionAttributes")
    if not isinstance(attributes, Mapping | None):
        yield Breach(
            "session-attributes",
            f"sessionAttributes is {type(attributes).__name__}, not an object.",
            "Send a map of names and values, or leave it out.",
        )


def end_of_session(turn: Turn) -> Iterator[Breach]:
    """Whether the session ends is a yes or a no."""
    ends = turn.response.get("shouldEndSession")
    if not isinstance(ends, bool | None):
        yield Breach(
            "should-end-session",
            f"response.shouldEndSession is {ends!r}.",
            "Set it to true or false, or leave it out.",
        )


def secrets(turn: Turn) -> Iterator[Breach]:
    """No token of the request comes back in the reply.

    A reply is kept in logs, in the Alexa app and in the developer console, and
    session attributes travel with every following request.
    """
    tokens = {
        value
        for _, key, value in _walk(turn.envelope)
        if key in _SECRETS and isinstance(value, str) and len(value) >= _SHORTEST_SECRET
    }
    for place, key, value in _walk(turn.reply):
        carried = key if isinstance(value, Mapping | list) else f"{key} {value}"
        if any(token in carried for token in tokens):
            yield Breach(
                "secret-in-reply",
                f"{place} repeats a token from the request.",
                "Leave it out; the next request brings it again.",
            )


def _walk(value: object) -> Iterator[tuple[str, str, Any]]:
    """Every member of a JSON value, however deep: where it stands, its key, its value."""
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        place, inner = waiting.pop()
        for suffix, key, member in _members(inner):
            yield f"{place}{suffix}".lstrip("."), key, member
            waiting.append((f"{place}{suffix}", member))


def _members(value: object) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, Mapping):
        yield from ((f".{key}", str(key), member) for key, member in value.items())
    elif isinstance(value, list):
        yield from ((f"[{index}]", "", member) for index, member in enumerate(value))
