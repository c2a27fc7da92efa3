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
from simulator.faults import FAULTS
from simulator.tenant import Application, Tenant
from simulator.wire import Server, Wire, free_port
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
def app(clock: Clock, linking: AccountLinking, events: list[tuple[str, Json | None]]) -> AlexaApp:
    return AlexaApp(lambda: linking, clock.now, lambda name, body: events.append((name, body)))


def sign_in(url: str) -> str:
    """Sign in as Ada; gives the address that the browser is sent back to."""
    return browser.sign_in(url, username="ada", password="pizza", until=(CODE, TOKEN))


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


def test_a_wrong_secret_is_explained(app: AlexaApp, linking: AccountLinking) -> None:
    app.linking = lambda: dataclasses.replace(linking, client_secret="forgotten")
    back = sign_in(app.linking_url())

    with pytest.raises(LinkingError, match="Unauthorized"):
        app.finish_linking(back)


def test_a_stolen_code_does_not_fit_another_attempt(app: AlexaApp) -> None:
    mine, theirs = (sign_in(app.linking_url()) for _ in range(2))
    my_code, their_code = (parse_qs(urlsplit(url).query)["code"][0] for url in (mine, theirs))

    with pytest.raises(LinkingError, match="verifier"):
        app.finish_linking(mine.replace(my_code, their_code))
    assert app.link is None


def test_a_token_endpoint_that_is_away_does_not_link(app: AlexaApp, auth0: Wire) -> None:
    back = sign_in(app.linking_url())
    auth0.begin("auth0 down", FAULTS["auth0 down"].make())

    with pytest.raises(LinkingError, match="did not answer"):
        app.finish_linking(back)


def test_the_implicit_grant_links_without_a_code(
    app: AlexaApp, linking: AccountLinking, tenant: Tenant, auth0: Wire, origin: str
) -> None:
    tenant.implicit_grant = True
    app.linking = lambda: dataclasses.replace(linking, implicit=True)
    app.finish_linking(sign_in(app.linking_url()))

    assert profile(origin, app.access_token()).ok
    assert app.link is not None
    assert (app.link.refresh_token, tokens_asked(auth0)) == (None, 0)


def test_an_implicit_answer_without_a_token_links_nothing(
    app: AlexaApp, linking: AccountLinking
) -> None:
    app.linking = lambda: dataclasses.replace(linking, implicit=True)
    state = parse_qs(urlsplit(app.linking_url()).query)["state"][0]

    with pytest.raises(LinkingError, match="no access token"):
        app.finish_linking(f"{TOKEN}#state={state}")


# The login page


def test_a_wrong_password_is_explained(app: AlexaApp) -> None:
    with pytest.raises(browser.LoginError, match="Wrong email or password"):
        browser.sign_in(app.linking_url(), username="ada", password="pasta", until=(CODE,))


def test_a_tenant_without_a_login_page_is_explained(app: AlexaApp, auth0: Wire) -> None:
    auth0.begin("auth0 down", FAULTS["auth0 down"].make())
    with pytest.raises(browser.LoginError, match="there is no login page"):
        sign_in(app.linking_url())


def test_a_callback_that_is_not_allowed_is_explained(
    app: AlexaApp, linking: AccountLinking
) -> None:
    app.linking = lambda: dataclasses.replace(linking, redirect_url="https://alexa.example/other")
    with pytest.raises(browser.LoginError, match="Callback URL mismatch"):
        sign_in(app.linking_url())


def test_nobody_at_the_tenants_address_is_explained() -> None:
    with pytest.raises(browser.LoginError, match="did not answer"):
        sign_in(f"http://127.0.0.1:{free_port()}/authorize")


# The access token


def test_a_token_is_refreshed_only_when_it_is_about_to_expire(
    app: AlexaApp, auth0: Wire, clock: Clock, origin: str
) -> None:
    app.finish_linking(sign_in(app.linking_url()))
    first = app.access_token()
    clock.wait(timedelta(minutes=59))
    assert (app.access_token(), tokens_asked(auth0)) == (first, 1)

    clock.wait(timedelta(minutes=1))
    fresh = app.access_token()
    assert fresh != first
    assert profile(origin, fresh).ok
    assert (app.access_token(), tokens_asked(auth0)) == (fresh, 2)


def test_a_rotated_refresh_token_is_the_next_one_used(
    app: AlexaApp, tenant: Tenant, clock: Clock, origin: str
) -> None:
    tenant.rotate_refresh_tokens = True
    app.finish_linking(sign_in(app.linking_url()))
    for _ in range(3):
        clock.wait(timedelta(hours=2))
        assert profile(origin, app.access_token()).ok


def test_alexa_goes_on_with_the_old_token_when_it_cannot_be_refreshed(
    app: AlexaApp, tenant: Tenant, clock: Clock, origin: str
) -> None:
    app.finish_linking(sign_in(app.linking_url()))
    old = app.access_token()
    tenant.revoke("ada")
    clock.wait(timedelta(hours=2))

    assert app.access_token() == old
    assert profile(origin, old).status_code == 401


# Enabling, permissions, events


def test_disabling_forgets_the_account_and_the_user(
    app: AlexaApp, events: list[tuple[str, Json | None]]
) -> None:
    app.finish_linking(sign_in(app.linking_url()))
    user_id = app.user_id
    app.disable()
    app.disable()

    assert (app.enabled, app.link, app.access_token()) == (False, None, None)
    assert app.user_id != user_id
    assert events[1:] == [("SkillDisabled", {"userInformationPersistenceStatus": "NOT_PERSISTED"})]


def test_the_skill_hears_of_disabling_under_the_old_user_id(world: World) -> None:
    user_id = world.app.user_id
    world.disable()

    event = world.echo.turns[-1].request
    assert event["request"]["type"] == "AlexaSkillEvent.SkillDisabled"
    assert event["context"]["System"]["user"] == {"userId": user_id}
    assert world.app.user_id != user_id


def test_linking_enables_a_disabled_skill(
    app: AlexaApp, events: list[tuple[str, Json | None]]
) -> None:
    app.disable()
    app.finish_linking(sign_in(app.linking_url()))

    assert app.enabled
    assert [name for name, _ in events] == ["SkillDisabled", "SkillEnabled", "SkillAccountLinked"]


def test_unlinking_ends_the_tokens_and_no_event_tells(
    app: AlexaApp, events: list[tuple[str, Json | None]]
) -> None:
    app.finish_linking(sign_in(app.linking_url()))
    app.unlink()

    assert app.access_token() is None
    assert [name for name, _ in events] == ["SkillAccountLinked"]


def test_permissions_are_told_whole(app: AlexaApp, events: list[tuple[str, Json | None]]) -> None:
    app.allow("alexa::profile:email:read")
    app.allow("alexa::devices:all:address:full:read")
    app.deny("alexa::devices:all:address:full:read")
    app.deny("alexa::profile:email:read")

    kept = {"scope": "alexa::profile:email:read"}
    other = {"scope": "alexa::devices:all:address:full:read"}
    assert events == [
        ("SkillPermissionAccepted", {"acceptedPermissions": [kept]}),
        ("SkillPermissionAccepted", {"acceptedPermissions": [other, kept]}),
        ("SkillPermissionChanged", {"acceptedPermissions": [kept]}),
        ("SkillPermissionChanged", {"acceptedPermissions": []}),
    ]


# In the world


def test_the_token_rides_in_the_next_envelope(world: World) -> None:
    world.say("open pizza on demand")
    world.sign_in("ada")
    world.say("open pizza on demand")

    before, *_, after = (turn.request for turn in world.echo.turns)
    assert "accessToken" not in before["context"]["System"]["user"]
    token = world.app.access_token()
    assert token
    assert after["context"]["System"]["user"]["accessToken"] == token
    assert after["session"]["user"]["accessToken"] == token


def test_a_card_that_was_shown_is_in_the_feed(world: World) -> None:
    world.say("open pizza on demand")
    assert [card.content for card in world.app.cards] == [{"type": "LinkAccount"}]
    assert world.app.cards[0].turn == world.echo.turns[-1].id


def test_disabling_ends_the_session(world: World) -> None:
    world.say("open pizza on demand")
    world.disable()
    assert not world.echo.is_open
