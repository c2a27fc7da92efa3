"""Letters: every placeholder filled, in text as it is and in HTML escaped."""

from __future__ import annotations

from pathlib import Path
from string import Template

import pytest

from pizza_on_demand import emails
from simulator.world import World

PARTS = ("subject.txt", "preview.txt", "body.txt", "body.html")
LETTERS = sorted(path.parent for path in Path(emails.__file__).parent.glob("*/subject.txt"))
ODD = '<b>Mary & Jørn\'s "$name"</b>'


def placeholders(letter: Path, part: str) -> set[str]:
    return set(Template((letter / part).read_text("utf-8")).get_identifiers())


@pytest.fixture(params=LETTERS, ids=lambda path: path.name)
def letter(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_each_letter_has_its_four_parts(letter: Path) -> None:
    assert sorted(path.name for path in letter.iterdir()) == sorted(PARTS)


def test_text_and_html_tell_the_same_facts(letter: Path) -> None:
    assert placeholders(letter, "body.txt") == placeholders(letter, "body.html")


def test_no_placeholder_is_misspelt(letter: Path) -> None:
    for part in PARTS:
        assert Template((letter / part).read_text("utf-8")).is_valid()


def test_every_fact_stands_in_text_as_it_is_and_in_html_escaped(letter: Path) -> None:
    names = set.union(*(placeholders(letter, part) for part in PARTS))
    facts = {name: f"{ODD} {name}" for name in names}

    written = emails.write(letter.name, to="mary@example.com", **facts)

    assert written.to == "mary@example.com"
    assert written.subject == written.subject.strip() != ""
    for name in placeholders(letter, "body.txt"):
        assert facts[name] in written.text
        assert f"&lt;b&gt;Mary &amp; Jørn&#x27;s &quot;$name&quot;&lt;/b&gt; {name}" in written.html
    assert ODD not in written.html
    assert "&lt;" not in written.text


def test_a_letter_without_its_facts_is_not_written() -> None:
    with pytest.raises(KeyError):
        emails.write("my_details", to="ada@example.com", name="Ada")


def test_the_skill_knows_every_fact_of_the_letter_with_ones_details(world: World) -> None:
    world.sign_in("mary")
    world.say("ask pizza on demand to email me my details")

    [mail] = world.mailbox.to("mary@example.com")
    assert mail.subject == "Your Pizza on Demand account"
    assert "Mary & Jørn's <3" in mail.text
    assert "Mary &amp; Jørn&#x27;s &lt;3" in mail.html
    for part in (mail.text, mail.html):
        assert "mary@example.com" in part
        assert "$" not in part
