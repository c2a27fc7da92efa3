"""A function that starts anew for every request, with its secrets in AWS Secrets Manager."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3

import lambda_function
from simulator.world import World

SCRIPT = "cold_start"
"""The conversation that is held with it."""

_SECRETS = {"AUTH0_BACKEND_CLIENT_SECRET", "CODE_KEYS", "LINK_KEYS", "SESSION_KEYS"}
_NAME = "pizza-on-demand"


class ColdStarts:
    """Takes the place of a world's function."""

    def __init__(self, world: World) -> None:
        settings = {name: value for name, value in world.settings.items() if value}
        secret = {name: settings.pop(name) for name in _SECRETS & settings.keys()}
        manager = boto3.client("secretsmanager", endpoint_url=world.cloud.backstage)
        manager.create_secret(Name=_NAME, SecretString=json.dumps(secret))
        self._environment = settings | {"SECRET_ARNS": _NAME}

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        before = dict(os.environ)
        os.environ.update(self._environment)
        lambda_function.door_of_this_process.cache_clear()
        try:
            return lambda_function.lambda_handler(event, context)
        finally:
            lambda_function.door_of_this_process.cache_clear()
            os.environ.clear()
            os.environ.update(before)
