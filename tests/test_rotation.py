"""Exchanging a key as docs/deploying.md says: two versions run at once, and nobody notices.

While a deployment goes on, some processes have read the new list of keys, and some have not.
What one of them makes must be good for the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

import lambda_function
from simulator.script import Stage, parse
from simulator.world import World

OLD, NEW = "old-" * 8, "new-" * 8
STEPS = (OLD, f"{OLD},{NEW}", f"{NEW},{OLD}", NEW)
"""What every secret holds, one deployment after the other."""

TWO_AT_ONCE = [pair for step in pairwise(STEPS) for pair in (step, step[::-1])]


class Shop:
    """A world whose skill may be of another version than everything else."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stage = Stage(world)

    def deploy(self, keys: str, *, voice: str | None = None) -> None:
        """Put everything up with these keys, and the skill perhaps with others."""
        self._world.deploy(**dict.fromkeys(("LINK_KEYS", "CODE_KEYS", "SESSION_KEYS"), keys))
        if voice:
            settings = self._world.settings | {"LINK_KEYS": voice, "CODE_KEYS": voice}
            self._world.function.handler = lambda_function.create_door(
                {name: value for name, value in settings.items() if value},
                now=self._world.clock.now,
                varied=False,
            )

    def play(self, *lines: str) -> None:
        """Raises MismatchError where it does not go like that."""
        for step in parse("\n".join(lines)):
            self._stage.perform(step)

    def order(self) -> None:
        """Order by voice, and read the code and the link of the mail."""
        self.play(
            "user: ask pizza on demand to get me a small pizza with bacon",
            "user: yes",
            "mail: ada@example.com *",
        )


@pytest.fixture
def shop(world: World) -> Iterator[Shop]:
    made = Shop(world)
    made.play("app: link ada")
    yield made
    world.end_faults()


def send_a_receipt_that_is_owed(shop: Shop) -> None:
    """Confirm by voice while mail is away; the sweep is of the other version."""
    shop.play("fault: mail throttled", "user: {code}", "alexa: Done: * it will follow *")
    shop.play("fault: none", "wait: 6 minutes", "mail: ada@example.com * receipt *")


@pytest.mark.parametrize(
    ("one", "other"), TWO_AT_ONCE, ids=lambda keys: keys.replace(OLD, "old").replace(NEW, "new")
)
class TestTwoVersionsAtOnce:
    def test_a_code_of_one_is_good_for_the_other(self, shop: Shop, one: str, other: str) -> None:
        shop.deploy(other, voice=one)
        shop.play("web: sign-in ada")
        shop.order()
        shop.play("web: open /", "web: confirm {code}", "page: All orders Confirmed *")
        shop.order()
        shop.play("web: open /", "web: code", "mail: ada@example.com *")
        shop.play("user: {code}", "alexa: Done: *")

    def test_a_link_in_a_mail_of_one_opens_at_the_other(
        self, shop: Shop, one: str, other: str
    ) -> None:
        shop.deploy(other, voice=one)
        shop.order()
        shop.play("open: {link}", "page: * locked *")

    def test_who_is_signed_in_at_one_is_so_at_the_other(
        self, shop: Shop, one: str, other: str
    ) -> None:
        shop.deploy(one)
        shop.play("web: sign-in ada", "page: * nothing ordered yet *")
        for version in (other, one):
            shop.deploy(version)
            shop.play("web: open /", "page: * nothing ordered yet *")

    def test_a_receipt_that_one_owes_is_sent_by_the_other(
        self, shop: Shop, one: str, other: str
    ) -> None:
        shop.deploy(other, voice=one)
        shop.order()
        send_a_receipt_that_is_owed(shop)


class TestOneAfterTheOther:
    def test_what_is_on_its_way_outlives_every_step_but_the_last(self, shop: Shop) -> None:
        shop.deploy(STEPS[0])
        shop.play("web: sign-in ada")
        shop.order()
        for step in STEPS[1:3]:
            shop.deploy(step)
            shop.play("web: open /", "page: * 1 small pizza with bacon *")
        send_a_receipt_that_is_owed(shop)
        shop.play("open: {link}", "page: * locked *")

    def test_a_key_that_was_taken_away_is_good_for_nothing(self, shop: Shop) -> None:
        shop.deploy(OLD)
        shop.play("web: sign-in ada")
        shop.order()
        shop.deploy(NEW)

        shop.play("user: {code}", "alexa: That's not the code. *")
        shop.play("open: {link}", "page: * link *")
        shop.play("web: open /", "page: * Sign in *")

    def test_with_the_new_key_first_at_once_the_old_version_takes_its_codes_for_wrong(
        self, shop: Shop
    ) -> None:
        """Why there is a step more: the other version has never heard of the new key."""
        shop.deploy(OLD, voice=f"{NEW},{OLD}")
        shop.play("web: sign-in ada")
        shop.order()
        shop.play("web: open /", "web: confirm {code}", "page: * That is not the code. *")
