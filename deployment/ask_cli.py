"""What the ASK CLI keeps and does: https://developer.amazon.com/docs/smapi/ask-cli-intro.html"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).parents[1]
STATES = Path(".ask") / "ask-states.json"


class AskCliError(Exception):
    """The ASK CLI is not there, does not know the skill, or failed; the text says what to do."""


def deployed_skill_id(project: Path = PROJECT, profile: str = "default") -> str:
    """The id of the skill that `ask deploy` has made out of this project.

    Raises:
        AskCliError: it has not made one yet.
    """
    try:
        states = json.loads((project / STATES).read_text(encoding="utf-8"))
        return str(states["profiles"][profile]["skillId"])
    except (OSError, ValueError, KeyError) as error:
        raise AskCliError(
            f"{STATES} knows of no skill in profile “{profile}”: run “ask deploy” first, "
            "or say which skill it is with --skill-id"
        ) from error


def run_ask(arguments: Sequence[str]) -> None:
    """Run `ask` with these arguments; what it prints goes to the terminal.

    Raises:
        AskCliError: there is no ASK CLI on the PATH, or it failed.
    """
    try:
        subprocess.run(["ask", *arguments], check=True)  # noqa: S603, S607 - the official CLI
    except FileNotFoundError as error:
        raise AskCliError("there is no “ask” on the PATH: npm install --global ask-cli") from error
    except subprocess.CalledProcessError as error:
        raise AskCliError(f"“ask” failed with exit status {error.returncode}") from error
