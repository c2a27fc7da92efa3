"""First visits, returns, and wishes that wait for an account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pizza_on_demand.visits import Visits, VisitsInMemory
from simulator.clock import Clock

ADA, MARY = "amzn1.ask.account.ADA", "amzn1.ask.account.MARY"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visits(clock: Clock) -> Visits:
    return Visits(VisitsInMemory(), now=clock.now)


def test_the_first_visit_has_none_before_it(visits: Visits) -> None:
    assert visits.begin(ADA, grants_wish=True) is None


def test_a_return_tells_when_the_last_visit_was(visits: Visits, clock: Clock) -> None:
    before = clock.now()
    visits.begin(ADA, grants_wish=True)
    after = clock.now()
    clock.wait(timedelta(days=3))

    visit = visits.begin(ADA, grants_wish=True)

    assert visit
    assert before <= visit.at <= after
    assert visit.wish is None


def test_each_household_has_its_own(visits: Visits) -> None:
    visits.keep_wish(ADA, "my_details")

    assert visits.begin(MARY, grants_wish=True) is None


def test_a_wish_is_handed_out_once(visits: Visits) -> None:
    visits.keep_wish(ADA, "my_details")

    first, second = visits.begin(ADA, grants_wish=True), visits.begin(ADA, grants_wish=True)

    assert first
    assert first.wish == "my_details"
    assert second
    assert second.wish is None


def test_a_wish_that_cannot_come_true_yet_stays(visits: Visits) -> None:
    visits.keep_wish(ADA, "my_details")

    visits.begin(ADA, grants_wish=False)
    then = visits.begin(ADA, grants_wish=True)

    assert then
    assert then.wish == "my_details"


def test_a_wish_lives_for_a_day_and_the_visit_longer(visits: Visits, clock: Clock) -> None:
    visits.keep_wish(ADA, "my_details")
    visits.keep_wish(MARY, "my_details")

    clock.wait(timedelta(hours=23, minutes=59))
    in_time = visits.begin(ADA, grants_wish=True)
    clock.wait(timedelta(minutes=2))
    too_late = visits.begin(MARY, grants_wish=True)

    assert in_time
    assert in_time.wish == "my_details"
    assert too_late
    assert too_late.wish is None


def test_who_is_forgotten_comes_for_the_first_time(visits: Visits) -> None:
    visits.begin(ADA, grants_wish=True)
    visits.forget(ADA)

    assert visits.begin(ADA, grants_wish=True) is None


def test_whom_nobody_knows_can_be_forgotten_too(visits: Visits) -> None:
    visits.forget(ADA)
