"""Secrets: read at once, merged with the environment, and never told."""

from __future__ import annotations

import json
import logging
import threading
import time
import traceback

import boto3
import pytest
from werkzeug.wrappers import Request, Response

from pizza_on_demand.clients.secrets import SecretsError, with_secrets
from pizza_on_demand.settings import SettingsError
from simulator.cloud import Cloud
from simulator.wire import Slow, free_port, problem
from tests.clients.sockets import Behaviour, drip_the_body, drip_the_head, listening

OPEN = {"TABLE_NAME": "pizza"}
KEY = "a key that is as long as keys have to be"


def put(name: str, text: str) -> str:
    """Make a secret; its ARN."""
    made = boto3.client("secretsmanager").create_secret(Name=name, SecretString=text)
    return str(made["ARN"])


def asked(cloud: Cloud) -> int:
    return sum((call.target or "").endswith("GetSecretValue") for call in cloud.wire.calls)


def refusing(code: str) -> Response:
    return problem(400, {"__type": code, "Message": f"you may not read {KEY}"})


@pytest.mark.usefixtures("cloud")
def test_the_settings_in_every_secret_are_added() -> None:
    links = put("links", json.dumps({"LINK_KEYS": KEY}))
    auth0 = put("auth0", json.dumps({"A": "1", "B": "2"}))

    settings = with_secrets({**OPEN, "SECRET_ARNS": f" {links}, {auth0},"})

    assert settings["LINK_KEYS"] == KEY
    assert (settings["A"], settings["B"], settings["TABLE_NAME"]) == ("1", "2", "pizza")


@pytest.mark.usefixtures("cloud")
def test_a_secret_goes_before_what_is_in_the_open() -> None:
    links = put("links", json.dumps({"LINK_KEYS": KEY}))

    assert with_secrets({"LINK_KEYS": "old", "SECRET_ARNS": links})["LINK_KEYS"] == KEY


@pytest.mark.parametrize("listed", [{}, {"SECRET_ARNS": ""}, {"SECRET_ARNS": " , "}])
def test_without_secrets_nobody_is_asked(cloud: Cloud, listed: dict[str, str]) -> None:
    assert with_secrets({**OPEN, **listed}) == {**OPEN, **listed}
    assert asked(cloud) == 0


def test_a_secret_without_a_value_adds_nothing(cloud: Cloud) -> None:
    """As `AWS::SecretsManager::Secret` makes it when the template says no value."""
    missing = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"
    answer = {"__type": "ResourceNotFoundException", "Message": missing}
    cloud.wire.begin("empty", lambda _: problem(400, answer))

    assert with_secrets({**OPEN, "SECRET_ARNS": "auth0"}) == {**OPEN, "SECRET_ARNS": "auth0"}


@pytest.mark.usefixtures("cloud")
def test_an_empty_secret_adds_nothing() -> None:
    name = put("auth0", " ")

    assert with_secrets({**OPEN, "SECRET_ARNS": name}) == {**OPEN, "SECRET_ARNS": name}


@pytest.mark.parametrize("text", ["no JSON", "[]", '"text"', '{"CODE_LENGTH": 4}', "null"])
@pytest.mark.usefixtures("cloud")
def test_what_is_no_object_of_texts_is_named_and_not_quoted(text: str) -> None:
    name = put("odd", text)

    with pytest.raises(SecretsError) as refused:
        with_secrets({"SECRET_ARNS": name})

    assert refused.value.problems == [
        f"the secret {name} cannot be read: it is no JSON object of texts"
    ]


def test_every_secret_that_cannot_be_read_is_named_with_the_reason_alone(cloud: Cloud) -> None:
    cloud.wire.begin("refused", lambda _: refusing("AccessDeniedException"))

    with pytest.raises(SettingsError) as refused:
        with_secrets({"SECRET_ARNS": "one,two"})

    assert sorted(refused.value.problems) == [
        "the secret one cannot be read: AccessDeniedException",
        "the secret two cannot be read: AccessDeniedException",
    ]
    assert KEY not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("answer", ["[]", "5", '{"SecretString": 5}'])
def test_a_secrets_manager_that_answers_in_a_wrong_shape_gives_no_settings(
    cloud: Cloud, answer: str
) -> None:
    cloud.wire.begin("odd", lambda _: Response(answer, mimetype="application/x-amz-json-1.1"))

    with pytest.raises(SecretsError):
        with_secrets({"SECRET_ARNS": "auth0"})


def test_a_passing_fault_is_survived(cloud: Cloud) -> None:
    links = put("links", json.dumps({"LINK_KEYS": KEY}))
    answers = iter([Response(status=503)])
    cloud.wire.begin("once", lambda _: next(answers, None))

    assert with_secrets({"SECRET_ARNS": links})["LINK_KEYS"] == KEY


def test_nobody_waits_longer_than_patience(cloud: Cloud) -> None:
    cloud.wire.begin("slow", Slow(20))
    began = time.monotonic()

    with pytest.raises(SecretsError, match="cannot be read"):
        with_secrets({"SECRET_ARNS": "one,two,three"}, patience=0.6)

    assert time.monotonic() - began < 5


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("drip", [drip_the_head, drip_the_body])
def test_an_answer_that_drips_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, drip: Behaviour
) -> None:
    began = time.monotonic()

    with listening(drip) as store:
        monkeypatch.setenv("AWS_ENDPOINT_URL", store.origin)
        with pytest.raises(SecretsError, match="OutOfTimeError"):
            with_secrets({"SECRET_ARNS": "one"}, patience=0.6)

    assert time.monotonic() - began < 5


def test_a_store_that_is_not_there_is_a_refusal(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")

    with pytest.raises(SecretsError, match="EndpointConnectionError"):
        with_secrets({"SECRET_ARNS": "one"})
    assert asked(cloud) == 0


def test_all_are_read_at_once(cloud: Cloud) -> None:
    names = [put(name, json.dumps({name.upper(): KEY})) for name in ("one", "two", "three")]

    together = threading.Barrier(len(names))

    def wait_for_the_others(_: Request) -> None:
        """Lets nobody through before all have come: whoever comes alone is let down."""
        together.wait(10)

    cloud.wire.begin("together", wait_for_the_others)

    assert with_secrets({"SECRET_ARNS": ",".join(names)}, patience=9)["THREE"] == KEY
    assert not together.broken


@pytest.mark.usefixtures("cloud")
def test_nothing_is_logged_of_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    """botocore writes whole answers into the log at DEBUG."""
    links = put("links", json.dumps({"LINK_KEYS": KEY}))
    for name in ("", "boto3", "botocore", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name)

    with_secrets({"SECRET_ARNS": links})

    assert KEY not in caplog.text
