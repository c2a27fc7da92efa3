"""What an operator sets is what the skill does."""

from __future__ import annotations

import pytest

from simulator.world import World
from tests.voice.talk import heard


def test_a_token_of_another_application_is_refused(world: World) -> None:
    world.sign_in("ada")
    world.deploy(AUTH0_CLIENT_ID="another-application")

    assert "Your account isn't available" in heard(world, "ask pizza on demand who am I")


def test_a_scope_that_the_token_does_not_have_is_missed(world: World) -> None:
    world.sign_in("ada")
    world.deploy(AUTH0_SCOPES="openid orders:write")

    assert "may not see all of your account" in heard(world, "ask pizza on demand who am I")


@pytest.mark.parametrize(
    ("region", "answer"),
    [("us-east-1", "I've sent the details"), ("eu-central-1", "our mail service did not take it")],
)
def test_mail_goes_through_the_region_that_is_set(world: World, region: str, answer: str) -> None:
    """SES verifies a sender for one region only: the world's is us-east-1."""
    world.sign_in("ada")
    world.deploy(MAIL_REGION=region)

    assert answer in heard(world, "ask pizza on demand to email me my details")


def test_a_table_remembers_visits_longer_than_the_process(world: World) -> None:
    world.say("open pizza on demand")
    world.deploy()

    assert heard(world, "open pizza on demand").startswith("Welcome back")


def test_without_a_table_visits_last_as_long_as_the_process(world: World) -> None:
    world.deploy(TABLE_NAME="", AUTH0_WEB_CLIENT_ID="")
    assert heard(world, "open pizza on demand").startswith("Welcome to")
    assert heard(world, "open pizza on demand").startswith("Welcome back")

    world.deploy()
    assert heard(world, "open pizza on demand").startswith("Welcome to")
