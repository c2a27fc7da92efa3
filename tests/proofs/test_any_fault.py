"""Each fault and each call of the matrix at least once; the whole of it takes hours.

python -m tests.proofs.any_fault
"""

from __future__ import annotations

import pytest

from tests.proofs.any_fault.cells import play
from tests.proofs.any_fault.faults import FAULTS, Fault
from tests.proofs.any_fault.scenes import Point, points, scenes, scripts

SCRIPTS = {"cold_start", "order", "order_by_text", "order_with_auth0_codes"}
SCRIPTS |= {"menu_by_mail", "phone_from_metadata", "slow_table"}


@pytest.fixture(scope="module")
def calls() -> list[Point]:
    """A point for each outside call that the skill makes, the last of those that are known."""
    known = points(scenes(path for path in scripts() if path.stem in SCRIPTS))
    return list({point.call: point for point in known}.values())


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[fault.name for fault in FAULTS])
def test_a_fault_is_put_into_words_and_nothing_is_lost_or_doubled(
    number: int, calls: list[Point]
) -> None:
    fault: Fault = FAULTS[number]

    cell = play(calls[number % len(calls)], fault)

    assert cell.struck
    assert not cell.problems, f"{cell}: {cell.moment}, then {cell.heard}"


def test_each_service_that_the_skill_uses_is_disturbed(calls: list[Point]) -> None:
    services = {point.service for point in calls}

    assert services == {"DynamoDB", "SES", "SNS", "alexa", "auth0", "secretsmanager"}
    assert len(calls) <= len(FAULTS)
