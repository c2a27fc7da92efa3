"""Through the tunnel comes what Alexa has signed, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import hashes

from simulator import envelope
from simulator.page import create_page
from simulator.request_verification import LARGEST_CHAIN, SIGNER
from simulator.tunnel import LARGEST_REQUEST, OF_THE_TENANT, create_tunnel_door, tenant_settings
from simulator.wire import Server, free_port
from simulator.world import World
from tests.simulator.signing import (
    CHAIN_URL,
    DAY,
    NOW,
    SHA_1,
    Amazon,
    Authority,
    launch,
    pem,
    rsa_key,
    sign,
    signing_amazon,
)

ROOT = Path(__file__).parents[2]
SKILL_ID = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555"
HEADERS = ("SignatureCertChainUrl", "Signature-256")


@dataclass
class Skill:
    """Gives one reply to all that it is asked, and remembers that."""

    reply: Any = field(default_factory=lambda: {"version": "1.0", "response": {}})
    asked: list[Any] = field(default_factory=list)

    def __call__(self, event: Any) -> Any:
        self.asked.append(event)
        return self.reply


@dataclass
class Sent:
    """A good request, of which a test may spoil one thing."""

    body: bytes

    def __post_init__(self) -> None:
        signature = sign(rsa_key("Amazon"), self.body)
        self.headers = dict(zip(HEADERS, (CHAIN_URL, signature), strict=True))

    def to(self, door: str) -> requests.Response:
        return requests.post(f"{door}/alexa", data=self.body, headers=self.headers, timeout=9)


@pytest.fixture
def amazon() -> Iterator[Amazon]:
    with signing_amazon() as amazon:
        yield amazon


@pytest.fixture
def skill() -> Skill:
    return Skill()


@pytest.fixture
def door(amazon: Amazon, skill: Skill) -> Iterator[str]:
    server = Server(create_tunnel_door(amazon.verifier, skill))
    yield server.origin
    server.close()


def test_a_request_of_alexas_reaches_the_skill(door: str, skill: Skill) -> None:
    answer = Sent(launch()).to(door)
    assert (answer.status_code, answer.json()) == (200, skill.reply)
    assert answer.headers["Content-Type"] == "application/json"
    assert skill.asked == [json.loads(launch())]


Spoil = Callable[[Amazon, Sent], None]


def chain_at(url: str) -> Spoil:
    return lambda _, sent: sent.headers.update({"SignatureCertChainUrl": url})


def without(header: str) -> Spoil:
    return lambda _, sent: sent.headers.__delitem__(header)


def signed_by(owner: str, algorithm: hashes.HashAlgorithm) -> Spoil:
    def spoil(_: Amazon, sent: Sent) -> None:
        sent.headers["Signature-256"] = sign(rsa_key(owner), sent.body, algorithm)

    return spoil


def certified(*names: str, **valid: Any) -> Spoil:
    return lambda amazon, _: amazon.publish(amazon.leaf(*names, **valid))


def published(content: bytes) -> Spoil:
    return lambda amazon, _: amazon.bucket.put(CHAIN_URL, content)


def change_the_body(_: Amazon, sent: Sent) -> None:
    sent.body = sent.body.replace(b"en-US", b"de-DE")


def let_seconds_pass(seconds: int) -> Spoil:
    def spoil(amazon: Amazon, _: Sent) -> None:
        amazon.now += seconds * DAY / 86_400

    return spoil


def trust_another_root(amazon: Amazon, _: Sent) -> None:
    stranger = Authority("Root")
    leaf = stranger.certify(rsa_key("Amazon"), [SIGNER])
    amazon.bucket.put(CHAIN_URL, pem(leaf, stranger.certificate))


def sign_with_sha_1_alone(_: Amazon, sent: Sent) -> None:
    del sent.headers["Signature-256"]
    sent.headers["Signature"] = sign(rsa_key("Amazon"), sent.body, SHA_1)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        pytest.param(chain_at(CHAIN_URL.replace("https", "http")), "not in", id="scheme"),
        pytest.param(chain_at(CHAIN_URL.replace("s3", "s4")), "not in", id="host"),
        pytest.param(chain_at(CHAIN_URL.replace(".com", ".com:444")), "not in", id="port"),
        pytest.param(chain_at(CHAIN_URL.replace("echo.api", "mine")), "not in", id="path"),
        pytest.param(chain_at(CHAIN_URL.replace("echo-api", "../x/y")), "not in", id="traversal"),
        pytest.param(chain_at(f"{CHAIN_URL}/%2e%2e/%2e%2e/x"), "plain path", id="hidden traversal"),
        pytest.param(chain_at(f"{CHAIN_URL}.gone"), "404", id="no chain"),
        pytest.param(published(b"<html>"), "no certificate chain", id="other content"),
        pytest.param(published(b" " * LARGEST_CHAIN * 2), "too large", id="huge chain"),
        pytest.param(certified("evil.example"), "certificate is not", id="another name"),
        pytest.param(certified(until=NOW - DAY), "not valid at", id="expired"),
        pytest.param(certified(since=NOW + DAY), "not valid at", id="not yet valid"),
        pytest.param(trust_another_root, "certificate is not good", id="another root"),
        pytest.param(signed_by("thief", hashes.SHA256()), "the body’s", id="another key"),
        pytest.param(signed_by("Amazon", SHA_1), "the body’s", id="SHA-1"),
        pytest.param(sign_with_sha_1_alone, "missing", id="old header only"),
        pytest.param(change_the_body, "the body’s", id="changed body"),
        pytest.param(let_seconds_pass(151), "sent 151 seconds ago", id="old"),
        pytest.param(let_seconds_pass(-151), "sent -151 seconds ago", id="of the future"),
        pytest.param(without("SignatureCertChainUrl"), "missing", id="no chain header"),
        pytest.param(without("Signature-256"), "missing", id="no signature header"),
    ],
)
def test_one_thing_wrong_is_enough_for_a_400(
    amazon: Amazon, skill: Skill, door: str, spoil: Spoil, why: str
) -> None:
    sent = Sent(launch())
    spoil(amazon, sent)
    answer = sent.to(door)
    assert answer.status_code == 400
    assert why in answer.json()["error"]
    assert skill.asked == []


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_that_comes_twice_is_refused(door: str, skill: Skill, header: str) -> None:
    sent = Sent(launch())
    sent.headers[header] = ",".join([sent.headers[header]] * 2)  # As WSGI joins them.
    assert sent.to(door).status_code == 400
    assert skill.asked == []


def test_a_refusal_is_logged_with_its_reason(
    amazon: Amazon, door: str, caplog: pytest.LogCaptureFixture
) -> None:
    amazon.now += DAY
    Sent(launch()).to(door)
    (record,) = caplog.records
    assert vars(record)["why"] == "sent 86400 seconds ago"


def test_a_skill_that_gives_no_reply_is_no_success(door: str, skill: Skill) -> None:
    """Alexa delivers a skill event again until it is answered with 200."""
    skill.reply = None
    assert Sent(launch()).to(door).status_code == 500


def test_a_body_of_any_size_is_not_taken(door: str, skill: Skill) -> None:
    sent = Sent(launch(locale="x" * LARGEST_REQUEST))
    assert sent.to(door).status_code == 413
    assert skill.asked == []


# With the world behind it


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(page_port=free_port(), skill_id=SKILL_ID) as world:
        yield world


@pytest.fixture
def tunnel(amazon: Amazon, world: World) -> Iterator[str]:
    """Where a tunnel to the world ends."""
    server = Server(create_tunnel_door(amazon.verifier, world.send))
    yield server.origin
    server.close()


def from_an_echo(world: World) -> dict[str, Any]:
    asked = envelope.request("LaunchRequest", NOW, "en-US")
    return envelope.envelope(asked, world.household("speaker"), envelope.Session())


def test_the_skill_answers_a_real_echo_and_the_trace_shows_it(world: World, tunnel: str) -> None:
    heard = from_an_echo(world)
    answer = Sent(json.dumps(heard).encode()).to(tunnel)
    assert answer.json()["response"]["shouldEndSession"] is False
    turn = world.echo.turns[-1]
    assert turn.request["context"]["System"]["application"]["applicationId"] == SKILL_ID
    assert (turn.request, turn.reply, turn.breaches) == (heard, answer.json(), [])


def test_a_request_for_another_skill_is_not_answered(world: World, tunnel: str) -> None:
    """Alexa signs for every skill: its owner could send on what she has sent to them."""
    heard = from_an_echo(world)
    heard["context"]["System"]["application"]["applicationId"] = "amzn1.ask.skill.another"
    answer = Sent(json.dumps(heard).encode()).to(tunnel)
    assert "was not meant for Pizza on Demand" in answer.text


def test_a_tenant_of_ones_own_takes_the_place_of_the_worlds(world: World, tunnel: str) -> None:
    before = world.settings
    own = {"AUTH0_DOMAIN": "me.eu.auth0.com", "AUTH0_AUDIENCE": "https://me.example"}
    world.deploy(**tenant_settings(own | {"TABLE_NAME": "mine"}))
    tenants = {name: value for name, value in world.settings.items() if "AUTH0_" in name and value}
    answer = Sent(json.dumps(from_an_echo(world)).encode()).to(tunnel)
    table = world.settings["TABLE_NAME"]
    world.deploy(**before)
    assert (tenants, table) == (own, before["TABLE_NAME"])
    assert answer.json()["response"]["shouldEndSession"] is False


def test_without_a_tenant_of_ones_own_the_world_keeps_its_own(world: World) -> None:
    assert tenant_settings({"AUTH0_DOMAIN": "", "AUTH0_AUDIENCE": "https://me.example"}) == {}
    named = {name for name in world.settings if name.startswith("AUTH0_")}
    assert named == set(OF_THE_TENANT)


def test_a_run_opens_the_door_for_the_skill_that_it_is_told_of() -> None:
    command = [sys.executable, "-m", "simulator", "run", "--port", "0", "--tunnel-for", SKILL_ID]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "lambda:."},
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        origins = [line.split("at ")[1].split()[0] for line in islice(run.stdout, 3)]
        state = requests.get(f"{origins[0]}/api/state", timeout=5)
        unsigned = requests.post(f"{origins[2]}/alexa", json={}, timeout=5)
        run.terminate()
    assert (state.status_code, unsigned.status_code, run.returncode) == (200, 400, 0)


def test_nothing_of_the_page_is_behind_the_tunnel(world: World, tunnel: str) -> None:
    rules = create_page(world).url_map.iter_rules()
    paths = {"/static/index.html", *map(str, rules)} - {"/alexa"}
    answers = [requests.get(tunnel + path, timeout=5) for path in paths]
    assert len(answers) > 5
    assert {answer.status_code for answer in answers} == {404}


def test_the_door_has_one_address(amazon: Amazon, skill: Skill) -> None:
    door = create_tunnel_door(amazon.verifier, skill)
    assert [str(rule) for rule in door.url_map.iter_rules()] == ["/alexa"]


def test_the_tunnels_host_name_opens_nothing_at_the_page(world: World) -> None:
    """Whoever lets the tunnel end at the wrong port shows nobody anything."""
    page = Server(create_page(world))
    for path in ("/", "/api/state", "/alexa"):
        answer = requests.post(page.origin + path, headers={"Host": "a-tunnel.example"}, timeout=5)
        assert answer.status_code == 403
    page.close()
