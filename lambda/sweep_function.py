"""The sweep: AWS Lambda calls `lambda_handler` every few minutes, by a schedule."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pizza_on_demand.clients.secrets import with_secrets
from pizza_on_demand.composition.sweep import sweep_door
from pizza_on_demand.deadline import LambdaContext
from pizza_on_demand.settings import SettingsError
from pizza_on_demand.sweep.door import SweepDoor
from pizza_on_demand.sweep.settings import SweepSettings

logger = logging.getLogger(__name__)


def lambda_handler(event: Any, context: LambdaContext) -> dict[str, int]:
    """Send what is owed; how many receipts were sent, and how many not."""
    try:
        door = door_of_this_process()
    except SettingsError as error:
        logger.error("the sweep is not set up", extra={"problems": error.problems})
        return {}
    return door(event, context)


def create_sweep_door(environment: Mapping[str, str], *, now: Callable[[], datetime]) -> SweepDoor:
    """A door of its own, with its own clock and settings.

    Raises:
        SettingsError: names every setting that is missing or malformed.
    """
    return sweep_door(SweepSettings.from_environment(environment), now=now)


@cache
def door_of_this_process() -> SweepDoor:
    """The door that `lambda_handler` uses, made from the environment at the first event.

    Raises:
        SettingsError: names every setting that is missing or malformed, and every secret
            that cannot be read.
    """
    return create_sweep_door(with_secrets(os.environ), now=lambda: datetime.now(UTC))
