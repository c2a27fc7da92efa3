"""`python -m deployment.doctor`: what it prints, what it returns, and where its facts come from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deployment.doctor.__main__ import main
from deployment.doctor.report import table
from deployment.doctor.verdicts import Area, failed, passed, warned
from deployment.doctor.world import linking_request, management_token
from simulator.world import VENDOR_ID, World
from tests.deployment.deployed_function import deployed_function

Json = dict[str, Any]

AREAS = [
    Area("Settings", (passed("skill id", "set"), warned("code", "short", "Make it longer."))),
    Area("AWS", (failed("mail identity", "not verified " * 10, "Verify it, please. " * 10),)),
]


@pytest.fixture
def linking(world: World, tmp_path: Path) -> Path:
    """What the ASK CLI would have printed of the world."""
    path = tmp_path / "linking.json"
    response = linking_request(world.app.linking())
    path.write_text(json.dumps({"accountLinkingResponse": response}), encoding="utf-8")
    return path


@pytest.fixture
def environment(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of an operator of that world."""
    operators = {
        "ALEXA_CLIENT_SECRET": world.alexa.client_secret,
        "ALEXA_VENDOR_ID": VENDOR_ID,
        "AUTH0_MANAGEMENT_TOKEN": management_token(world),
    }
    for name, value in {**world.settings, **operators}.items():
        monkeypatch.setenv(name, value)
    return operators


def of(area: str, printed: Json) -> dict[str, str]:
    return {f["subject"]: f["verdict"] for f in printed["findings"] if f["area"] == area}


class TestCommand:
    def test_a_healthy_world_passes(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--world"]) == 0
        printed = capsys.readouterr().out
        assert "✓ issuer" in printed
        assert printed.rstrip().endswith("0 wrong")

    def test_machines_get_json(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--world", "--json"]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert (printed["fail"], printed["pass"] > 50) == (0, True)
        assert {f["verdict"] for f in printed["findings"]} == {"pass", "warn"}
        assert printed.keys() == {"findings", "pass", "warn", "fail"}

    def test_whoever_has_set_nothing_learns_where_to_begin(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for name in ("AUTH0_DOMAIN", "AUTH0_CLIENT_ID", "MAIL_FROM"):
            monkeypatch.delenv(name, raising=False)

        assert main([]) == 1
        printed = capsys.readouterr().out
        assert "AUTH0_DOMAIN is missing" in printed
        assert "ALEXA_VENDOR_ID is still the placeholder" in printed

    def test_a_deployment_is_examined_by_its_settings_and_amazons_copy_of_the_linking(
        self, environment: dict[str, str], linking: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["--json", "--linking", str(linking)]) == 0
        text = capsys.readouterr().out
        printed = json.loads(text)
        assert of("The tenant", printed)["secret"] == "pass"
        assert of("The tenant, as the Management API tells it", printed)["rotation"] == "pass"
        assert of("One link", printed) == {"a link": "warn"}
        assert environment["ALEXA_CLIENT_SECRET"] not in text
        assert environment["AUTH0_MANAGEMENT_TOKEN"] not in text

    def test_a_fault_is_the_exit_status(
        self, world: World, environment: dict[str, str], linking: Path
    ) -> None:
        world.tenant.rotate_refresh_tokens = True

        assert main(["--linking", str(linking)]) == 1

    def test_a_deployed_function_is_examined_by_its_own_settings(
        self,
        world: World,
        environment: dict[str, str],
        linking: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        arn = deployed_function(world)
        for name in world.settings:
            monkeypatch.delenv(name)

        assert main(["--json", "--function", arn, "--linking", str(linking)]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert of("Settings", printed)["settings"] == "pass"
        assert of("AWS", printed)["trigger"] == "pass"

    def test_without_the_function_there_is_nothing_to_examine(
        self, world: World, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["--function", "no-such-function"]) == 2
        assert "no-such-function: ResourceNotFoundException" in capsys.readouterr().err

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"accountLinkingRequest": {}}'])
    def test_what_the_ask_cli_never_printed_is_not_taken_for_it(
        self, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "linking.json"
        path.write_text(text, encoding="utf-8")

        assert main(["--linking", str(path)]) == 2
        assert "get-account-linking-info" in capsys.readouterr().err


class TestTable:
    def test_columns_are_aligned_and_the_sum_comes_last(self) -> None:
        assert table(AREAS, width=80, coloured=False).splitlines()[:5] == [
            "Settings",
            "  ✓ skill id       set",
            "  ! code           short",
            "                   → Make it longer.",
            "",
        ]
        assert table(AREAS, width=80, coloured=False).endswith("1 fine, 1 doubtful, 1 wrong")

    @pytest.mark.parametrize("width", [60, 80, 120])
    def test_no_line_is_wider_than_the_terminal(self, width: int) -> None:
        lines = table(AREAS, width=width, coloured=False).splitlines()

        assert max(len(line) for line in lines) <= width
        assert len(lines) > 10

    def test_colours_change_nothing_else(self) -> None:
        coloured = table(AREAS, width=60, coloured=True)
        for code in ("31", "32", "33"):
            assert f"\033[{code}m" in coloured
            coloured = coloured.replace(f"\033[{code}m", "")

        assert coloured.replace("\033[0m", "") == table(AREAS, width=60, coloured=False)
