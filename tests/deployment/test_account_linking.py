"""`python -m deployment.account_linking`, with a stand-in for the ASK CLI."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from deployment.account_linking import main
from deployment.ask_cli import PROJECT, AskCliError, deployed_skill_id

SKILL = "amzn1.ask.skill.12345678-1234-1234-1234-123456789012"
SECRET = "the-secret-that-alexa-keeps"
GIVEN = ["--domain", "pizza.eu.auth0.com", "--client-id", "alexas-client"]
APPLIED = [*GIVEN, "--skill-id", SKILL]

Json = dict[str, Any]

# It notes what it was called with, and what was in the file that it was called with.
ASK = """#!/bin/sh
printf '%s\\n' "$@" > "$NOTES/arguments"
for last; do :; done
cp "${last#file:}" "$NOTES/request.json"
ls -l "$(dirname "${last#file:}")/.." | grep "$(basename "$(dirname "${last#file:}")")" \
  | cut -c1-10 > "$NOTES/folder"
exit ${ASK_FAILS:-0}
"""


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the stand-in notes what it was asked to do."""
    ask = tmp_path / "bin" / "ask"
    ask.parent.mkdir()
    ask.write_text(ASK, encoding="utf-8")
    ask.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ask.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("NOTES", str(tmp_path))
    monkeypatch.setenv("ALEXA_CLIENT_SECRET", SECRET)
    return tmp_path


def sent(notes: Path) -> Json:
    body: Json = json.loads((notes / "request.json").read_text(encoding="utf-8"))
    request: Json = body["accountLinkingRequest"]
    return request


def test_the_whole_request_goes_to_the_skills_stage(notes: Path) -> None:
    assert main([*APPLIED, "--stage", "live"]) == 0

    assert (notes / "arguments").read_text(encoding="utf-8").split("\n")[:6] == [
        "smapi",
        "update-account-linking-info",
        "--skill-id",
        SKILL,
        "--stage",
        "live",
    ]
    assert sent(notes)["clientId"] == "alexas-client"
    assert sent(notes)["clientSecret"] == SECRET


def test_the_audience_is_in_the_authorization_url_because_alexa_has_no_field_for_it(
    notes: Path,
) -> None:
    main(APPLIED)

    assert sent(notes)["authorizationUrl"] == (
        "https://pizza.eu.auth0.com/authorize?audience=https%3A%2F%2Fapi.pizza-on-demand.example"
    )
    assert sent(notes)["accessTokenUrl"] == "https://pizza.eu.auth0.com/oauth/token"


def test_the_secret_is_in_no_argument_and_on_no_terminal(
    notes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(APPLIED)

    said = capsys.readouterr()
    assert SECRET not in (notes / "arguments").read_text(encoding="utf-8")
    assert SECRET not in said.out + said.err


def test_nobody_else_can_read_the_file_with_the_secret_and_it_is_gone_afterwards(
    notes: Path,
) -> None:
    main(APPLIED)

    [file] = [
        line.removeprefix("file:")
        for line in (notes / "arguments").read_text(encoding="utf-8").splitlines()
        if line.startswith("file:")
    ]
    assert (notes / "folder").read_text(encoding="utf-8").strip() == "drwx------"
    assert not Path(file).parent.exists()


def test_the_file_with_the_secret_is_gone_when_amazon_refuses_too(
    notes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASK_FAILS", "1")

    assert main(APPLIED) == 1

    assert capsys.readouterr().err == "“ask” failed with exit status 1\n"
    file = (notes / "arguments").read_text(encoding="utf-8").split("file:")[1].strip()
    assert not Path(file).exists()


def test_a_dry_run_shows_the_request_and_sends_nothing(
    notes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*GIVEN, "--dry-run"]) == 0

    shown = json.loads(capsys.readouterr().out)["accountLinkingRequest"]
    assert shown["scopes"] == ["openid", "profile", "email", "phone", "offline_access"]
    assert not (notes / "arguments").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--domain", "pizza.eu.auth0.com"], "nobody says what ALEXA_CLIENT_ID is"),
        (["--client-id", "x"], "nobody says what AUTH0_DOMAIN is"),
        (["--client-id", "x", "--domain", "https://pizza.eu.auth0.com/"], "must be a bare one"),
        (GIVEN, "run “ask deploy” first"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_sent(
    notes: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main([*arguments, "--profile", "nobodys"]) == 1

    assert said in capsys.readouterr().err
    assert not (notes / "arguments").exists()


def test_an_empty_secret_is_not_sent(
    notes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALEXA_CLIENT_SECRET", " ")

    assert main(APPLIED) == 1

    assert "without its secret" in capsys.readouterr().err
    assert not (notes / "arguments").exists()


def test_without_the_ask_cli_it_says_where_to_get_it(
    notes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(notes))

    assert main(APPLIED) == 1

    assert "npm install --global ask-cli" in capsys.readouterr().err


def test_a_stage_that_amazon_does_not_have_is_refused() -> None:
    with pytest.raises(SystemExit):
        main([*APPLIED, "--stage", "certified"])


def test_the_skill_is_the_one_that_ask_deploy_has_made(tmp_path: Path) -> None:
    states = tmp_path / ".ask" / "ask-states.json"
    states.parent.mkdir()
    states.write_text(json.dumps({"profiles": {"default": {"skillId": SKILL}}}), encoding="utf-8")

    assert deployed_skill_id(tmp_path) == SKILL
    with pytest.raises(AskCliError, match="profile “other”"):
        deployed_skill_id(tmp_path, "other")


def test_ask_deploy_finds_the_skill_package_and_uploads_nothing_else() -> None:
    resources = json.loads((PROJECT / "ask-resources.json").read_text(encoding="utf-8"))

    # The functions are SAM's: with “code” or “skillInfrastructure” the CLI would make its own.
    assert resources["profiles"] == {"default": {"skillMetadata": {"src": "./skill-package"}}}
    assert (PROJECT / "skill-package" / "skill.json").exists()
