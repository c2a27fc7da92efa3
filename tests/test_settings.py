"""What an operator may set, and what they are told when they got it wrong."""

from __future__ import annotations

import pytest

from pizza_on_demand.settings import Settings, SettingsError

NEEDED = {"AUTH0_DOMAIN": "pizza.eu.auth0.com", "MAIL_FROM": "pizza@pizza-on-demand.example"}


def problems(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(environment)
    assert str(refused.value) == "; ".join(refused.value.problems)
    return refused.value.problems


def origin(domain: str) -> str:
    return Settings.from_environment(NEEDED | {"AUTH0_DOMAIN": domain}).auth0_origin


def test_two_settings_are_enough() -> None:
    settings = Settings.from_environment(NEEDED)

    assert settings == Settings(
        auth0_origin="https://pizza.eu.auth0.com",
        mail_from="pizza@pizza-on-demand.example",
        mail_region=None,
        auth0_audience=None,
        auth0_client_id=None,
        auth0_scopes=frozenset({"openid"}),
        skill_id=None,
        table_name=None,
    )


def test_every_setting_is_read() -> None:
    settings = Settings.from_environment(
        NEEDED
        | {
            "MAIL_REGION": "eu-west-1",
            "AUTH0_AUDIENCE": "https://api.pizza-on-demand.example",
            "AUTH0_CLIENT_ID": "alexa",
            "AUTH0_SCOPES": "openid  create:orders",
            "SKILL_ID": "amzn1.ask.skill.1",
            "TABLE_NAME": "pizza",
        }
    )

    assert settings.mail_region == "eu-west-1"
    assert settings.auth0_audience == "https://api.pizza-on-demand.example"
    assert settings.auth0_client_id == "alexa"
    assert settings.auth0_scopes == {"openid", "create:orders"}
    assert settings.skill_id == "amzn1.ask.skill.1"
    assert settings.table_name == "pizza"


def test_a_blank_setting_is_none_and_space_around_one_is_dropped() -> None:
    settings = Settings.from_environment(
        NEEDED | {"SKILL_ID": "  ", "TABLE_NAME": "", "AUTH0_SCOPES": " ", "MAIL_REGION": " x\n"}
    )

    assert settings.skill_id is None
    assert settings.table_name is None
    assert settings.auth0_scopes == {"openid"}
    assert settings.mail_region == "x"


def test_all_that_is_missing_is_named_at_once() -> None:
    assert problems({"MAIL_FROM": " "}) == ["AUTH0_DOMAIN is missing", "MAIL_FROM is missing"]


def test_all_that_is_malformed_is_named_at_once() -> None:
    domain, mail = problems({"AUTH0_DOMAIN": "https://pizza/login", "MAIL_FROM": "pizza"})

    assert domain.startswith("AUTH0_DOMAIN must be")
    assert mail == "MAIL_FROM must be an e-mail address"


def test_the_sender_may_have_a_name() -> None:
    sender = "Pizza on Demand <pizza@pizza-on-demand.example>"

    assert Settings.from_environment(NEEDED | {"MAIL_FROM": sender}).mail_from == sender


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("pizza.eu.auth0.com", "https://pizza.eu.auth0.com"),
        ("Pizza.EU.Auth0.com/", "https://pizza.eu.auth0.com"),
        ("https://login.pizza.example", "https://login.pizza.example"),
        ("HTTPS://login.pizza.example:8443/", "https://login.pizza.example:8443"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://localhost:3000/", "http://localhost:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_the_tenant_is_a_domain_or_an_origin(domain: str, expected: str) -> None:
    assert origin(domain) == expected


@pytest.mark.parametrize(
    "domain",
    [
        "http://pizza.eu.auth0.com",
        "http://pizza",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example:3000",
        "http://127.0.0.1@evil.example",
        "user:pw@pizza.eu.auth0.com",
        "https://user:pw@pizza.eu.auth0.com",
        "https://pizza.eu.auth0.com/authorize",
        "https://pizza.eu.auth0.com//",
        "pizza.eu.auth0.com/x",
        "https://pizza.eu.auth0.com?x=1",
        "https://pizza.eu.auth0.com#x",
        "https://pizza.eu.auth0.com:https",
        "ftp://pizza.eu.auth0.com",
        "https://",
        "://",
        "//pizza.eu.auth0.com",
        "pizza .eu.auth0.com",
        "pizza.eu\n.auth0.com",
        "pizza.eu.auth0.com\\@evil.example",
        "https://[",
        "pizzä.example",
    ],
)
def test_anything_else_is_refused(domain: str) -> None:
    [problem] = problems(NEEDED | {"AUTH0_DOMAIN": domain})

    assert problem.startswith("AUTH0_DOMAIN must be a bare domain")
