"""The voice door: AWS Lambda calls `lambda_handler` with every request that Alexa sends."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any

import fast_gc
import fast_sdk

fast_gc.rest()
fast_sdk.install()

from pizza_on_demand.clients.secrets import with_secrets
from pizza_on_demand.composition.voice import voice_door
from pizza_on_demand.deadline import LambdaContext
from pizza_on_demand.settings import Settings, SettingsError
from pizza_on_demand.voice.door import VoiceDoor, refusal
from pizza_on_demand.voice.variants import by_request, first

logger = logging.getLogger(__name__)


def lambda_handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Answer one request envelope with one response envelope."""
    try:
        return door_of_this_process()(event, context)
    except SettingsError as error:
        logger.error("the skill is not set up", extra={"problems": error.problems})
        return refusal(event, "not_set_up")
    finally:
        fast_gc.work()


def create_door(
    environment: Mapping[str, str], *, now: Callable[[], datetime], varied: bool = True
) -> VoiceDoor:
    """A door of its own, with its own memory, clock and settings.

    Args:
        varied: whether sentences that are heard often have variants; without, a talk goes
            the same way each time.

    Raises:
        SettingsError: names every setting that is missing or malformed.
    """
    settings = Settings.from_environment(environment)
    return voice_door(settings, now=now, choose=by_request if varied else first)


@cache
def door_of_this_process() -> VoiceDoor:
    """The door that `lambda_handler` uses, made from the environment at the first request.

    Raises:
        SettingsError: names every setting that is missing or malformed, and every secret
            that cannot be read.
    """
    return create_door(with_secrets(os.environ), now=lambda: datetime.now(UTC))


if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
    # The snapshot that each process begins from is taken after this line: what is made, read
    # and imported now, nobody waits for later.
    # https://docs.aws.amazon.com/lambda/latest/dg/snapstart-best-practices.html
    with suppress(SettingsError):
        door_of_this_process()
