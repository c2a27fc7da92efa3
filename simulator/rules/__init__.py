"""What Alexa would reject, and what Amazon's certification would send back.

Alexa answers a reply that she does not understand with "There was a problem with
the requested skill's response", and says no more. The rules here say which part
of the reply it was, and how to mend it.

There is no complete list of what Alexa checks. Each rule comes from Amazon's
documentation (developer.amazon.com/docs/alexa/custom-skills), from the shapes in
ask-sdk-model, or from an error or a refusal that Amazon is known to have sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from simulator.rules import (
    audience,
    cards,
    dialog,
    directives,
    envelope,
    screen,
    session,
    speech,
    wording,
)
from simulator.rules.turn import Breach, Turn

__all__ = ["RULES", "Breach", "breaches"]

#: A rule looks at one turn, and yields what it finds wrong.
Rule = Callable[[Turn], Iterator[Breach]]

RULES: tuple[Rule, ...] = (
    envelope.version,
    envelope.response,
    envelope.unknown_keys,
    envelope.size,
    envelope.session_attributes,
    envelope.end_of_session,
    envelope.secrets,
    audience.unheard,
    audience.can_fulfill,
    speech.shape,
    speech.length,
    speech.silence,
    speech.malformed_ssml,
    speech.unknown_tags,
    speech.attributes,
    speech.breaks,
    speech.audio_clips,
    speech.tags_in_plain_text,
    session.reprompt_nobody_hears,
    session.missing_reprompt,
    session.missing_question,
    session.question_without_session,
    cards.shape,
    cards.length,
    cards.images,
    cards.permissions,
    cards.unspoken_link,
    directives.shape,
    directives.unknown_types,
    directives.fields,
    directives.unsupported,
    directives.verify_person,
    directives.sessions,
    dialog.wrong_request,
    dialog.too_many,
    dialog.closed_session,
    dialog.silent_prompt,
    dialog.spoken_delegation,
    dialog.undeclared,
    dialog.undeclared_types,
    screen.incomplete_document,
    screen.missing_data,
    screen.arguments,
    screen.newer_than_the_device,
    screen.nothing_to_command,
    wording.certification,
    wording.wake_word,
)


def breaches(
    reply: object, request: Mapping[str, Any], model: Mapping[str, Any] | None = None
) -> list[Breach]:
    """Everything that is wrong with a reply, in the order of `RULES`.

    Args:
        reply: what the skill returned, before it becomes JSON.
        request: the envelope that it answers.
        model: the built interaction model of the request's locale. Without it the
            names in Dialog directives are not checked.
    """
    if not isinstance(reply, dict):
        return [_not_an_object(reply)]
    try:
        sent = json.dumps(reply, ensure_ascii=False, allow_nan=False).encode()
        received = json.loads(sent)
    except (TypeError, ValueError, RecursionError) as error:
        return [_not_json(error)]
    turn = Turn(received, len(sent), request, model)
    return [breach for rule in RULES for breach in rule(turn)]


def _not_an_object(reply: object) -> Breach:
    return Breach(
        "reply-not-object",
        f"The skill returned {type(reply).__name__}, not an object.",
        "Return the response envelope, even when there is nothing to say: "
        '{"version": "1.0", "response": {}}.',
    )


def _not_json(error: Exception) -> Breach:
    return Breach(
        "reply-not-json",
        f"The reply cannot be sent as JSON: {error}.",
        "Keep to texts, finite numbers, booleans, null, lists and objects.",
    )
