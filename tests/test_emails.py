"""Letters: every place filled, in text as it is and in HTML escaped, in every language."""

from __future__ import annotations

from pathlib import Path
from string import Formatter, Template

import pytest

from pizza_on_demand import emails
from pizza_on_demand.languages import Language
from simulator.world import World
from tests.locales import LANGUAGES

PARTS = ("body.txt", "body.html")
LETTERS = sorted(path.parent for path in Path(emails.__file__).parent.glob("*/body.txt"))
NOT_LETTERS = {"common", "counts", "texts"}
ODD = '<b>Mary & Jørn\'s "$name" {name}</b>'

in_every_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda tag: tag.locale)


def placeholders(letter: Path, part: str) -> set[str]:
    return set(Template((letter / part).read_text("utf-8")).get_identifiers())


def facts_in(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def facts(letter: Path, part: str, language: Language) -> set[str]:
    """What a part tells: by itself, and by the words that it has a place for."""
    words = language.letters[letter.name]
    return {
        fact
        for name in placeholders(letter, part)
        for fact in (facts_in(words[name]) if name in words else {name})
    }


@pytest.fixture(params=LETTERS, ids=lambda path: path.name)
def letter(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_each_letter_has_its_two_parts_and_no_placeholder_is_misspelt(letter: Path) -> None:
    assert sorted(path.name for path in letter.iterdir()) == sorted(PARTS)
    for part in PARTS:
        assert Template((letter / part).read_text("utf-8")).is_valid()


@in_every_language
def test_every_letter_has_words_and_all_words_have_a_place(
    letter: Path, language: Language
) -> None:
    words = language.letters[letter.name]
    placed = {"subject", "preview"}.union(*(placeholders(letter, part) for part in PARTS))

    # What only code can choose between: pickup or delivery, a name or none.
    assert set(words) - placed <= {"pickup", "delivery", "no_name"}
    assert not set(words) & {fact for text in words.values() for fact in facts_in(text)}
    assert {path.name for path in LETTERS} == set(language.letters) - NOT_LETTERS


@in_every_language
def test_text_and_html_tell_the_same_facts(letter: Path, language: Language) -> None:
    assert facts(letter, "body.txt", language) == facts(letter, "body.html", language)


@in_every_language
def test_every_fact_stands_in_text_as_it_is_and_in_html_escaped(
    letter: Path, language: Language
) -> None:
    words = language.letters[letter.name].values()
    names = facts(letter, "body.txt", language).union(*map(facts_in, words))
    told = {name: f"{ODD} {name}" for name in names}

    written = emails.write(letter.name, language, to="mary@example.com", **told)

    assert written.to == "mary@example.com"
    assert written.subject == written.subject.strip() != ""
    for name in facts(letter, "body.txt", language):
        escaped = "&lt;b&gt;Mary &amp; Jørn&#x27;s &quot;$name&quot; {name}&lt;/b&gt;"
        assert told[name] in " ".join(written.text.split())
        assert f"{escaped} {name}" in written.html
    assert ODD not in written.html
    assert "&lt;" not in written.text
    assert "**" not in written.text + written.html
    assert f'<html lang="{language.locale}">' in written.html


def test_a_letter_without_its_facts_is_not_written() -> None:
    with pytest.raises(KeyError):
        emails.write("my_details", Language.of("en-US"), to="ada@example.com", name="Ada")


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
