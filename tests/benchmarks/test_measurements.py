"""`make bench` still measures: every row once, for as many turns as prove it."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.benchmarks import artifacts, costs, growth, page, plot, rows
from tests.benchmarks.__main__ import GOALS
from tests.benchmarks.artifacts import Artifacts
from tests.benchmarks.contestants import Contestant, WrongAnswerError
from tests.benchmarks.figures import Goal, Row, Table, counted, round_robin
from tests.benchmarks.rows import SIMPLEST, SKILL, Field
from tests.benchmarks.scene import Scene
from tests.deployment.build import ROOT, this_machine
from tests.deployment.python_tools import (
    ToolMissingError,
    environment,
    environment_with,
    this_platform,
)


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with Scene() as world:
        yield world


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Field:
    """What SAM would build, by the recipe that it calls; and peers that are here already."""
    machine = this_machine()
    try:
        python = environment_with("runtime", of=machine.python) / "python"
    except ToolMissingError as error:
        pytest.skip(str(error))
    made = {name: tmp_path_factory.mktemp(name) for name in ("SkillFunction", "WebFunction")}
    for name, folder in made.items():
        variables = (f"PYTHON_VERSION={machine.version}", f"PLATFORM={this_platform()}")
        command = ["make", "-s", f"build-{name}", f"ARTIFACTS_DIR={folder}", *variables]
        subprocess.run(command, cwd=ROOT / "lambda", env=environment(), check=True, timeout=300)
    ours = Artifacts(python, machine.version, made["SkillFunction"], made["WebFunction"])
    return Field(ours, artifacts.peers() if artifacts.are_peers_here() else None)


def test_everybody_greets(field: Field, scene: Scene) -> None:
    table = rows.cold_greeting(field, scene, rounds=1)

    assert {SIMPLEST, SKILL} <= {row.name for row in table.rows}
    assert all(row.median > 0 for row in table.rows)


def test_the_skill_writes_an_order_and_sends_its_code(field: Field, scene: Scene) -> None:
    assert rows.cold_order(field, scene, rounds=1).rows


def test_warm_turns_use_less_than_cold_ones(field: Field, scene: Scene) -> None:
    whole, skill = rows.warm_turn(field, scene, rounds=1, turns=5)

    for name, ms in {row.name: row.median for row in skill.rows}.items():
        assert ms <= next(row.median for row in whole.rows if row.name == name)
        assert ms < 50


def test_a_customer_costs_one_lookup_for_each_token_and_process(field: Field, scene: Scene) -> None:
    found = {row.name: row.median for row in rows.lookups(field, scene).rows}

    assert found == {
        "first turn of a process, /userinfo": 1,
        "first turn of a process, JWKS": 1,
        "100 turns more": 0,
        "another customer's first turn": 1,
        "the first customer with a new token": 1,
    }


def test_memory_and_package_have_a_size(field: Field, scene: Scene) -> None:
    for table in (rows.memory(field, scene, turns=7), rows.package(field)):
        assert all(row.median > 1 for row in table.rows)


def test_growth_is_measured(field: Field, scene: Scene) -> None:
    tables = [
        *growth.processes(field, scene, (1, 2), turns=3),
        *growth.history(field, scene, (1, 30), turns=2),
        *growth.customers(field, scene, (1, 3)),
    ]

    calls = [table for table in tables if table.key.endswith("calls")]
    assert len(calls) == 3
    for table in calls:
        assert len({row.median for row in table.rows}) == 1


def test_a_wrong_answer_is_never_measured(field: Field, scene: Scene) -> None:
    nobody = scene.customer()
    stranger = {**field.simplest(scene).settings, "AUTH0_DOMAIN": "http://127.0.0.1:1"}
    one = Contestant("ours", field.ours.skill, field.ours.python, settings=stranger)

    with pytest.raises(WrongAnswerError):
        one.first_answer(nobody.says(scene.events["launch"]), "Ada")


def test_rows_take_turns() -> None:
    order: list[str] = []

    def measure(name: str) -> float:
        order.append(name)
        return len(order)

    measured = round_robin({name: partial(measure, name) for name in "ab"}, rounds=3)

    assert order == ["a", "b"] * 3
    assert [row.median for row in measured] == [3, 4]


def test_ratios_are_of_medians() -> None:
    table = Table("t", "T", "ms", (Row("slow", (9, 10, 90)), Row("fast", (2, 1, 3))))

    assert table.ratio("fast") == 0.2
    assert Goal("", "t", "slow", "fast", 1).reached([table]) == 5
    assert Goal("", "t", "slow", "nobody", 1).reached([table]) is None


def test_every_goal_is_about_a_row_that_is_measured(field: Field, scene: Scene) -> None:
    everybody = {one.name for one in field.all(scene)} | {rows.OWN}

    assert {goal.row for goal in GOALS} <= everybody


def test_the_picture_is_svg_with_a_bar_for_each_row() -> None:
    table = Table("t", "Start & answer", "ms", counted({"ours": 10, "others <&>": 100}))

    picture = ElementTree.fromstring(plot.bars(table))  # noqa: S314 - it is our own

    bars = picture.findall("{*}rect")
    assert [bar.get("class") for bar in bars] == ["bar ours", "bar"]
    assert int(bars[0].get("width", "0")) * 10 == pytest.approx(int(bars[1].get("width", "0")), 0.1)


def test_the_page_shows_what_was_reached_and_what_was_not_measured() -> None:
    figures = {"measured": "2026-11-22", "python": "3.13", "machine": "a loom", "rounds": 3}
    tables = [Table("memory", "Peak", "MB", (Row("ours", (1, 2, 4)), Row("others", (8,))))]
    goals = [
        Goal("reached", "memory", "ours", "others", 0.6),
        Goal("missed", "memory", "others", "ours", 0.6),
        Goal("left out", "package", "ours", "others", 0.6),
    ]

    shown = page.speed(figures, tables, goals)

    assert "| reached | **0.25** | 0.60 |" in shown
    assert "| missed | 4.00 | 0.60 |" in shown
    assert "| left out | not measured | 0.60 |" in shown
    assert "| ours | 2 | 1.5–3 | 1.00 |\n| others | 8 |  | 4.00 |" in shown
    assert "(Not measured this time.)" in shown


def test_costs_follow_figures_and_prices() -> None:
    figures = {
        "measured": "2026-11-22",
        "tables": [
            Table("warm turn", "", "ms", counted({SIMPLEST: 1})).as_json(),
            Table("cold greeting", "", "ms", counted({SKILL: 300})).as_json(),
            Table(
                "whole order",
                "",
                "calls",
                counted({"DynamoDB PutItem": 3, "DynamoDB Query": 7, "SES SendEmail": 2}),
            ).as_json(),
        ],
    }

    sheet = costs.sheet(json.loads(json.dumps(figures)))

    prices = tomllib.loads((Path(costs.__file__).with_name("prices.toml")).read_text("utf-8"))
    orders = 1_000_000 / prices["assumed"]["turns_per_order"]
    assert f"| SES | {2 * orders:,.0f} mails" in sheet
    assert f"{2 * orders * prices['ses']['mail']:.2f} |" in sheet
