"""The world's page lets its own page and local programs in, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests

from simulator.browser import sign_in
from simulator.page import create_page
from simulator.wire import Server, free_port
from simulator.world import SENDER, World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(page_port=free_port()) as world:
        yield world


@pytest.fixture(scope="module")
def page(world: World) -> Iterator[str]:
    server = Server(create_page(world), urlsplit(world.page_origin).port or 0)
    yield server.origin
    server.close()


def test_a_step_is_performed_and_answered_with_the_state(world: World, page: str) -> None:
    waited = world.clock.waited
    answer = requests.post(f"{page}/api/step", json={"step": "wait: 1 minute"}, timeout=5)
    assert world.clock.waited == waited + timedelta(minutes=1)
    assert answer.json()["version"] == world.version


def test_a_step_that_the_world_does_not_know_is_explained(page: str) -> None:
    answer = requests.post(f"{page}/api/step", json={"step": "fly: home"}, timeout=5)
    assert answer.status_code == 400
    assert "“fly: home” is no step" in answer.json()["error"]


def test_a_check_that_is_not_so_is_explained(page: str) -> None:
    answer = requests.post(f"{page}/api/step", json={"step": "card: of a tiger"}, timeout=5)
    assert answer.status_code == 400
    assert "wanted a card like “of a tiger”" in answer.json()["error"]


@pytest.mark.parametrize("body", ["[]", "{}", '{"step": 7}', "{", ""])
def test_a_post_without_a_step_is_refused(page: str, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{page}/api/step", data=body, headers=headers, timeout=5)
    assert answer.status_code == 400
    assert '{"step": "…"}' in answer.json()["error"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_what_a_form_can_post_is_no_step(world: World, page: str, kind: str) -> None:
    before = world.version
    body, headers = '{"step": "wait: 1 minute"}', {"Content-Type": kind}
    answer = requests.post(f"{page}/api/step", data=body, headers=headers, timeout=5)
    assert answer.status_code == 403
    assert world.version == before


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
@pytest.mark.parametrize("path", ["/api/step", "/alexa", "/app/implicit"])
def test_another_web_page_cannot_drive_the_world(
    world: World, page: str, path: str, origin: str
) -> None:
    before = world.version
    body = {"step": "wait: 1 minute", "url": page}
    answer = requests.post(page + path, json=body, headers={"Origin": origin}, timeout=5)
    assert answer.status_code == 403
    assert world.version == before


def test_its_own_page_drives_the_world(world: World, page: str) -> None:
    before = world.version
    body, headers = {"step": "wait: 1 minute"}, {"Origin": page}
    assert requests.post(f"{page}/api/step", json=body, headers=headers, timeout=5).ok
    assert world.version == before + 1


@pytest.mark.parametrize("path", ["/", "/api/state", "/static/index.html", "/app/link"])
def test_a_rebound_host_name_reads_nothing(page: str, path: str) -> None:
    answer = requests.get(page + path, headers={"Host": "evil.example:8000"}, timeout=5)
    assert answer.status_code == 403
    assert "127.0.0.1" in answer.json()["error"]


def test_localhost_is_sent_to_the_address_that_the_tenant_returns_to(page: str) -> None:
    host = page.removeprefix("http://").replace("127.0.0.1", "localhost")
    answer = requests.get(page, headers={"Host": host}, allow_redirects=False, timeout=5)
    assert answer.headers["Location"] == f"{page}/"


def test_the_way_to_the_order_page_opens_in_a_tab_of_its_own(world: World, page: str) -> None:
    state = requests.get(f"{page}/api/state", timeout=5).json()
    assert state["order_page"] == {"origin": world.web_origin}
    html = requests.get(page, timeout=5).text
    assert '<a id="order-page" class="button small" target="_blank" rel="noopener">' in html


def test_the_page_runs_no_script_but_its_own(page: str) -> None:
    answer = requests.get(page, timeout=5)
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "<style" not in answer.text
    assert ' style="' not in answer.text


def test_the_state_keeps_the_order_of_its_keys(page: str) -> None:
    state = requests.get(f"{page}/api/state", timeout=5).json()
    assert list(state)[:3] == ["version", "clock", "device"]


def test_every_change_is_told_to_who_listens(world: World, page: str) -> None:
    with requests.get(f"{page}/api/events", stream=True, timeout=5) as answer:
        told = (line for line in answer.iter_lines(decode_unicode=True) if line)
        assert next(told) == f"data: {world.version}"
        world.wait(timedelta(minutes=1))
        assert next(told) == f"data: {world.version}"


def test_link_account_and_a_login_link_the_account(world: World, page: str) -> None:
    callback = _signed_in(world, page)
    answer = requests.get(callback, timeout=5)
    assert answer.status_code == 200
    assert 'data-linking="linked"' in answer.text
    assert world.customer == "ada"


def test_a_login_that_was_refused_says_why_and_escapes_it(page: str) -> None:
    begun = requests.get(f"{page}/app/link", allow_redirects=False, timeout=5)
    state = parse_qs(urlsplit(begun.headers["Location"]).query)["state"][0]
    answered = {"state": state, "error": "unauthorized", "error_description": "user <is> blocked"}
    answer = requests.get(f"{page}/api/skill/link/M123", params=answered, timeout=5)
    assert answer.status_code == 400
    assert "user &lt;is&gt; blocked" in answer.text


def test_the_implicit_grant_links_with_the_fragment(world: World, page: str) -> None:
    world.unlink()
    world.tenant.implicit_grant = True
    callback = _signed_in(world, page)
    world.tenant.implicit_grant = False
    assert 'data-linking="pending"' in requests.get(callback, timeout=5).text
    answer = requests.post(f"{page}/app/implicit", json={"url": callback}, timeout=5)
    assert answer.status_code == 204
    assert world.customer == "ada"


def test_an_implicit_answer_to_no_question_is_explained(page: str) -> None:
    url = f"{page}/spa/skill/account-linking-status.html#access_token=stolen&state=unknown"
    answer = requests.post(f"{page}/app/implicit", json={"url": url}, timeout=5)
    assert answer.status_code == 400
    assert "no login" in answer.json()["error"]


def test_a_mail_can_run_nothing_and_fetch_nothing(world: World, page: str) -> None:
    answer = requests.get(f"{page}/mail/{_mailed(world, 'text/html')}/html", timeout=5)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy


def test_links_in_a_mail_open_outside_of_it(world: World, page: str) -> None:
    answer = requests.get(f"{page}/mail/{_mailed(world, 'text/html')}/html", timeout=5)
    assert answer.text.strip() == '<head><base target="_blank"></head>Hello'


def test_a_mail_without_html_is_shown_as_text(world: World, page: str) -> None:
    answer = requests.get(f"{page}/mail/{_mailed(world, 'text/plain')}/html", timeout=5)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text.strip() == "<head></head>Hello"


def test_an_unknown_mail_is_not_found(page: str) -> None:
    assert requests.get(f"{page}/mail/unknown/html", timeout=5).status_code == 404


def test_a_raw_envelope_reaches_the_skill(world: World, page: str) -> None:
    world.say("open pizza on demand")
    envelope = world.echo.turns[-1].request
    answer = requests.post(f"{page}/alexa", json=envelope, timeout=5)
    assert answer.json()["version"] == "1.0"
    assert "Welcome" in answer.json()["response"]["outputSpeech"]["ssml"]


@pytest.mark.parametrize("body", ["[]", "hello", ""])
def test_what_is_no_envelope_is_refused(page: str, body: str) -> None:
    answer = requests.post(f"{page}/alexa", data=body, timeout=5)
    assert answer.status_code == 400
    assert "envelope" in answer.json()["error"]


def _signed_in(world: World, page: str) -> str:
    """Where Ada's browser is sent after “Link account” and her login."""
    ada = world.tenant.accounts["ada"]
    link = f"{page}/app/link"
    ends = (f"{page}/api/skill/link/", f"{page}/spa/skill/")
    return sign_in(link, username=ada.email, password=ada.password, until=ends)


def _mailed(world: World, kind: str) -> str:
    """The id of a mail of one part, just sent."""
    mail = f"From: {SENDER}\nTo: ada@example.com\nSubject: Hi\nContent-Type: {kind}\n\n"
    boto3.client("sesv2").send_email(
        Content={"Raw": {"Data": f"{mail}<head></head>Hello".encode()}}, FromEmailAddress=SENDER
    )
    return world.mailbox.mails()[-1].id
