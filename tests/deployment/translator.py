"""SAM's own translator, in an environment of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.deployment.build import ROOT
from tests.deployment.python_tools import environment
from tests.deployment.template_checks import Json

TEMPLATE = ROOT / "template.yaml"
TRANSLATE = Path(__file__).with_name("translate.py")


def run(*command: str | Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in the project's folder; *text* is what it reads."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment(),
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class Translator:
    """Reads the template, and gives what CloudFormation gets.

    Args:
        tools: where the SAM CLI's commands are.
    """

    tools: Path

    def parsed(self, path: Path = TEMPLATE) -> Json:
        """A template, as SAM reads it."""
        template: Json = self._ask("parse", path)
        return template

    def translated(self, templates: Sequence[Json]) -> list[Json]:
        """Templates as CloudFormation gets them."""
        stacks: list[Json] = self._ask("translate", text=json.dumps(templates))
        return stacks

    def _ask(self, *arguments: str | Path, text: str | None = None) -> Any:
        done = run(self.tools / "python", TRANSLATE, *arguments, text=text)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
