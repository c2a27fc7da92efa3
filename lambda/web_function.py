"""The web door: AWS Lambda calls `lambda_handler` with every request to the order page and API."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pizza_on_demand.clients.secrets import with_secrets
from pizza_on_demand.composition.web import web_door
from pizza_on_demand.deadline import LambdaContext
from pizza_on_demand.settings import Settings, SettingsError
from pizza_on_demand.web.door import WebDoor, plain_answer

logger = logging.getLogger(__name__)


def lambda_handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Answer one request to an HTTP API (payload format 2.0)."""
    try:
        door = door_of_this_process()
    except SettingsError as error:
        logger.error("the web door is not set up", extra={"problems": error.problems})
        return plain_answer(503, "This page is not set up yet. Please try again later.")
    return door(event, context)


def create_web_door(environment: Mapping[str, str], *, now: Callable[[], datetime]) -> WebDoor:
    """A door of its own, with its own clock and settings.

    Raises:
        SettingsError: names every setting that is missing or malformed.
    """
    return web_door(Settings.from_environment(environment), now=now)


@cache
def door_of_this_process() -> WebDoor:
    """The door that `lambda_handler` uses, made from the environment at the first request.

    Raises:
        SettingsError: names every setting that is missing or malformed, and every secret
            that cannot be read.
    """
    return create_web_door(with_secrets(os.environ), now=lambda: datetime.now(UTC))
