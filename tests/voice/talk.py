"""Talking to the Echo of a world."""

from __future__ import annotations

from simulator.world import World


def heard(world: World, words: str) -> str:
    """What Alexa says when somebody says *words*."""
    world.say(words)
    assert world.spoken
    assert world.spoken.alexa
    return world.spoken.alexa
