"""Each step of the script language, once right and once wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from email.headerregistry import Address
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import Clock
from simulator.faults import FAULTS
from simulator.mailbox import Mail
from simulator.script import (
    ACTIONS,
    ALONE,
    APP,
    CHECKS,
    TENANT,
    WEB,
    MismatchError,
    Stage,
    StepError,
    findings,
    matches,
    parse,
    parse_step,
)
from simulator.tenant import KINDS
from simulator.tenant.accounts import residents
from simulator.world import World
from tests.simulator.post import SENDER, send

README = Path(__file__).parents[1] / "conversations" / "README.md"
ADAS_MAIL = "mail: ada@example.com"


@pytest.fixture
def stage(world: World, tmp_path: Path) -> Stage:
    return Stage(world, tmp_path)


def perform(stage: Stage, *lines: str) -> None:
    for line in lines:
        stage.perform(parse_step(line))


def sent(text: str, subject: str = "Your code") -> Mail:
    return Mail("1", Clock().now(), "pizza@example.com", "ada@example.com", subject, text, "")


# Reading


def test_comments_and_empty_lines_are_no_steps() -> None:
    steps = parse("# a talk\n\n  user:  open: it \n silence\n  # the end")
    assert [(str(step), step.line) for step in steps] == [("user: open: it", 3), ("silence", 4)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("user: hi\nshout: hi", "line 2: “shout: hi” is no step; steps are user:, open:, "),
        ("open pizza on demand", "“open pizza on demand” is no step"),
        ("\n\nuser:", "line 3: nothing stands after “user:”"),
        ("silence: please", "line 1: “silence” stands alone, without “please”"),
    ],
)
def test_what_is_no_step_is_named_with_its_line(text: str, why: str) -> None:
    with pytest.raises(StepError, match=re.escape(why)):
        parse(text)


# Doing


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("app: dance", "“dance” cannot be done; what can is enable, disable, link NAME, unlink"),
        ("app: link", "what can is"),
        ("app: unlink ada", "what can is"),
        ("app: link nobody", "there is no customer “nobody”; there is ada, grace, "),
        ("app: allow everything", "“everything” is no permission"),
        ("app: deny everything", "“everything” is no permission"),
        ("app: link-own nobody", "there is no customer “nobody”"),
        ("app: empty fridge", "there is no field of an Amazon account “fridge”; there is email, "),
        ("speaker: nobody", "there is no speaker “nobody”; there is ada, "),
        ("speaker: mary loudly", "“loudly” is no level of confidence"),
        ("tenant: block nobody", "there is no customer “nobody”"),
        ("tenant: rotate tyres", "there is no thing to rotate “tyres”; there is keys"),
        ("tenant: implicit maybe", "there is no switch “maybe”; there is on, off"),
        ("wait: a while", "“a while” is no span of time"),
        ("token: golden", "there is no kind of token “golden”; there is valid, expired, "),
        ("fault: earthquake", "there is no fault “earthquake”; there is auth0 down, auth0 slow, "),
        ("device: fridge", "there is no device “fridge”; there is speaker, screen"),
        ("locale: tlh-KX", "there is no locale “tlh-KX”; there is "),
        ("setting: AUTH0_AUDIENCE", "write NAME=VALUE"),
        ("setting: AUTH0_DOMAIN=", "AUTH0_DOMAIN is missing"),
        ("request: missing.json", "cannot read missing.json: No such file or directory"),
        ("request: broken.json", "broken.json is no JSON"),
        ("web: dance", "“dance” cannot be done; what can is sign-in NAME, open PATH, confirm CODE"),
        ("web: sign-in nobody", "there is no customer “nobody”"),
        ("web: cancel", "no page is open"),
        ("user: {code}", "no message that was looked at has had a code in it"),
        ("user: {link}", "no message that was looked at has had a link in it"),
    ],
)
def test_what_cannot_be_done_is_explained(stage: Stage, line: str, why: str) -> None:
    (stage.folder / "broken.json").write_text("{")
    with pytest.raises(StepError, match=re.escape(why)):
        perform(stage, line)


def test_a_refused_setting_changes_nothing(stage: Stage) -> None:
    with pytest.raises(StepError):
        perform(stage, "setting: AUTH0_DOMAIN=")
    perform(stage, "setting: MAIL_FROM=hello@example.com", "app: link ada")
    perform(stage, "user: open pizza on demand", "alexa: * Ada. *")


def test_a_setting_holds_from_now_on(stage: Stage) -> None:
    perform(stage, "setting: SKILL_ID = amzn1.ask.skill.of-somebody-else")
    perform(stage, "user: open pizza on demand", "alexa: * not meant for Pizza on Demand *")


def test_an_account_is_linked_and_unlinked(stage: Stage) -> None:
    perform(stage, "app: link ada")
    assert stage.world.customer == "ada"
    perform(stage, "app: unlink")
    assert stage.world.app.link is None


def test_the_skill_is_disabled_and_enabled(stage: Stage) -> None:
    perform(stage, "app: disable", "user: open pizza on demand", "alexa: * enable it *", "ends")
    perform(stage, "app: enable", "user: open pizza on demand", "alexa: Welcome *")


def test_a_permission_is_allowed_and_denied(stage: Stage) -> None:
    scope = "alexa::profile:email:read"
    perform(stage, f"app: allow {scope}")
    assert stage.world.app.permissions == {scope}
    perform(stage, f"app: deny {scope}")
    assert stage.world.app.permissions == set()


def test_an_amazon_account_loses_what_it_had(stage: Stage) -> None:
    perform(stage, "app: empty email")
    assert "email" not in stage.world.app.account


def test_whoever_is_recognised_is_in_the_envelope_with_an_account_of_their_own(
    stage: Stage,
) -> None:
    def person() -> dict[str, Any] | None:
        perform(stage, "user: open pizza on demand")
        said: dict[str, Any] | None = (
            stage.world.echo.turns[-1].request["context"]["System"].get("person")
        )
        return said

    assert person() is None
    perform(stage, "speaker: mary")
    known = person()
    assert known is not None
    assert known["authenticationConfidenceLevel"] == {"level": 300}
    assert "accessToken" not in known
    perform(stage, "app: link-own mary", "speaker: mary 400")
    with_account = person()
    assert with_account is not None
    assert with_account["personId"] == known["personId"]
    assert with_account["authenticationConfidenceLevel"] == {"level": 400}
    assert with_account["accessToken"]
    perform(stage, "speaker: unknown")
    assert person() is None
    perform(stage, "app: disable", "app: enable", "speaker: mary")
    stranger = person()
    assert stranger is not None
    assert "accessToken" not in stranger


def test_who_is_blocked_links_nothing_to_their_own_voice(stage: Stage) -> None:
    perform(stage, "app: link-own bob", "notice: * blocked *")
    assert stage.world.people["bob"].app.link is None


def test_what_is_said_meanwhile_is_checked(stage: Stage) -> None:
    perform(stage, "user: open pizza on demand")
    with pytest.raises(MismatchError, match="before the answer"):
        perform(stage, "meanwhile: One moment.")
    assert stage.world.spoken
    stage.world.spoken.meanwhile.append("One moment.")
    perform(stage, "meanwhile: One moment.")


def test_time_passes(stage: Stage) -> None:
    perform(stage, "wait: 11 minutes")
    assert stage.world.clock.waited.total_seconds() == 660


def test_the_app_sends_the_kind_of_token_that_it_is_told(stage: Stage) -> None:
    perform(stage, "app: link ada", "token: garbage", "user: open pizza on demand")
    system = stage.world.echo.turns[-1].request["context"]["System"]
    assert system["user"]["accessToken"] == "not.a.token"


def test_a_fault_begins_and_ends(stage: Stage) -> None:
    perform(stage, "fault: auth0 down", "fault: mail refused")
    assert [list(wire.faults) for wire in stage.world.wires.values()] == [
        ["auth0 down"],
        ["mail refused"],
        [],
    ]
    perform(stage, "fault: none")
    assert [list(wire.faults) for wire in stage.world.wires.values()] == [[], [], []]


def test_the_tenant_does_what_it_is_told(stage: Stage) -> None:
    tenant = stage.world.tenant
    kid = tenant.keys.current.kid
    perform(stage, "tenant: block ada", "tenant: confirm grace", "tenant: implicit on")
    perform(stage, "tenant: rotate keys", "tenant: unblock bob")

    assert (tenant.accounts["ada"].blocked, tenant.accounts["bob"].blocked) == (True, False)
    assert tenant.accounts["grace"].email_verified
    assert tenant.implicit_grant
    assert tenant.keys.current.kid != kid


def test_a_revoked_grant_is_noticed(stage: Stage) -> None:
    perform(stage, "app: link ada", "tenant: revoke ada", "user: open pizza on demand")
    perform(stage, "card: LinkAccount")


def test_an_order_is_seen_and_confirmed_on_the_order_page(stage: Stage) -> None:
    perform(stage, "app: link ada", "user: ask pizza on demand to get me a small pizza")
    perform(stage, "user: no, with pepperoni", "user: yes", ADAS_MAIL)
    perform(stage, "web: sign-in ada", "web: confirm {code}", "page: * confirmed with the code *")


def test_a_button_that_the_page_does_not_have_is_explained(stage: Stage) -> None:
    perform(stage, "web: open /privacy")
    with pytest.raises(StepError, match="no button “confirm”; there is none"):
        perform(stage, "web: confirm 1234")


def test_a_blocked_customer_gets_no_order_page(stage: Stage) -> None:
    perform(stage, "web: sign-in bob", "page: * account *", "web: open /orders")
    with pytest.raises(MismatchError):
        perform(stage, "page: * your orders *")


def test_device_and_locale_are_chosen(stage: Stage) -> None:
    perform(stage, "device: screen", "locale: en-US", "user: open pizza on demand")
    request = stage.world.echo.turns[-1].request
    assert "Viewport" in request["context"]
    assert request["request"]["locale"] == "en-US"
    perform(stage, "device: speaker", "user: open pizza on demand")
    assert "Viewport" not in stage.world.echo.turns[-1].request["context"]


def test_an_envelope_is_read_from_a_file_beside_the_script(stage: Stage) -> None:
    event: dict[str, Any] = {"request": {"type": "LaunchRequest"}}
    (stage.folder / "odd.json").write_text(json.dumps(event))
    perform(stage, "request: odd.json", "alexa: *")
    assert stage.world.echo.turns[-1].request == event


# Checking


@pytest.mark.parametrize(
    ("line", "wanted", "got"),
    [
        ("alexa: Goodbye", "“Goodbye”", "“Welcome to Pizza on Demand. "),
        ("card: Your order", "a card like “Your order”", "a LinkAccount card"),
        ("no card", "no card", "a LinkAccount card"),
        ("mail: ada@example.com", "a mail to ada@example.com", "none"),
        ("notice: linked", "“linked” in the Alexa app", "“”"),
        ("ends", "the session to be over", "an open one"),
    ],
)
def test_a_mismatch_says_what_was_wanted_and_what_came(
    stage: Stage, line: str, wanted: str, got: str
) -> None:
    perform(stage, "user: open pizza on demand")
    with pytest.raises(MismatchError) as mismatch:
        perform(stage, line)
    assert mismatch.value.wanted == wanted
    assert mismatch.value.got.startswith(got)


@pytest.mark.parametrize(
    ("line", "wanted", "got"),
    [
        ("alexa: *", "“*”", "silence"),
        ("card: *", "a card like “*”", "no card"),
        ("listens", "an open microphone", "a closed one"),
    ],
)
def test_before_anybody_speaks_there_is_nothing(
    stage: Stage, line: str, wanted: str, got: str
) -> None:
    perform(stage, "no card", "no mail", "ends")
    with pytest.raises(MismatchError) as mismatch:
        perform(stage, line)
    assert (mismatch.value.wanted, mismatch.value.got) == (wanted, got)


def test_several_checks_speak_of_the_same_reply(stage: Stage) -> None:
    perform(
        stage,
        "user: open pizza on demand",
        "alexa: welcome to pizza on demand*",
        "alexa: * would you like to hear it",
        "card: linkaccount",
        "card: LinkAccount",
        "listens",
        "silence",
        "no card",
        "listens",
        "silence",
        "ends",
    )


def test_mail_is_checked_against_the_newest_one(stage: Stage) -> None:
    perform(stage, "app: link ada", "user: ask pizza on demand to email me my details")
    perform(stage, ADAS_MAIL, f"{ADAS_MAIL} Your Pizza on Demand account*")
    with pytest.raises(MismatchError, match="a mail like “Happy birthday”"):
        perform(stage, f"{ADAS_MAIL} Happy birthday")
    with pytest.raises(MismatchError, match="to ada"):
        perform(stage, "no mail")


def test_no_mail_speaks_of_the_last_thing_that_happened(stage: Stage) -> None:
    perform(stage, "app: link ada", "user: ask pizza on demand to email me my details")
    perform(stage, "user: open pizza on demand", "no mail", "no mail")


def test_what_a_mail_had_in_it_fills_later_lines(stage: Stage) -> None:
    boto3.client("sesv2").create_email_identity(EmailIdentity=SENDER)
    text = "Your code is 482 913. Or open https://pizza.example/o/1?x=2."
    send(Address(addr_spec="ada@example.com"), text=text)
    perform(stage, f"{ADAS_MAIL} *your code is*", "user: {code}, {link}")
    assert stage.world.echo.turns[-1].said == "482 913, https://pizza.example/o/1?x=2"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Your code is 482913.", "482913"),
        ("Your code:\n\n    0042\n", "0042"),
        ("The code 4 8 2 9 1 3 is good for 10 minutes", "4 8 2 9 1 3"),
        ("Ordered on 22 November 2026: code 482913, total $1234.50", "482913"),
        ("On 2026-11-22 at 12:15 you paid 1234.50 € to +1 555 555 0100", None),
        ("See https://pizza.example/orders/12345678?x=12345678", None),
        ("Order A123456 for 123 Main Street", None),
    ],
)
def test_a_code_is_told_from_other_numbers(text: str, code: str | None) -> None:
    assert findings(sent(text)).get("code") == code


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Open https://pizza.example/a?b=c&d.", "https://pizza.example/a?b=c&d"),
        ("Open <http://127.0.0.1:8000/o/1> (or (https://x.example/))", "http://127.0.0.1:8000/o/1"),
        ("See pizza.example", None),
    ],
)
def test_a_link_ends_where_its_sentence_goes_on(text: str, link: str | None) -> None:
    assert findings(sent(text)).get("link") == link


# Comparing


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("hello ada", "Hello, Ada!"),
        ("*ada*", "Hello, Ada! How are you?"),
        ("Hello * you?", "Hello Ada — how are you"),
        ("what's on", "What’s on?"),
        ("e-mail [me]", "Email me."),
        ("strasse", "Straße"),
        ("*", ""),
    ],
)
def test_case_and_punctuation_do_not_count(pattern: str, text: str) -> None:
    assert matches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("hello", "hello ada"), ("ada", "hello ada"), ("hello * bob", "hello ada"), ("a?a", "ada")],
)
def test_other_words_do_not_match(pattern: str, text: str) -> None:
    assert not matches(pattern, text)


@given(st.text())
def test_a_text_always_matches_itself(text: str) -> None:
    assert matches(text, text)


@given(st.text(), st.text(), st.text())
def test_a_star_stands_for_anything(before: str, middle: str, after: str) -> None:
    assert matches(f"{before} * {after}", f"{before} {middle} {after}")


@given(st.text("ab*[]?!\\ .^$", max_size=40), st.text("ab*[]?!\\ .^$", max_size=40))
def test_no_pattern_is_malformed(pattern: str, text: str) -> None:
    assert matches(pattern, text) in (True, False)


# The page for people


def test_the_readme_lists_every_step() -> None:
    rows = re.findall(r"^\| `([a-z ]+)(:?)", README.read_text("utf-8"), re.MULTILINE)
    known = {verb: verb not in ALONE for verb in (*ACTIONS, *CHECKS)}
    assert {verb: bool(colon) for verb, colon in rows} == known


@pytest.mark.parametrize(("verb", "deeds"), [("app", APP), ("tenant", TENANT), ("web", WEB)])
def test_the_readme_lists_everything_that_can_be_done(verb: str, deeds: dict[str, Any]) -> None:
    (cell,) = re.findall(rf"^\| `{verb}: ([^|]*) \|", README.read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"(?:^|`)([a-z-]+)", cell)) == deeds.keys()


@pytest.mark.parametrize("names", [KINDS, FAULTS, residents()], ids=["token", "fault", "customer"])
def test_the_readme_names_everything_there_is(names: Iterable[str]) -> None:
    readme = README.read_text("utf-8")
    assert [name for name in names if not re.search(rf"`(?:\w+: )?{name}`", readme)] == []
