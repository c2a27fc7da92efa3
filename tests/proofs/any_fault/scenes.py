"""The turns of our conversations, and the calls that each of them makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from simulator.script import MismatchError, Stage, Step, parse
from simulator.world import World
from tests.proofs.any_fault import cold_start
from tests.proofs.any_fault.doors import service_of
from tests.proofs.any_fault.hearing import moment_of

CONVERSATIONS = Path(__file__).parents[2] / "conversations"
OWN = Path(__file__).parent / "conversations"
"""Conversations that meet calls which the others do not."""

SAYS = ("user", "touch")

ONE_MOMENT = "POST /v1/directives"

_LEFT_OUT = {"another_voice", "greetings", "silence"}
"""Their turns are in others too, or depend on who speaks."""


@dataclass(frozen=True)
class Scene:
    """A turn of a script."""

    script: Path
    line: int
    words: str
    moment: str
    """What is heard there."""
    calls: tuple[tuple[str, str], ...]
    """(service, name) of each call that the turn makes, in their order."""

    def __str__(self) -> str:
        return f"{self.script.stem}:{self.line}"


@dataclass(frozen=True)
class Point:
    """A call of a turn."""

    scene: Scene
    service: str
    after: int
    """So many calls of that service come before it in the turn."""
    call: str

    number: int
    """Of the call in the turn, from 0."""

    def __str__(self) -> str:
        return f"{self.scene} {self.call} (no. {self.number + 1})"

    @property
    def later(self) -> tuple[tuple[str, str], ...]:
        """The calls that the turn makes after it."""
        return self.scene.calls[self.number + 1 :]

    def follows(self, call: str) -> bool:
        """Whether such a call comes before it in the turn."""
        return call in (name for _, name in self.scene.calls[: self.number])


def scenes(scripts: Iterable[Path]) -> Iterator[Scene]:
    """Every turn that asks somebody outside, of all scripts."""
    for script in scripts:
        try:
            yield from _scenes(script)
        except MismatchError:  # A machine that is too busy looks like a fault.
            yield from _scenes(script)


def _scenes(script: Path) -> list[Scene]:
    with World() as world:
        stage = stage_of(world, script)
        steps = parse(script.read_text("utf-8"))
        return [scene for step in steps for scene in _performed(stage, step, script)]


def _performed(stage: Stage, step: Step, script: Path) -> Iterator[Scene]:
    stage.perform(step)
    turn = stage.world.spoken
    is_disturbed = any(wire.faults for wire in stage.world.wires.values())
    if step.verb not in SAYS or turn is None or not turn.calls:
        return
    calls = tuple((service_of(call), name_of(call.name)) for call in turn.calls)
    # “One moment” is said where a script makes a turn slow, and elsewhere on busy machines.
    # What the script disturbs itself is known.
    calls = tuple(call for call in calls if (call[1] == ONE_MOMENT) == is_disturbed)
    if calls:
        yield Scene(script, step.line, step.argument, moment_of(turn), calls)


def stage_of(world: World, script: Path) -> Stage:
    """Where a script is played."""
    if script.stem == cold_start.SCRIPT:
        world.function.handler = cold_start.ColdStarts(world)
    return Stage(world, script.parent)


def name_of(call: str) -> str:
    """The name of a call without whom it is about."""
    return "GET /api/v2/users" if call.startswith("GET /api/v2/users/") else call


def points(among: Iterable[Scene]) -> list[Point]:
    """Every call of every kind of turn, where it is met soonest."""
    soonest: dict[tuple[object, ...], Point] = {}
    for scene in among:
        for point in _points(scene):
            kind = (scene.moment, point.call, point.after)
            known = soonest.get(kind)
            if known is None or scene.line < known.scene.line:
                soonest[kind] = point
    return list(soonest.values())


def _points(scene: Scene) -> Iterator[Point]:
    before: dict[str, int] = {}
    for number, (service, call) in enumerate(scene.calls):
        yield Point(scene, service, before.get(service, 0), call, number)
        before[service] = before.get(service, 0) + 1


def play_until(stage: Stage, scene: Scene) -> Step:
    """Perform a script as far as a scene; the scene's own step, not performed yet."""
    for step in parse(scene.script.read_text("utf-8")):
        if step.line == scene.line:
            return step
        try:
            stage.perform(step)
        except MismatchError:
            continue
    raise AssertionError(f"{scene} has gone")


def scripts() -> list[Path]:
    """All conversations in the first language."""
    found = [*CONVERSATIONS.glob("*.txt"), *OWN.glob("*.txt")]
    return sorted(path for path in found if path.stem not in _LEFT_OUT)
