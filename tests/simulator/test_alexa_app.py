"""The Alexa app links accounts as Alexa does, with a real tenant over real connections."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from simulator import browser
from simulator.alexa_app import AccountLinking, AlexaApp, LinkingError
from simulator.clock import Clock
from simulator.tenant import Application, Tenant
from simulator.wire import Server, Wire
from simulator.world import World

CODE = "https://alexa.example/api/skill/link/M1"
TOKEN = "https://alexa.example/spa/skill/account-linking-status.html?vendorId=M1"
SCOPES = ("openid", "email", "offline_access")
AUDIENCE = "https://api.pizza-on-demand.example"
Json = dict[str, Any]


@pytest.fixture
def auth0(tenant: Tenant) -> Wire:
    """The wire to the tenant, which remembers every request."""
    return Wire("auth0", tenant.wsgi)


@pytest.fixture
def origin(auth0: Wire) -> Any:
    server = Server(auth0)
    yield server.origin
    server.close()


@pytest.fixture
def events() -> list[tuple[str, Json | None]]:
    return []


@pytest.fixture
def linking(tenant: Tenant, origin: str) -> AccountLinking:
    alexa = tenant.add_application(Application("Alexa", [CODE, TOKEN]))
    return AccountLinking(
        authorization_url=f"{origin}/authorize?audience={AUDIENCE}",
        token_url=f"{origin}/oauth/token",
        client_id=alexa.client_id,
        client_secret=alexa.client_secret,
        scopes=SCOPES,
        redirect_url=CODE,
        implicit_redirect_url=TOKEN,
    )


@pytest.fixture
def app(
    clock: Clock, linking: AccountLinking, events: list[tuple[str, Json | None]]
) -> AlexaApp:
    return AlexaApp(lambda: linking, clock.now, lambda name, body: events.append((name, body)))


def sign_in(url: str, username: str = "ada", password: str = "pizza") -> str:
    return browser.sign_in(url, username=username, password=password, until=(CODE, TOKEN))


def profile(origin: str, token: str | None) -> requests.Response:
    bearer = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{origin}/userinfo", headers=bearer, timeout=5)


def tokens_asked(auth0: Wire) -> int:
    return sum(call.path == "/oauth/token" for call in auth0.calls)


# Linking


def test_linking_asks_for_a_code_with_state_and_pkce(app: AlexaApp) -> None:
    first, second = (parse_qs(urlsplit(app.linking_url()).query) for _ in range(2))

    assert first["response_type"] == ["code"]
    assert first["redirect_uri"] == [CODE]
    assert first["scope"] == [" ".join(SCOPES)]
    assert first["audience"] == [AUDIENCE]
    assert first["code_challenge_method"] == ["S256"]
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]


def test_a_linked_account_has_a_token_that_auth0_takes(
    app: AlexaApp, origin: str, events: list[tuple[str, Json | None]]
) -> None:
    assert app.access_token() is None
    app.finish_linking(sign_in(app.linking_url()))

    token = app.access_token()
    assert profile(origin, token).json()["email"] == "ada@example.com"
    assert events == [("SkillAccountLinked", {"accessToken": token})]


def test_an_answer_works_once(app: AlexaApp) -> None:
    back = sign_in(app.linking_url())
    app.finish_linking(back)

    with pytest.raises(LinkingError, match="belongs to no login"):
        app.finish_linking(back)


def test_an_answer_to_nobodys_question_links_nothing(app: AlexaApp) -> None:
    with pytest.raises(LinkingError, match="belongs to no login"):
        app.finish_linking(f"{CODE}?code=abc&state=made-up")
    assert app.link is None


def test_a_refused_login_is_explained(app: AlexaApp, tenant: Tenant) -> None:
    tenant.block("ada")
    back = sign_in(app.linking_url())

    with pytest.raises(LinkingError, match="blocked"):
        app.finish_linking(back)


def test_a_code_for_another_client_is_refused(
    app: AlexaApp, linking: AccountLinking, clock: Clock
) -> None:
    forgetful = dataclasses.replace(linking, client_secret="forgotten")
    app.linking = lambda: forgetful
    back = sign_in(app.linking_url())

    with pytest.raises(LinkingError, match="Unauthorized"):
        app.finish_linking(back)


def test_a_code_without_its_verifier_is_refused(app: AlexaApp, tenant: Tenant) -> None:
    mine, theirs = sign_in(app.linking_url()), sign_in(app.linking_url())
    code = {name: parse_qs(urlsplit(url).query)["code"][0] for name, url in
            (("mine", mine), ("theirs", theirs))}

    with pytest.raises(LinkingError):
        app.finish_linking(mine.replace(code["mine"], code["theirs"]))


def test_a_tenant_that_is_away_does_not_link(app: AlexaApp, linking: AccountLinking) -> None:
    back = sign_in(app.linking_url())
    away = Server(requests_refused)
    nowhere = dataclasses.replace(linking, token_url=f"{away.origin}/oauth/token")
    state = parse_qs(urlsplit(back).query)["state"][0]
    app._attempts[state] = dataclasses.replace(app._attempts[state], linking=nowhere)

    with pytest.raises(LinkingError, match="did not answer"):
        app.finish_linking(back)
    away.close()
