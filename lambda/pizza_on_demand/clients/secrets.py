"""Settings that are secrets, from AWS Secrets Manager: each secret is a JSON object of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from pizza_on_demand import deadline
from pizza_on_demand.clients.aws import new_client, no_answer
from pizza_on_demand.logs import keep_quiet_about_bodies
from pizza_on_demand.settings import SettingsError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

PATIENCE = 3.0
"""Seconds for all secrets, which are read at once: somebody may be waiting for an answer."""


class SecretsError(SettingsError):
    """Secrets cannot be read, or hold no settings; all of them are named, with the reason."""


def with_secrets(environment: Mapping[str, str], *, patience: float = PATIENCE) -> dict[str, str]:
    """The environment, and the settings in the secrets that its SECRET_ARNS names.

    They are read once, so a changed secret is noticed by new processes only.
    A secret that nobody has given a value adds nothing: `Settings` says what it misses then.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html

    Args:
        environment: with ARNs or names of secrets, separated by commas; without any it is
            given back as it is.
        patience: seconds to wait for all of them.

    Raises:
        SecretsError: a secret cannot be read, or is no JSON object of texts.
    """
    listed = environment.get("SECRET_ARNS", "").split(",")
    ids = [stripped for one in listed if (stripped := one.strip())]
    if not ids:
        return dict(environment)
    keep_quiet_about_bodies()
    secrets = _Secrets(_client(patience), patience)
    with ThreadPoolExecutor(len(ids)) as pool:
        read = list(pool.map(secrets.read, ids))
    if secrets.problems:
        raise SecretsError(secrets.problems)
    return dict(environment) | {name: value for settings in read for name, value in settings}


class _Secrets:
    """Reads secrets, and writes down what is wrong with them."""

    def __init__(self, client: SecretsManagerClient, patience: float) -> None:
        self._client = client
        self._patience = patience
        self.problems: list[str] = []

    def read(self, secret_id: str) -> list[tuple[str, str]]:
        from botocore.exceptions import ClientError

        try:
            text = deadline.bounded(lambda: self._text(secret_id), at_most=self._patience)
            return _settings(text)
        except ClientError as error:
            reason = error.response.get("Error", {}).get("Code", "unknown")
        except ValueError:
            reason = "it is no JSON object of texts"
        except no_answer() as error:
            reason = type(error).__name__
        self.problems.append(f"the secret {secret_id} cannot be read: {reason}")
        return []

    def _text(self, secret_id: str) -> str:
        try:
            text = self._client.get_secret_value(SecretId=secret_id).get("SecretString", "")
        except self._client.exceptions.ResourceNotFoundException:
            text = ""
        return text.strip() or "{}"


def _settings(text: str) -> list[tuple[str, str]]:
    """The settings in a secret; raises ValueError, whose message may quote it."""
    settings: Any = json.loads(text)
    if not isinstance(settings, dict) or not all(isinstance(v, str) for v in settings.values()):
        raise ValueError
    return list(settings.items())


def _client(patience: float) -> SecretsManagerClient:
    made: SecretsManagerClient = new_client(
        "secretsmanager",
        connect_timeout=patience / 3,
        read_timeout=patience / 3,
        retries={"total_max_attempts": 2},
    )
    return made
