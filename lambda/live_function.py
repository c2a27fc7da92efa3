"""The live door: AWS Lambda calls `lambda_handler` when pages open sockets and orders change."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pizza_on_demand.clients.secrets import with_secrets
from pizza_on_demand.composition.live import live_door
from pizza_on_demand.deadline import LambdaContext
from pizza_on_demand.live.door import LiveDoor
from pizza_on_demand.live.settings import LiveSettings
from pizza_on_demand.settings import SettingsError

logger = logging.getLogger(__name__)


def lambda_handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Answer one event of the WebSocket API, or one batch of the table's stream."""
    try:
        door = door_of_this_process()
    except SettingsError as error:
        logger.error("the live door is not set up", extra={"problems": error.problems})
        return {"statusCode": 503}
    return door(event, context)


def create_live_door(environment: Mapping[str, str], *, now: Callable[[], datetime]) -> LiveDoor:
    """A door of its own, with its own clock and settings.

    Raises:
        SettingsError: names every setting that is missing or malformed.
    """
    return live_door(LiveSettings.from_environment(environment), now=now)


@cache
def door_of_this_process() -> LiveDoor:
    """The door that `lambda_handler` uses, made from the environment at the first event.

    Raises:
        SettingsError: names every setting that is missing or malformed, and every secret
            that cannot be read.
    """
    return create_live_door(with_secrets(os.environ), now=lambda: datetime.now(UTC))
