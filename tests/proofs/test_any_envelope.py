"""The short run: Hypothesis plays chance, and shrinks what it finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from simulator.envelope import Session, envelope, request
from simulator.people import PROVEN
from simulator.pin_check import PinCheck
from tests.proofs.any_envelope import sdk
from tests.proofs.any_envelope.envelopes import Envelope, a_code, a_pin, one
from tests.proofs.any_envelope.stage import Stage, open_stage

CHANCE = st.randoms(use_true_random=False)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage() as opened:
        yield opened


def tried(times: int) -> settings:
    return settings(
        max_examples=times,
        database=None,  # each world has tokens of its own, so nothing kept would come again
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@given(random=CHANCE)
@tried(300)
def test_whatever_comes_in_a_valid_reply_goes_out(stage: Stage, random: Random) -> None:
    answered = stage.send(one(random, stage.scene))

    note(json.dumps(answered.event))
    assert answered.wrong == []


@given(random=CHANCE)
@tried(60)
def test_nothing_but_the_right_code_confirms_an_order(stage: Stage, random: Random) -> None:
    answered = stage.send(a_code(random, stage.scene))

    note(json.dumps(answered.event))
    assert answered.wrong == []


@given(random=CHANCE)
@tried(60)
def test_nothing_but_her_own_pin_confirms_an_order_that_waits_for_it(
    stage: Stage, random: Random
) -> None:
    answered = stage.send(a_pin(random, stage.scene))

    note(json.dumps(answered.event))
    assert answered.wrong == []


def test_the_right_pin_confirms(stage: Stage) -> None:
    check = PinCheck(stage.scene.pin.token, None)
    cause = check.cause("200", "OK", {"status": "ACHIEVED"})
    event = _wrapped(stage, {"type": "SessionResumedRequest", "cause": cause})
    level = {"authenticationConfidenceLevel": {"level": PROVEN}}
    event["context"]["System"]["person"] = {**stage.scene.pin.person, **level}

    said = stage.send(event)

    assert (said.moments, said.wrong) == (["confirmed"], [])


@pytest.mark.parametrize("kind", sdk.KINDS)
def test_every_request_that_the_sdk_knows_is_answered(stage: Stage, kind: str) -> None:
    for seed in range(3):
        made = sdk.request(Random(seed), kind)

        assert stage.send(_wrapped(stage, made)).wrong == []


def test_the_right_code_confirms_and_the_stage_is_set_anew_for_whoever_comes_next(
    stage: Stage,
) -> None:
    slots = {"Code": {"name": "Code", "value": stage.scene.code}}
    intent = {"name": "AuthorizePizzaOrderIntent", "confirmationStatus": "NONE", "slots": slots}

    for _ in range(2):
        said = stage.send(_wrapped(stage, {"type": "IntentRequest", "intent": intent}))

        assert (said.moments, said.wrong) == (["confirmed"], [])


def _wrapped(stage: Stage, made: Envelope) -> Envelope:
    """A request that Ada makes in an open session."""
    asked = request("Any", stage.now(), "en-US") | made
    return envelope(asked, stage.scene.household, Session(new=False))
