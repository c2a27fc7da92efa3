"""`python -m deployment.replays FOLDER`: our conversations as files for `ask dialog --replay`.

So the talks that we test with run against the deployed skill, in Amazon's own simulator. A
talk is replayed as far as words alone carry it: where it needs a code from a mailbox, the CLI
hands over to whoever sits there, in the middle of the session. What needs a broken service or
another time is left out, and so are the checks, which are for eyes there.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deployment.ask_cli import PROJECT, AskCliError, deployed_skill_id
from simulator.script import CHECKS, Step, parse

CONVERSATIONS = PROJECT / "tests" / "conversations"

ORDINARY_CUSTOMER = "ada"
"""Any linked account will do for her, if it has a confirmed address and phone."""

_FOUND_BY_A_CHECK = re.compile(r"\{(code|link)\}")

_OUT_OF_REACH = {
    "app": "it needs the Alexa app",
    "device": "a replay keeps its device",
    "locale": "a replay keeps its locale",
    "open": "it needs a browser",
    "setting": "it needs another deployment",
    "silence": "nobody can be silent in a replay",
    "tenant": "it needs Auth0's dashboard",
    "wait": "it takes time",
}
"""Why words alone do not do these; what is not here can only be done in the world."""


class NotReplayableError(Exception):
    """Nothing of a talk can be replayed; the text says why."""


@dataclass(frozen=True)
class Replay:
    """What Amazon's simulator can be made to hear of a talk."""

    said: tuple[str, ...]
    linked: bool
    """Whether the account has to be linked before it begins; otherwise it must not be."""
    locale: str
    stopped: str | None = None
    """Why it ends before the talk does."""

    def content(self, skill_id: str) -> dict[str, Any]:
        """The file, as `.record` of `ask dialog` writes it.

        https://github.com/alexa/ask-cli/blob/develop/docs/concepts/Dialog-Command.md
        """
        # Without .quit the CLI becomes interactive, and the session goes on.
        quits = () if self.stopped else (".quit",)
        return {
            "skillId": skill_id,
            "locale": self.locale,
            "type": "text",
            "userInput": [*self.said, *quits],
        }


def replay_of(steps: Iterable[Step], locale: str = "en-US") -> Replay:
    """As much of a talk as words alone carry.

    Args:
        locale: which the talk begins in, unless it says so itself.

    Raises:
        NotReplayableError: it stops before anybody has said anything.
    """
    said: list[str] = []
    linked, stopped = False, None
    for step in steps:
        if step.verb == "locale" and not said:
            locale = step.argument
        elif str(step) == f"app: link {ORDINARY_CUSTOMER}" and not said:
            linked = True
        elif stopped := _obstacle(step):
            break
        elif step.verb == "user":
            said.append(step.argument)
    if not said:
        raise NotReplayableError(stopped or "nobody says anything")
    return Replay(tuple(said), linked, locale, stopped)


def write(folder: Path, conversations: Sequence[Path], skill_id: str) -> list[str]:
    """Write a file for each talk that can be replayed, by whether it needs a linked account.

    Returns:
        A line about each talk.
    """
    return [_write_one(folder, talk, skill_id) for talk in conversations]


def main(arguments: list[str] | None = None) -> int:
    """Write them.

    Returns:
        0, or 1 when nobody says which skill they are for.
    """
    options = _options(arguments)
    try:
        skill_id = options.skill_id or deployed_skill_id(profile=options.profile)
    except AskCliError as error:
        print(error, file=sys.stderr)
        return 1
    talks = options.conversations or sorted(CONVERSATIONS.glob("*.txt"))
    print("\n".join(write(options.folder, talks, skill_id)))
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deployment.replays", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files go")
    parser.add_argument("conversations", type=Path, nargs="*", help="all of ours, if none is named")
    parser.add_argument("--skill-id", help="as “ask deploy” keeps it, if not given")
    parser.add_argument("--profile", default="default", help="of the ASK CLI")
    return parser.parse_args(arguments)


def _write_one(folder: Path, talk: Path, skill_id: str) -> str:
    try:
        replay = replay_of(parse(talk.read_text(encoding="utf-8")))
    except NotReplayableError as error:
        return f"{talk.stem}: left out: {error}"
    name = Path("linked" if replay.linked else "not_linked") / f"{talk.stem}.json"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps(replay.content(skill_id), indent=2, ensure_ascii=False)
    path.write_text(content + "\n", encoding="utf-8")
    end = f"as far as {replay.stopped}" if replay.stopped else "to the end"
    return f"{name}: {len(replay.said)} sentences, {end}"


def _obstacle(step: Step) -> str | None:
    """Why a replay cannot go on with this step; None if it can."""
    where = f"line {step.line}, “{step}”"
    if step.verb in CHECKS:
        return None
    if step.verb == "app" and step.argument.startswith("link "):
        return f"{where}: it needs the account of such a customer, linked at this point"
    if step.verb != "user":
        return f"{where}: {_OUT_OF_REACH.get(step.verb, 'only the world can do that')}"
    if found := _FOUND_BY_A_CHECK.search(step.argument):
        return f"{where}: the {found[1]} is in the customer's mailbox or phone"
    return None


if __name__ == "__main__":
    sys.exit(main())
