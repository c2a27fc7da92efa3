"""Links in letters: good for one thing, for a day, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pizza_on_demand.links import (
    LIVES,
    Claim,
    LinkError,
    LinkExpiredError,
    LinkForgedError,
    Links,
    Purpose,
)
from simulator.clock import Clock
from tests.an_order import an_order

ORIGIN = "https://order.pizza.example"
KEY, OLD_KEY = "a key of thirty-two characters ..", "an older key, and just as long ..."
ORDER = an_order(lock="the lock")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def links(clock: Clock) -> Links:
    return Links([KEY], ORIGIN, now=clock.now)


def token_of(link: str) -> str:
    [token] = parse_qs(urlsplit(link).query)["t"]
    return token


def test_a_link_leads_to_the_page_of_its_purpose(links: Links) -> None:
    assert links.unlock(ORDER).startswith(f"{ORIGIN}/links/unlock?t=")
    assert links.disown(ORDER).startswith(f"{ORIGIN}/links/disown?t=")


def test_a_link_says_whose_order_and_which_lock_it_is_about(links: Links) -> None:
    unlock = links.read(Purpose.UNLOCK, token_of(links.unlock(ORDER)))
    disown = links.read(Purpose.DISOWN, token_of(links.disown(ORDER)))

    assert unlock == Claim(ORDER.sub, ORDER.id, "the lock")
    assert disown == Claim(ORDER.sub, ORDER.id)


def test_a_link_that_erases_says_whose_data_and_names_no_order(links: Links) -> None:
    erase = links.erase("auth0|ada")

    assert erase.startswith(f"{ORIGIN}/links/erase?t=")
    assert links.read(Purpose.ERASE, token_of(erase)) == Claim("auth0|ada")


def test_nothing_in_a_link_can_be_read_without_the_key(links: Links) -> None:
    link, again = links.disown(ORDER), links.disown(ORDER)

    assert link != again
    with pytest.raises(LinkForgedError):
        Links([OLD_KEY], ORIGIN, now=Clock().now).read(Purpose.DISOWN, token_of(link))


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_is_good_for_its_own_purpose_only(links: Links, purpose: Purpose) -> None:
    made = {
        Purpose.UNLOCK: links.unlock(ORDER),
        Purpose.DISOWN: links.disown(ORDER),
        Purpose.ERASE: links.erase(ORDER.sub),
    }
    del made[purpose]

    for other in made.values():
        with pytest.raises(LinkForgedError):
            links.read(purpose, token_of(other))


def test_a_link_lives_for_a_day(links: Links, clock: Clock) -> None:
    token = token_of(links.disown(ORDER))

    clock.wait(LIVES - timedelta(seconds=10))
    assert links.read(Purpose.DISOWN, token).order_id == ORDER.id

    clock.wait(timedelta(seconds=11))
    with pytest.raises(LinkExpiredError):
        links.read(Purpose.DISOWN, token)
    assert links.read(Purpose.DISOWN, token_of(links.disown(ORDER))) == Claim(ORDER.sub, ORDER.id)


def test_a_new_key_makes_links_while_an_old_one_still_reads_them(clock: Clock) -> None:
    before, after, later = (
        Links(keys, ORIGIN, now=clock.now) for keys in ([OLD_KEY], [KEY, OLD_KEY], [KEY])
    )

    assert after.read(Purpose.DISOWN, token_of(before.disown(ORDER))).order_id == ORDER.id
    assert later.read(Purpose.DISOWN, token_of(after.disown(ORDER))).order_id == ORDER.id
    with pytest.raises(LinkForgedError):
        later.read(Purpose.DISOWN, token_of(before.disown(ORDER)))


def test_no_changed_byte_goes_unnoticed(links: Links) -> None:
    token = token_of(links.disown(ORDER))

    for at in range(len(token) - 1):  # the last letter may hold two unused bits
        other = "A" if token[at] != "A" else "B"
        with pytest.raises(LinkForgedError):
            links.read(Purpose.DISOWN, f"{token[:at]}{other}{token[at + 1 :]}")


@given(st.text())
def test_whatever_else_comes_is_no_link(token: str) -> None:
    with pytest.raises(LinkError):
        Links([KEY], ORIGIN, now=Clock().now).read(Purpose.UNLOCK, token)


def test_a_link_survives_programs_that_find_links_in_text(links: Links) -> None:
    assert not links.unlock(ORDER).endswith("=")


def test_an_order_without_a_lock_has_no_link_that_unlocks(links: Links) -> None:
    with pytest.raises(ValueError, match="nothing to unlock"):
        links.unlock(an_order(lock=None))
