"""What pages and API say, keep and log of two customers, who should never meet each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from simulator.letter_links import open_and_press
from simulator.script import findings
from simulator.tenant import Account
from simulator.world import World
from tests.api.program import WRONG, Program
from tests.security.hunt import Hunted, codes, found, hunted, items, keys, personal
from tests.visitor import Visitor

CARA = Account(
    sub="auth0|canary0000000000000000ca",
    email="cara.canary@nest.example",
    name="Caracanara Wingfeather",
    nickname="cara.canary",
    given_name="Caracanara",
    family_name="Wingfeather",
    phone_number="+15555550177",
    phone_number_verified=True,
    password="seed-and-cuttlebone",
)
DORA = Account(
    sub="auth0|canary0000000000000000d0",
    email="dora.canary@cage.example",
    name="Doradorada Beakwith",
    nickname="dora.canary",
    given_name="Doradorada",
    family_name="Beakwith",
    phone_number="+15555550188",
    phone_number_verified=True,
    password="millet-and-mirror",
)
BIRDS = {"cara": CARA, "dora": DORA}
PAGES = ("/", "/orders", "/profile", "/privacy", "/terms", "/orders/99999999-0", "/nothing")


@dataclass
class Heard:
    """Everything that was answered, by whose browser or program it went to."""

    hunt: Hunted
    answers: dict[str, list[requests.Response]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def note(self, name: str, answer: requests.Response) -> requests.Response:
        """Remember an answer."""
        self.answers.setdefault(name, []).append(answer)
        return answer


@pytest.fixture(scope="module")
def heard() -> Iterator[Heard]:
    """Both do all that can be done, one after the other at each step."""
    with hunted() as hunt:
        hunt.world.tenant.accounts.update(BIRDS)
        heard = Heard(hunt)
        for name in BIRDS:
            _by_program(heard, name)
        for name in BIRDS:
            _by_browser(heard, name)
        for page in PAGES:
            heard.note("nobody", Visitor(hunt.world).get(page))
        yield heard


def _by_program(heard: Heard, name: str) -> None:
    """All verbs of the API, the wrong code and the right one, and tokens that are not good."""
    world = heard.hunt.world
    program = Program(world, name)
    heard.tokens.add(program.token)

    def ask(method: str, path: str, **more: Any) -> None:
        heard.note(name, program.ask(method, path, **more))

    path = program.placed(toppings=["bacon"])
    ask("GET", "/orders")
    ask("GET", path)
    ask("POST", f"{path}/authorize", json={"code": WRONG})
    ask("POST", f"{path}/authorize", json={"code": BIRDS[name].email})
    ask("POST", f"{path}/code", json={"channel": "sms"})
    ask("POST", f"{path}/code", json={"channel": "email"})
    ask("POST", f"{path}/authorize", json={"code": program.code()})
    ask("POST", f"{path}/cancel")
    for kind in ("expired", "opaque", "forged", "wrong-audience"):
        stranger = Program(world, name, kind=kind)
        heard.tokens.add(stranger.token)
        heard.note("nobody", stranger.ask("GET", path))
    other = next(bird for bird in BIRDS if bird != name)
    heard.note(other, Program(world, other).ask("GET", path))


def _by_browser(heard: Heard, name: str) -> None:
    """Signing in, all pages, their buttons, and the links in mails."""
    world = heard.hunt.world
    visitor = Visitor(world)
    visitor.session.hooks["response"].append(lambda answer, **_: heard.note(name, answer))
    visitor.sign_in(name)
    program = Program(world, name)
    reference = program.placed().removeprefix("/orders/")
    for page in (*PAGES, f"/orders/{reference}"):
        visitor.get(page)
    visitor.post("/live")
    visitor.post(f"/orders/{reference}/confirm", {"code": WRONG})
    visitor.post(f"/orders/{reference}/code")
    for mail in world.mailbox.to(BIRDS[name].email):
        with suppress(KeyError):
            open_and_press(findings(mail)["link"])
    visitor.post("/orders/key")
    visitor.get("/orders")
    visitor.post("/orders/clear")
    visitor.post("/sign-out")


def others(name: str) -> set[str]:
    """The canaries of everybody else."""
    return personal(*(bird for other, bird in BIRDS.items() if other != name))


def everything(answer: requests.Response) -> str:
    """What an answer says, in its headers and its body."""
    return "\n".join([*map(str, answer.headers.items()), answer.text])


@pytest.mark.parametrize("name", [*BIRDS, "nobody"])
def test_no_answer_tells_anybody_of_somebody_else(heard: Heard, name: str) -> None:
    assert len(heard.answers[name]) > 6
    for answer in heard.answers[name]:
        assert not found(others(name), everything(answer)), answer.url


def test_a_customers_own_page_would_be_found(heard: Heard) -> None:
    """The hunt itself can fail: the profile says whose it is."""
    pages = [answer for answer in heard.answers["cara"] if answer.url.endswith("/profile")]

    assert any(found(personal(CARA), everything(page)) for page in pages)


def test_only_the_profile_says_an_address_in_full(heard: Heard) -> None:
    for name, bird in BIRDS.items():
        for answer in heard.answers[name]:
            if not answer.url.endswith("/profile"):
                assert not found({bird.email, bird.phone_number or ""}, everything(answer))


def test_no_answer_holds_a_token_a_key_or_a_code(heard: Heard) -> None:
    secret = heard.tokens | keys(heard.hunt.world) | {CARA.password, DORA.password}
    for answers in heard.answers.values():
        for answer in answers:
            text = everything(answer)
            assert not [one for one in secret if one in text], answer.url
            assert not found(codes(heard.hunt.world), answer.text), answer.url


def test_no_address_that_a_browser_is_sent_to_names_anybody(heard: Heard) -> None:
    for answers in heard.answers.values():
        for answer in answers:
            places = f"{unquote(answer.url)} {unquote(answer.headers.get('Location', ''))}"
            assert not found(personal(CARA, DORA), places)


def test_no_address_that_the_pages_ask_for_names_anybody(heard: Heard) -> None:
    secret = heard.tokens | keys(heard.hunt.world) | personal(CARA, DORA)
    for address in heard.hunt.asked:
        assert not found(secret, address), address


def test_the_log_names_nobody_and_holds_no_secret(heard: Heard) -> None:
    log = heard.hunt.log.text
    assert '"request"' in log
    assert not [one for one in heard.tokens | keys(heard.hunt.world) if one in log]
    assert not found(personal(CARA, DORA), log)
    assert not found(codes(heard.hunt.world), log)


def test_the_table_names_nobody_but_in_its_keys(heard: Heard) -> None:
    kept = items(heard.hunt.world)
    assert kept
    for item in kept:
        telling = {n: v for n, v in item.items() if n not in {"pk", "receipt_to"}}
        assert not found(personal(CARA, DORA), str(telling))


def test_no_mail_and_no_text_goes_to_somebody_else(heard: Heard) -> None:
    world: World = heard.hunt.world
    for name, bird in BIRDS.items():
        mails = world.mailbox.to(bird.email)
        assert len(mails) > 3
        for mail in mails:
            assert mail.addresses == {bird.email}
            assert not found(others(name), f"{mail.subject} {mail.text} {mail.html}")
    assert all(not found(personal(CARA, DORA), text.text) for text in world.phone.texts())


def test_nothing_is_printed(heard: Heard) -> None:
    assert heard.hunt.printed.getvalue() == ""
