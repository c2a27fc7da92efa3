"""`python -m deployment.replays`: our conversations for `ask dialog --replay`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deployment.replays import CONVERSATIONS, NotReplayableError, Replay, main, replay_of
from simulator.script import parse

SKILL = "amzn1.ask.skill.12345678-1234-1234-1234-123456789012"


def replayed(script: str) -> Replay:
    return replay_of(parse(script))


def content(path: Path) -> dict[str, Any]:
    replay: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return replay


def test_a_talk_of_words_alone_is_replayed_to_its_end() -> None:
    replay = replayed("user: open pizza on demand\nalexa: Welcome *\nlistens\nuser: stop\nends")

    assert replay.content(SKILL) == {
        "skillId": SKILL,
        "locale": "en-US",
        "type": "text",
        "userInput": ["open pizza on demand", "stop", ".quit"],
    }


def test_where_a_code_is_needed_the_cli_stays_open_for_somebody_who_has_it() -> None:
    replay = replayed("app: link ada\nuser: ask pizza on demand for a pizza\nuser: {code}")

    assert replay.said == ("ask pizza on demand for a pizza",)
    assert replay.content(SKILL)["userInput"] == ["ask pizza on demand for a pizza"]
    assert replay.stopped == (
        "line 3, “user: {code}”: the code is in the customer's mailbox or phone"
    )


def test_who_has_to_be_linked_first_is_known() -> None:
    assert replayed("app: link ada\nuser: who am I").linked
    assert not replayed("user: who am I\napp: link ada\nuser: who am I").linked


def test_a_talk_begins_in_the_locale_that_it_names() -> None:
    assert replayed("locale: en-US\nuser: help").locale == "en-US"
    assert replay_of(parse("user: help"), locale="en-GB").locale == "en-GB"


@pytest.mark.parametrize(
    "step",
    [
        "app: link ada",
        "app: disable",
        "device: screen",
        "fault: auth0 down",
        "locale: de-DE",
        "open: {link}",
        "request: event.json",
        "setting: CODE_SENDER=auth0",
        "silence",
        "tenant: block ada",
        "token: expired",
        "wait: 6 minutes",
    ],
)
def test_what_words_cannot_do_ends_a_replay_and_the_reason_says_where(step: str) -> None:
    replay = replayed(f"user: help\n{step}\nuser: stop")

    assert replay.said == ("help",)
    assert replay.stopped is not None
    assert replay.stopped.startswith(f"line 2, “{step}”: ")


@pytest.mark.parametrize("step", ["app: link grace", "fault: auth0 down", "setting: SMS_CODES="])
def test_a_talk_that_begins_with_it_is_left_out(step: str) -> None:
    with pytest.raises(NotReplayableError, match="line 1"):
        replayed(f"{step}\nuser: help")


def test_a_talk_without_words_is_left_out() -> None:
    with pytest.raises(NotReplayableError, match="nobody says anything"):
        replayed("app: link ada\nno mail")


def test_all_our_conversations_are_written_or_left_out_with_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), "--skill-id", SKILL]) == 0

    lines = capsys.readouterr().out.splitlines()
    written = sorted(path.stem for path in tmp_path.rglob("*.json"))
    left_out = sorted(line.partition(":")[0] for line in lines if ": left out: line " in line)
    assert sorted(written + left_out) == sorted(path.stem for path in CONVERSATIONS.glob("*.txt"))
    assert {"order", "one_shots", "small_talk", "without_an_account"} <= set(written)


def test_every_file_is_one_that_the_ask_cli_reads(tmp_path: Path) -> None:
    main([str(tmp_path), "--skill-id", SKILL])

    for path in tmp_path.rglob("*.json"):
        replay = content(path)
        assert replay["skillId"] == SKILL
        assert replay["userInput"]
        # The CLI refuses a file with an empty input in it.
        assert all(said.strip() and "{" not in said for said in replay["userInput"])


def test_linked_and_unlinked_talks_go_to_folders_of_their_own(tmp_path: Path) -> None:
    main([str(tmp_path), "--skill-id", SKILL])

    assert content(tmp_path / "linked" / "order.json")["userInput"][0] == "open pizza on demand"
    assert (tmp_path / "not_linked" / "without_an_account.json").exists()


def test_only_the_named_talks_are_written(tmp_path: Path) -> None:
    main([str(tmp_path), str(CONVERSATIONS / "small_talk.txt"), "--skill-id", SKILL])

    assert [path.name for path in tmp_path.rglob("*.json")] == ["small_talk.json"]


def test_without_a_skill_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), "--profile", "nobodys"]) == 1

    assert "--skill-id" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
