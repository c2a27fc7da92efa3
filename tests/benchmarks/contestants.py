"""Who is measured: a folder, how it is started, and with which settings."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.scene import SECRETS, Scene
from tests.deployment.runtime_api import Function

METER = Path(__file__).parent / "meter"
PATIENCE = 120.0
"""Seconds: what is slow here shall be measured, and not end in an error."""

IDENTITY = ("AUTH0_DOMAIN", "MAIL_FROM")
"""Settings of the simplest skill that knows its customers."""


class WrongAnswerError(Exception):
    """What was measured was a mistake; the message shows it."""


@dataclass(frozen=True)
class Contestant:
    """A skill that is measured."""

    name: str
    folder: Path
    program: Path
    greets: str = "Ada"
    """What its answer to a launch must have in it."""
    handler: str = "lambda_function.lambda_handler"
    client: Sequence[str | Path] = ("-m", "awslambdaric")
    settings: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def started(self) -> Iterator[Function]:
        """It in a new process, which ends with the block."""
        with self._function(self.handler, {}) as function:
            yield function

    @contextmanager
    def metered(self) -> Iterator[Function]:
        """The same, with a meter around it (see `meter/metered.py`)."""
        with self._function("metered.lambda_handler", self._meter()) as function:
            yield function

    def _meter(self) -> dict[str, str]:
        return {"PYTHONPATH": str(METER), "METERED": self.handler.partition(".")[0]}

    def _function(self, handler: str, more: Mapping[str, str]) -> Function:
        return Function(
            self.folder,
            handler,
            python=self.program,
            environment={**self.settings, **more},
            timeout=PATIENCE,
            client=self.client,
        )

    def first_answer(self, event: Any, expected: str) -> float:
        """Milliseconds from the start of a process to its first answer.

        Raises:
            WrongAnswerError: it is not the expected one.
        """
        with self.started() as function:
            answer = function(event)
            took = (time.monotonic() - function.began) * 1000
        check(answer, expected, function.logs)
        return took


def check(answer: Any, expected: str, logs: Sequence[Any] = ()) -> None:
    """Raises WrongAnswerError unless the answer says what is expected."""
    said = answer["response"].get("outputSpeech", {}).get("ssml", "")
    if expected not in said:
        raise WrongAnswerError(f"“{said}” instead of “{expected}”; {list(logs)[-3:]}")


def deployed(scene: Scene) -> dict[str, str]:
    """The environment that template.yaml gives the skill: with a table, and secrets elsewhere."""
    elsewhere = {*SECRETS, "AUTH0_WEB_CLIENT_ID", "AUTH0_WEB_CLIENT_SECRET", "SESSION_KEYS"}
    own = {name: value for name, value in scene.settings.items() if name not in elsewhere}
    return {**own, **scene.aws, "SECRET_ARNS": ",".join(scene.secret_ids)}


def simplest(scene: Scene) -> dict[str, str]:
    """As little as greets customers by name."""
    return {name: scene.settings[name] for name in IDENTITY}
