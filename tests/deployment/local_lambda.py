"""The stack's functions on this machine, with a world in place of AWS and Auth0."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import boto3

from simulator.world import World
from tests.deployment.build import Artifacts, Machine
from tests.deployment.runtime_api import Function
from tests.deployment.template_checks import Json, references

HELD = {
    "LinkKeys": "LINK_KEYS",
    "CodeKeys": "CODE_KEYS",
    "SessionKeys": "SESSION_KEYS",
    "Auth0BackendSecrets": "AUTH0_BACKEND_CLIENT_SECRET",
    "Auth0WebSecret": "AUTH0_WEB_CLIENT_SECRET",
}
"""What the stack's secrets hold."""


@dataclass(frozen=True)
class Runnable:
    """What would be deployed if Lambda were this machine."""

    artifacts: Artifacts
    machine: Machine
    python: Path
    """With AWS's runtime client and boto3 beside it, as on Lambda."""


class Lambda:
    """Starts functions of the stack as it sets them up, with the world's settings in it."""

    def __init__(self, runnable: Runnable, world: World, stack: Json) -> None:
        self._runnable = runnable
        self._world = world
        self._stack = stack
        self._store = boto3.client("secretsmanager", endpoint_url=world.cloud.backstage)
        for secret, setting in HELD.items():
            value = json.dumps({setting: world.settings[setting]})
            self._store.create_secret(Name=secret, SecretString=value)

    def start(self, name: str, *, snap_start: bool = False, aws: str | None = None) -> Function:
        """Start one.

        Args:
            name: of its resource, such as "SkillFunction".
            snap_start: see `Function`.
            aws: another origin of the world's AWS, if it is to have one of its own.
        """
        properties = self._stack["Resources"][name]["Properties"]
        return Function(
            self._runnable.artifacts.folder / name,
            properties["Handler"],
            python=self._runnable.python,
            environment=self._environment(properties["Environment"]["Variables"])
            | ({"AWS_ENDPOINT_URL": aws} if aws else {}),
            timeout=properties["Timeout"],
            snap_start=snap_start,
        )

    def secrets_of(self, name: str) -> list[str]:
        variables = self._stack["Resources"][name]["Properties"]["Environment"]["Variables"]
        return references(variables["SECRET_ARNS"])

    def forget(self, secret: str) -> None:
        self._store.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)

    def _environment(self, variables: Json) -> dict[str, str]:
        """What the stack sets, with the world's values; and AWS where the world has it."""
        aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        settings = {name: self._world.settings.get(name, "") for name in variables}
        return settings | aws | {"SECRET_ARNS": ",".join(references(variables["SECRET_ARNS"]))}
