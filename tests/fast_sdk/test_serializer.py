"""The fast serializer is DefaultSerializer, whatever it is given."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from random import Random
from typing import Any

import ask_sdk_model
import pytest
from ask_sdk_core.exceptions import SerializationException
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.request_envelope import RequestEnvelope

from fast_sdk.serializer import FastSerializer
from simulator.world import World
from tests.proofs.any_envelope import odd, sdk


def models() -> Iterator[type]:
    """Every class of ask-sdk-model that is read from JSON."""
    for module in pkgutil.walk_packages(ask_sdk_model.__path__, "ask_sdk_model."):
        for kind in vars(import_module(module.name)).values():
            is_read = hasattr(kind, "deserialized_types") or (
                isinstance(kind, type) and issubclass(kind, Enum)
            )
            if is_read and kind.__module__ == module.name:
                yield kind


EACH = 10
"""Payloads of each class, and as many that are odd."""

LEFT_OUT = ("NaN", "deserialized_types")
"""What is not equal to itself; and a member that the SDK takes for its own description of the
class, and then writes everything of that class differently for the rest of the process."""

MODELS = sorted(models(), key=lambda kind: f"{kind.__module__}.{kind.__name__}")


def payloads(kind: type) -> Iterator[Any]:
    """JSON that a class may be read from, and the same with something that is not as it was."""
    for seed in range(EACH):
        random = Random(seed)  # noqa: S311 - the same seed makes the same payload
        made = sdk.of(random, kind)
        yield made
        changed = odd.changed(random, made)
        if not any(word in json.dumps(changed) for word in LEFT_OUT):
            yield changed


def read(serializer: DefaultSerializer, payload: Any, kind: Any) -> Any:
    """What is read, or why it is not."""
    try:
        return serializer.deserialize(json.dumps(payload), kind)
    except SerializationException as error:
        return type(error), str(error)


def test_there_are_hundreds_of_models() -> None:
    assert len(MODELS) > 400


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
def test_it_reads_and_writes_what_the_sdk_does(kind: type) -> None:
    plain, fast = DefaultSerializer(), FastSerializer()

    for payload in payloads(kind):
        expected, found = read(plain, payload, kind), read(fast, payload, kind)

        assert found == expected
        assert type(found) is type(expected)
        assert outcome(fast, found) == outcome(plain, expected)


def outcome(serializer: DefaultSerializer, model: Any) -> Any:
    """What is written, or why it is not."""
    try:
        return serializer.serialize(model)
    except (AttributeError, TypeError) as error:
        return type(error), str(error)


def test_it_reads_and_writes_a_whole_talk_as_the_sdk_does(world: World) -> None:
    plain, fast = DefaultSerializer(), FastSerializer()
    world.sign_in("ada")
    for words in ("open pizza on demand", "get me a large pizza with bacon", "yes", "stop"):
        world.say(words)

    for turn in world.echo.turns:
        envelope = json.dumps(turn.request)
        expected = plain.deserialize(envelope, RequestEnvelope)
        assert fast.deserialize(envelope, RequestEnvelope) == expected
        assert fast.read(turn.request, RequestEnvelope) == expected
        assert fast.serialize(expected) == plain.serialize(expected)
