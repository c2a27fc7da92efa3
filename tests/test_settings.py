"""What an operator may set, and what they are told when they got it wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pizza_on_demand.settings import Settings, SettingsError

NEEDED = {"AUTH0_DOMAIN": "pizza.eu.auth0.com", "MAIL_FROM": "pizza@pizza-on-demand.example"}
KEY = "an old key of thirty-two letters"
NEWER_KEY = "a new key that has a few letters more"
ORDERING = NEEDED | {
    "TABLE_NAME": "pizza",
    "WEB_ORIGIN": "https://order.pizza.example",
    "LINK_KEYS": KEY,
    "CODE_KEYS": NEWER_KEY,
}
BACKEND = {"AUTH0_BACKEND_CLIENT_ID": "backend", "AUTH0_BACKEND_CLIENT_SECRET": "s3cret"}


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
        auth0_signing_key=None,
        auth0_client_id=None,
        auth0_scopes=frozenset({"openid"}),
        skill_id=None,
        table_name=None,
        web_origin=None,
        link_keys=(),
        code_sender="own",
        code_keys=(),
        code_length=4,
        code_lives=timedelta(minutes=5),
        order_lives=timedelta(minutes=30),
        sms_codes=False,
        sms_region=None,
        phone_from_metadata=False,
        alexa_pin=False,
        auth0_backend_client_id=None,
        auth0_backend_client_secret=None,
        auth0_web_client_id=None,
        auth0_web_client_secret=None,
        session_keys=(),
        live_url=None,
        fulfilment="pickup",
    )


def test_every_setting_is_read() -> None:
    settings = Settings.from_environment(
        NEEDED
        | {
            "MAIL_REGION": "eu-west-1",
            "AUTH0_AUDIENCE": "https://api.pizza-on-demand.example",
            "AUTH0_SIGNING_KEY": NEWER_KEY,
            "AUTH0_CLIENT_ID": "alexa",
            "AUTH0_SCOPES": "openid  create:orders",
            "SKILL_ID": "amzn1.ask.skill.1",
            "TABLE_NAME": "pizza",
            "WEB_ORIGIN": "https://order.pizza.example/",
            "LINK_KEYS": f"{KEY}",
            "CODE_SENDER": "auth0",
            "CODE_KEYS": f"{NEWER_KEY}, {KEY}",
            "CODE_LENGTH": "8",
            "CODE_MINUTES": "15",
            "ORDER_MINUTES": "60",
            "SMS_CODES": "on",
            "SMS_REGION": "eu-central-1",
            "PHONE_FROM_METADATA": "on",
            "ALEXA_PIN": "on",
            "AUTH0_BACKEND_CLIENT_ID": "backend",
            "AUTH0_BACKEND_CLIENT_SECRET": "s3cret",
            "AUTH0_WEB_CLIENT_ID": "web",
            "AUTH0_WEB_CLIENT_SECRET": "s3cr3t",
            "SESSION_KEYS": f"{KEY}",
            "LIVE_URL": "https://live.pizza.example/prod/",
            "FULFILMENT": "delivery",
        }
    )

    assert settings == Settings(
        auth0_origin="https://pizza.eu.auth0.com",
        mail_from="pizza@pizza-on-demand.example",
        mail_region="eu-west-1",
        auth0_audience="https://api.pizza-on-demand.example",
        auth0_signing_key=NEWER_KEY,
        auth0_client_id="alexa",
        auth0_scopes=frozenset({"openid", "create:orders"}),
        skill_id="amzn1.ask.skill.1",
        table_name="pizza",
        web_origin="https://order.pizza.example",
        link_keys=(KEY,),
        code_sender="auth0",
        code_keys=(NEWER_KEY, KEY),
        code_length=8,
        code_lives=timedelta(minutes=15),
        order_lives=timedelta(hours=1),
        sms_codes=True,
        sms_region="eu-central-1",
        phone_from_metadata=True,
        alexa_pin=True,
        auth0_backend_client_id="backend",
        auth0_backend_client_secret="s3cret",
        auth0_web_client_id="web",
        auth0_web_client_secret="s3cr3t",
        session_keys=(KEY,),
        live_url="https://live.pizza.example/prod",
        fulfilment="delivery",
    )


def test_a_blank_setting_is_none_and_space_around_one_is_dropped() -> None:
    blank = dict.fromkeys(("SKILL_ID", "TABLE_NAME", "AUTH0_SCOPES", "CODE_LENGTH"), "  ")
    settings = Settings.from_environment(NEEDED | blank | {"MAIL_REGION": " x\n"})

    assert settings.skill_id is None
    assert settings.table_name is None
    assert settings.auth0_scopes == {"openid"}
    assert settings.code_length == 4
    assert settings.mail_region == "x"


def test_all_that_is_missing_is_named_at_once() -> None:
    assert problems({"MAIL_FROM": " "}) == ["AUTH0_DOMAIN is missing", "MAIL_FROM is missing"]


def test_all_that_is_malformed_is_named_at_once() -> None:
    domain, mail = problems({"AUTH0_DOMAIN": "https://pizza/login", "MAIL_FROM": "pizza"})

    assert domain.startswith("AUTH0_DOMAIN must be")
    assert mail == "MAIL_FROM must be an e-mail address"


def test_orders_need_keys_and_a_page_for_the_links_in_mails() -> None:
    assert problems(NEEDED | {"TABLE_NAME": "pizza"}) == [
        "WEB_ORIGIN is missing",
        "LINK_KEYS is missing",
        "CODE_KEYS is missing",
    ]


def test_auth0s_codes_need_the_backends_application_and_no_key_of_ours() -> None:
    without_key = {name: value for name, value in ORDERING.items() if name != "CODE_KEYS"}
    auth0 = without_key | {"CODE_SENDER": "auth0"}

    assert problems(auth0) == [
        "AUTH0_BACKEND_CLIENT_ID is missing",
        "AUTH0_BACKEND_CLIENT_SECRET is missing",
    ]
    assert Settings.from_environment(auth0 | BACKEND).code_keys == ()


def test_auth0s_codes_are_six_digits_for_three_minutes_unless_somebody_says_otherwise() -> None:
    auth0 = NEEDED | BACKEND | {"CODE_SENDER": "auth0"}

    settings = Settings.from_environment(auth0)
    changed = Settings.from_environment(auth0 | {"CODE_LENGTH": "4", "CODE_MINUTES": "10"})

    assert (settings.code_length, settings.code_lives) == (6, timedelta(minutes=3))
    assert (changed.code_length, changed.code_lives) == (4, timedelta(minutes=10))


@pytest.mark.parametrize("name", ["CODE_KEYS", "LINK_KEYS"])
@pytest.mark.parametrize("keys", [KEY[1:], f"{KEY},{KEY[1:]}", f"{KEY},", ",", f"{KEY},,{KEY}"])
def test_a_key_that_could_be_guessed_is_refused(name: str, keys: str) -> None:
    [problem] = problems(ORDERING | {name: keys})

    assert problem.startswith(f"{name} must be secrets of 32 characters or more")


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("CODE_LENGTH", 4, 8), ("CODE_MINUTES", 1, 15), ("ORDER_MINUTES", 1, 1440)],
)
def test_a_number_has_its_bounds(name: str, least: int, most: int) -> None:
    for good in (least, most):
        Settings.from_environment(NEEDED | {"CODE_MINUTES": "1"} | {name: str(good)})
    for bad in (least - 1, most + 1):
        assert f"{name} must be a whole number from {least} to {most}" in problems(
            NEEDED | {name: str(bad)}
        )


@pytest.mark.parametrize("text", ["four", "4.5", "+5", "-5", "0x5", "5_0", "٥", "5" * 5000, "5 5"])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert problems(NEEDED | {"CODE_LENGTH": text}) == [
        "CODE_LENGTH must be a whole number from 4 to 8"
    ]


def test_an_order_does_not_die_before_its_code() -> None:
    at_once = Settings.from_environment(NEEDED | {"CODE_MINUTES": "9", "ORDER_MINUTES": "9"})

    assert at_once.order_lives == at_once.code_lives
    assert problems(NEEDED | {"CODE_MINUTES": "9", "ORDER_MINUTES": "8"}) == [
        "ORDER_MINUTES must not be less than CODE_MINUTES"
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CODE_SENDER", "own or auth0"),
        ("FULFILMENT", "pickup or delivery"),
        ("SMS_CODES", "off or on"),
        ("PHONE_FROM_METADATA", "off or on"),
        ("ALEXA_PIN", "off or on"),
    ],
)
def test_a_choice_is_one_of_two_words(name: str, words: str) -> None:
    assert problems(NEEDED | {name: "maybe"}) == [f"{name} must be {words}"]


def test_a_choice_may_be_written_in_capitals() -> None:
    assert Settings.from_environment(NEEDED | {"FULFILMENT": "Delivery"}).fulfilment == "delivery"


def test_phones_from_the_metadata_need_texts_and_the_backends_application() -> None:
    metadata = NEEDED | {"PHONE_FROM_METADATA": "on"}

    assert problems(metadata) == [
        "AUTH0_BACKEND_CLIENT_ID is missing",
        "AUTH0_BACKEND_CLIENT_SECRET is missing",
        "PHONE_FROM_METADATA needs SMS_CODES: nothing else uses a phone",
    ]
    assert Settings.from_environment(metadata | BACKEND | {"SMS_CODES": "on"}).phone_from_metadata


def test_opaque_tokens_do_not_say_whose_they_are() -> None:
    [problem] = problems(NEEDED | {"AUTH0_CLIENT_ID": "alexa"})

    assert problem.startswith("AUTH0_CLIENT_ID needs AUTH0_AUDIENCE")


@pytest.mark.parametrize("origin", ["http://order.pizza.example", "https://pizza.example/order"])
def test_the_links_in_mails_lead_to_an_origin_that_nobody_can_listen_to(origin: str) -> None:
    [problem] = problems(ORDERING | {"WEB_ORIGIN": origin})

    assert problem.startswith("WEB_ORIGIN must be")


def test_secrets_stay_out_of_sight() -> None:
    secrets = {
        "LINK_KEYS": "l" * 40,
        "CODE_KEYS": "c" * 40,
        "AUTH0_BACKEND_CLIENT_SECRET": "s" * 40,
    }
    shown = repr(Settings.from_environment(ORDERING | secrets))
    short = {name: value[:20] for name, value in secrets.items()}
    said = " ".join(problems(ORDERING | short))

    assert not any(value[:20] in shown + said for value in secrets.values())


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


class TestTheSigningKey:
    GOOD = NEEDED | BACKEND | {"AUTH0_AUDIENCE": "https://api.pizza.example"}

    def test_it_is_a_secret_of_thirty_two_characters_and_may_have_commas(self) -> None:
        key = "a,secret,with,commas,in,it,is,one"

        settings = Settings.from_environment(self.GOOD | {"AUTH0_SIGNING_KEY": key})

        assert settings.auth0_signing_key == key
        assert key not in repr(settings)

    def test_a_shorter_one_is_refused_and_never_quoted(self) -> None:
        [problem] = problems(self.GOOD | {"AUTH0_SIGNING_KEY": KEY[:-1]})

        assert problem == "AUTH0_SIGNING_KEY must be a secret of 32 characters or more"

    def test_it_needs_tokens_that_are_signed_and_somebody_who_knows_profiles(self) -> None:
        assert problems(NEEDED | {"AUTH0_SIGNING_KEY": KEY}) == [
            "AUTH0_BACKEND_CLIENT_ID is missing",
            "AUTH0_BACKEND_CLIENT_SECRET is missing",
            "AUTH0_SIGNING_KEY needs AUTH0_AUDIENCE: opaque tokens are not signed",
        ]
