"""Plays scripts: each in a fresh world, printed as the talk that it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from simulator.echo import Turn
from simulator.script import MismatchError, Stage, Step, StepError, parse
from simulator.world import World

Print = Callable[[str], None]


def play(file: Path, say: Print = print, begin: Callable[[], World] = World) -> bool:
    """Play one script; whether all was as written.

    A breach of Alexa's rules fails it too: Alexa would not have said that.

    Args:
        say: prints a line, or several.
        begin: makes the fresh world.
    """
    say(f"# {file}")
    try:
        steps = parse(file.read_text("utf-8"))
    except OSError as error:
        say(f"  ✗ cannot read it: {error.strerror}")
    except UnicodeDecodeError:
        say("  ✗ cannot read it: it is not UTF-8")
    except StepError as error:
        say(f"  ✗ {error}")
    else:
        with begin() as world:
            stage = Stage(world, file.parent)
            return all(_perform(stage, step, file, say) for step in steps)
    return False


def _perform(stage: Stage, step: Step, file: Path, say: Print) -> bool:
    turns, notice = len(stage.world.echo.turns), stage.world.notice
    failure = _failure(stage, step)
    new = stage.world.echo.turns[turns:]
    if talk := transcript_of(new):
        say(talk)
    elif failure is None:
        say(f"  ✓ {step}")
    if stage.world.notice != notice:
        say(f"  app   : {stage.world.notice}")
    failure = failure or "\n    ".join(breaches_of(new))
    if failure:
        say(f"  ✗ {file}:{step.line}: {failure}")
    return not failure


def _failure(stage: Stage, step: Step) -> str | None:
    try:
        stage.perform(step)
    except StepError as error:
        return f"{step}\n      {error}"
    except MismatchError as error:
        return f"{step}\n      wanted  {error.wanted}\n      got     {error.got}"
    return None


def transcript_of(turns: Iterable[Turn]) -> str:
    """What was said, as `ask dialog` prints it; "" if nothing was."""
    return "\n".join(
        line
        for turn in turns
        for line in ([f"User  > {turn.said}"] if turn.said is not None else []) + answer_of(turn)
    )


def answer_of(turn: Turn) -> list[str]:
    """What came back in a turn, a line each."""
    said = [f"Alexa > {words}" for words in turn.meanwhile]
    said += [f"Alexa > {turn.alexa}"] if turn.alexa else []
    return said + ([f"  card  : {_card(turn.card)}"] if turn.card else [])


def breaches_of(turns: Iterable[Turn]) -> list[str]:
    """What Alexa would not accept of the skill's replies, a line each."""
    return [
        f"Alexa would reject this: {breach.what} {breach.remedy}"
        for turn in turns
        for breach in turn.breaches
    ]


def _card(card: dict[str, str]) -> str:
    text = card.get("title") or card.get("content") or card.get("text")
    return f"{card.get('type')} “{text}”" if text else str(card.get("type"))
