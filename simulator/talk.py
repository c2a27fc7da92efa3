"""Talk to the skill in the terminal. A line is what you say, or any step of a script."""

from __future__ import annotations

import contextlib

from simulator.play import answer_of, breaches_of
from simulator.script import ACTIONS, CHECKS, MismatchError, Stage, StepError, parse_step
from simulator.world import World

_HELP = """Say something, such as “open pizza on demand”, or make something happen:
  app: link ada · app: unlink · wait: 2 hours · token: expired · fault: auth0 down
  fault: none · device: screen · silence · mail: ada@example.com *        (Ctrl-D leaves)
"""


def talk() -> None:
    """Read lines until the end of input."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - gives input() a history and editing, where there is one

    print(_HELP)
    with World(varied=True) as world:
        stage = Stage(world)
        while (line := _read()) is not None:
            if line:
                _perform(stage, line)


def _read() -> str | None:
    try:
        return input("User  > ").strip()
    except (EOFError, KeyboardInterrupt):
        print()
        return None


def _perform(stage: Stage, line: str) -> None:
    world = stage.world
    turns, mails, notice = len(world.echo.turns), len(world.mailbox.mails()), world.notice
    _try(stage, line)
    for turn in world.echo.turns[turns:]:
        for said in (*answer_of(turn), *(f"        {breach}" for breach in breaches_of([turn]))):
            print(said)
    for mail in world.mailbox.mails()[mails:]:
        print(f"  mail  : to {mail.to}: “{mail.subject}”")
    if world.notice != notice:
        print(f"  app   : {world.notice}")


def _try(stage: Stage, line: str) -> None:
    verb = line.partition(":")[0].strip()
    is_step = verb in ACTIONS or verb in CHECKS
    try:
        stage.perform(parse_step(line if is_step else f"user: {line}"))
    except StepError as error:
        print(f"        {error}")
    except MismatchError as error:
        print(f"        {error.got}")
