"""What forgers send is refused, in a documented way; the short run of tests.proofs.forgeries."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.world import World
from tests.proofs.forgeries import Attack
from tests.proofs.forgeries.__main__ import attacked
from tests.proofs.forgeries.links import ForgedLinks
from tests.proofs.forgeries.requests import ForgedRequests
from tests.proofs.forgeries.tokens import SECRET, Tokens

BRIEF = 0.5
"""Seconds of processor time: no refusal costs more, whatever is sent."""

a_few = settings(max_examples=400, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
forgers = st.randoms(use_true_random=False)


@pytest.fixture(scope="module")
def requests() -> Iterator[ForgedRequests]:
    with World() as world:
        yield ForgedRequests(world)


@pytest.fixture(scope="module", params=[None, SECRET], ids=["RS256", "HS256"])
def tokens(request: pytest.FixtureRequest) -> Tokens:
    return Tokens(request.param)


@pytest.fixture(scope="module")
def links() -> ForgedLinks:
    return ForgedLinks()


def is_refused(attack: Attack, random: Random) -> bool:
    """Whether what somebody forges is refused, and soon; the first of its kind pays for imports."""
    forged = attack.forge(random)
    return any(_is_refused_soon(attack, forged) for _ in range(2))


def _is_refused_soon(attack: Attack, forged: Any) -> bool:
    began = time.thread_time()
    refusal = attack.refusal(forged)
    return bool(refusal) and time.thread_time() - began < BRIEF


@given(random=forgers)
@a_few
def test_no_forged_access_token_is_good(tokens: Tokens, random: Random) -> None:
    assert is_refused(tokens, random)


@given(random=forgers)
@a_few
def test_no_forged_link_is_good(links: ForgedLinks, random: Random) -> None:
    assert is_refused(links, random)


@given(random=forgers)
@a_few
def test_no_forged_request_changes_anything(requests: ForgedRequests, random: Random) -> None:
    assert is_refused(requests, random)


def test_after_all_of_them_nothing_has_changed(requests: ForgedRequests) -> None:
    assert attacked(requests, range(300), seed=7).wrong == []
    assert requests.nothing_has_changed()


def test_what_is_not_forged_is_let_in(tokens: Tokens, links: ForgedLinks) -> None:
    """Otherwise all of this would pass at a door that is walled up."""
    for good in tokens.good:
        with pytest.raises(AssertionError, match="let in"):
            tokens.refusal(good)
    for good_link in links.good.items():
        with pytest.raises(AssertionError, match="let in"):
            links.refusal(good_link)
