"""Scripts are played as talks, and the exit status says whether all was as written."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator.play import play
from simulator.state import state
from simulator.wire import PortTakenError, free_port
from simulator.world import World
from tests.simulator.kitchen import Skill, say

ROOT = Path(__file__).parents[2]
GOOD = "user: open pizza on demand\nalexa: Welcome*\ncard: LinkAccount\nlistens\n"


def simulator(*arguments: str | Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run `python -m simulator` as people do."""
    return subprocess.run(
        [sys.executable, "-m", "simulator", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "lambda:.", "PYTHONIOENCODING": "utf-8"},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def played(script: str, folder: Path) -> tuple[bool, str]:
    """Whether a script went as written, and what was printed."""
    file = folder / "talk.txt"
    file.write_text(script, "utf-8")
    lines: list[str] = []
    return play(file, lines.append), "\n".join(lines)


def four_free_ports() -> range:
    """Ports in a row, below those that systems give away by themselves."""
    for first in range(20_000, 30_000, 4):
        ports = range(first, first + 4)
        with suppress(PortTakenError):
            for port in ports:
                free_port(port)
            return ports
    raise AssertionError


def test_the_four_servers_of_a_run_have_ports_in_a_row_and_say_which_is_taken() -> None:
    with socket.socket() as taken:
        port = four_free_ports()[-1]
        taken.bind(("127.0.0.1", port))
        taken.listen()
        for first in range(port - 3, port + 1):
            run = simulator("run", "--port", str(first))
            assert (run.returncode, f"Port {port} is taken." in run.stdout) == (1, True)


def test_every_file_is_played_and_one_failure_is_the_exit_status(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(GOOD, "utf-8")
    bad.write_text("user: open pizza on demand\nends\n", "utf-8")
    both, one = simulator("play", bad, good), simulator("play", good)

    assert (both.returncode, one.returncode) == (1, 0)
    assert f"{bad}:2: ends" in both.stdout
    assert both.stdout.endswith("1 of 2 scripts went as written\n")
    assert one.stdout.endswith("1 of 1 scripts went as written\n")


def test_a_talk_is_printed_as_it_went(tmp_path: Path) -> None:
    went, printed = played(f"{GOOD}app: link ada\n", tmp_path)

    assert went
    lines = printed.splitlines()
    assert lines[1] == "User  > open pizza on demand"
    assert lines[2].startswith("Alexa > Welcome to Pizza on Demand.")
    assert lines[3] == "  card  : LinkAccount"
    assert lines[4:7] == ["  ✓ alexa: Welcome*", "  ✓ card: LinkAccount", "  ✓ listens"]
    assert lines[7:] == ["  ✓ app: link ada", "  app   : Pizza on Demand is linked."]


def test_a_mismatch_stands_inside_the_talk_and_ends_it(tmp_path: Path) -> None:
    went, printed = played("user: open pizza on demand\n\nalexa: Goodbye\nsilence", tmp_path)

    assert not went
    failure = printed.splitlines()[4:]
    assert failure[0] == f"  ✗ {tmp_path / 'talk.txt'}:3: alexa: Goodbye"
    assert failure[1] == "      wanted  “Goodbye”"
    assert failure[2].startswith("      got     “Welcome to Pizza on Demand.")
    assert len(failure) == 3


def test_a_step_that_cannot_be_done_is_explained_where_it_stands(tmp_path: Path) -> None:
    went, printed = played("app: link nobody", tmp_path)
    assert not went
    assert f"{tmp_path / 'talk.txt'}:1: app: link nobody" in printed
    assert "there is no customer “nobody”" in printed


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (b"sing: a song", "line 1: “sing: a song” is no step"),
        (b"user: \xff", "it is not UTF-8"),
        (None, "No such file or directory"),
    ],
)
def test_what_is_no_script_is_not_played(tmp_path: Path, script: bytes | None, why: str) -> None:
    file = tmp_path / "talk.txt"
    if script:
        file.write_bytes(script)
    lines: list[str] = []

    assert play(file, lines.append) is False
    assert why in "\n".join(lines)
    assert not any(line.startswith("User") for line in lines)


def test_a_reply_that_alexa_would_reject_fails_a_script(tmp_path: Path) -> None:
    def with_a_broken_skill() -> World:
        world = World()
        world.function.handler = Skill(say("Fish & chips."))
        return world

    file = tmp_path / "talk.txt"
    file.write_text("user: open pizza on demand\nalexa: Fish*\n", "utf-8")
    lines: list[str] = []

    assert not play(file, lines.append, with_a_broken_skill)
    assert lines[-1].startswith(f"  ✗ {file}:1: Alexa would reject this: ")
    assert "escape &" in lines[-1]


def test_each_script_has_a_world_of_its_own(tmp_path: Path) -> None:
    assert played(
        "app: link ada\nuser: ask pizza on demand to email me my details\n"
        "mail: ada@example.com\nwait: 2 days\n",
        tmp_path,
    )[0]
    went, printed = played(f"notice: *\n{GOOD}no mail\n", tmp_path)
    assert went, printed


def test_two_worlds_after_one_another_are_strangers() -> None:
    with World() as first:
        first.sign_in("ada")
        first.say("ask pizza on demand to email me my details")
        assert len(first.mailbox.mails()) == 1
    with World() as second:
        assert second.mailbox.mails() == []
        assert second.customer is None
        assert second.tenant_origin != first.tenant_origin


@dataclass
class Watched:
    """A skill that notices when it is called while it is still answering."""

    door: Callable[[Any, Any], Any]
    inside: int = 0
    most: int = 0

    def __call__(self, event: Any, context: Any) -> Any:
        self.inside += 1
        self.most = max(self.most, self.inside)
        reply = self.door(event, context)
        self.inside -= 1
        return reply


def test_turns_of_several_threads_happen_one_after_the_other() -> None:
    with World() as world:
        world.sign_in("ada")
        watched = world.function.handler = Watched(world.function.handler)
        people = [
            *(threading.Thread(target=world.say, args=["open pizza on demand"]) for _ in range(5)),
            *(threading.Thread(target=state, args=[world]) for _ in range(5)),
        ]
        for person in people:
            person.start()
        for person in people:
            person.join()

        assert watched.most == 1
        turns = world.echo.turns[-5:]
        assert [turn.id for turn in turns] == list(range(turns[0].id, turns[0].id + 5))
        assert all(turn.alexa and "Ada" in turn.alexa for turn in turns)


@pytest.mark.parametrize(
    "event", [None, [], {"request": {"intent": "x"}}, {"request": {"intent": {"slots": 1}}}]
)
def test_a_raw_envelope_of_any_shape_can_be_shown(world: World, event: Any) -> None:
    world.send(event)
    assert [turn["request"] for turn in state(world)["turns"]] == [event]


def test_the_terminal_talks_and_performs_steps() -> None:
    typed = (
        "open pizza on demand\n\napp: link ada\nask pizza on demand to email me my details\n"
        "fault: earthquake\nends\n"
    )
    ran = simulator("talk", typed=typed)

    assert ran.returncode == 0
    for expected in (
        "Alexa > Welcome to Pizza on Demand.",
        "  card  : LinkAccount",
        "  app   : Pizza on Demand is linked.",
        "  mail  : to ada@example.com: “Your Pizza on Demand account”",
        "there is no fault “earthquake”",
    ):
        assert expected in ran.stdout
    assert "User  > open pizza on demand" not in ran.stdout
