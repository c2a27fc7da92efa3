"""`python -m deployment.manifest`: skill.json once the stack is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deployment.manifest import MANIFEST, SUBSCRIPTIONS, main, written
from interaction_model.skill_package import manifest_problems
from tests.deployment.amazons_schema import MANIFEST as SCHEMA
from tests.deployment.amazons_schema import violations

VIRGINIA = "arn:aws:lambda:us-east-1:123456789012:function:pizza-SkillFunction-1AB:live"
IRELAND = "arn:aws:lambda:eu-west-1:123456789012:function:pizza-SkillFunction-2CD:live"
PAGE = "https://order.pizza.example"

Json = dict[str, Any]


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A copy of ours."""
    path = tmp_path / "skill.json"
    path.write_bytes(MANIFEST.read_bytes())
    return path


def run(manifest: Path, *arguments: str) -> int:
    return main([*arguments, "--manifest", str(manifest)])


def deployed(manifest: Path, *functions: str, page: str = PAGE) -> Json:
    named = [part for function in functions for part in ("--function", function)]
    assert run(manifest, *named, "--page", page) == 0
    return read(manifest)


def read(manifest: Path) -> Json:
    inside: Json = json.loads(manifest.read_text(encoding="utf-8"))["manifest"]
    return inside


def test_requests_and_events_go_to_the_function(manifest: Path) -> None:
    after = deployed(manifest, VIRGINIA)

    assert after["apis"]["custom"]["endpoint"] == {"uri": VIRGINIA}
    assert after["events"]["endpoint"] == {"uri": VIRGINIA}
    assert "regions" not in after["events"]


def test_each_part_of_the_world_has_its_function_and_the_first_has_the_rest(
    manifest: Path,
) -> None:
    after = deployed(manifest, VIRGINIA, IRELAND)

    for service in (after["apis"]["custom"], after["events"]):
        assert service["endpoint"] == {"uri": VIRGINIA}
        assert service["regions"] == {
            "NA": {"endpoint": {"uri": VIRGINIA}},
            "EU": {"endpoint": {"uri": IRELAND}},
        }


def test_the_store_links_to_the_pages_of_this_stack(manifest: Path) -> None:
    after = deployed(manifest, VIRGINIA, page=f"{PAGE}/")

    assert after["privacyAndCompliance"]["locales"]["en-US"] == {
        "privacyPolicyUrl": f"{PAGE}/privacy",
        "termsOfUseUrl": f"{PAGE}/terms",
    }


def test_amazon_would_take_it(manifest: Path) -> None:
    after = {"manifest": deployed(manifest, VIRGINIA, IRELAND)}

    assert violations(SCHEMA, after) == []
    assert {problem.what for problem in manifest_problems(after, {})} == {
        "it has no interaction model"
    }


def test_nothing_else_changes_and_twice_is_once(manifest: Path) -> None:
    before = read(manifest)
    deployed(manifest, IRELAND)
    after = deployed(manifest, VIRGINIA)

    assert after == deployed(manifest, VIRGINIA)
    assert after["publishingInformation"] == before["publishingInformation"]
    assert after["apis"]["custom"]["interfaces"] == before["apis"]["custom"]["interfaces"]


def test_the_file_is_laid_out_as_the_ask_cli_lays_it_out() -> None:
    text = MANIFEST.read_text(encoding="utf-8")

    assert written(json.loads(text)) == text


def test_no_event_is_subscribed_to_that_the_sdk_cannot_read(manifest: Path) -> None:
    events = deployed(manifest, VIRGINIA)["events"]["subscriptions"]

    assert [event["eventName"] for event in events] == list(SUBSCRIPTIONS)
    assert "SKILL_ACCOUNT_UNLINKED" not in SUBSCRIPTIONS


@pytest.mark.parametrize(
    ("functions", "page", "said"),
    [
        (["pizza-on-demand"], PAGE, "is no ARN of a Lambda function"),
        ([VIRGINIA.replace(":live", ":live:live")], PAGE, "is no ARN"),
        (
            [VIRGINIA.replace("us-east-1", "eu-central-1")],
            PAGE,
            "calls no function in eu-central-1",
        ),
        ([VIRGINIA, VIRGINIA.replace(":live", ":next")], PAGE, "the same part of the world"),
        ([VIRGINIA], "http://order.pizza.example", "is no https:// origin"),
        ([VIRGINIA], f"{PAGE}/orders", "is no https:// origin"),
    ],
)
def test_what_alexa_would_refuse_is_not_written(
    manifest: Path,
    capsys: pytest.CaptureFixture[str],
    functions: list[str],
    page: str,
    said: str,
) -> None:
    named = [part for function in functions for part in ("--function", function)]

    assert run(manifest, *named, "--page", page) == 1

    assert said in capsys.readouterr().err
    assert manifest.read_bytes() == MANIFEST.read_bytes()
