"""What is asked, answered once, repeated, and offered again after linking."""

from __future__ import annotations

from simulator.world import World
from tests.voice.talk import heard

WISH = "ask pizza on demand to email me my details"


def test_only_for_want_of_a_link_is_a_wish_kept(world: World) -> None:
    world.sign_in("ada")
    world.begin_fault("auth0 down")
    heard(world, WISH)
    world.end_faults()

    assert "you wanted" not in heard(world, "open pizza on demand")


def test_what_takes_no_effect_later_is_no_wish(world: World) -> None:
    heard(world, "ask pizza on demand who am I")
    world.sign_in("ada")

    assert "you wanted" not in heard(world, "open pizza on demand")


def test_a_yes_answers_a_question_once(world: World) -> None:
    heard(world, "open pizza on demand")

    assert heard(world, "yes").startswith("Our pizzas come in small for $8.50, medium")
    assert heard(world, "yes").startswith("I'm glad, but I didn't ask anything.")


def test_what_everybody_may_hear_is_repeated_to_everybody(world: World) -> None:
    heard(world, "open pizza on demand")
    menu = heard(world, "what's on the menu")

    assert heard(world, "say that again") == menu
    assert world.spoken
    assert world.spoken.card is None
