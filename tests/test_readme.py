"""What the README claims is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.play import play

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = {page: page.read_text("utf-8") for page in [ROOT / "README.md", *ROOT.glob("docs/*.md")]}
LINKS = [
    pytest.param(page.parent / path, anchor, id=f"{page.name}:{path}{anchor}")
    for page, text in PAGES.items()
    for path, anchor in sorted(set(re.findall(r"\]\(([^)h#][^)#]*)(#[^)]*)?\)", text)))
]


def test_its_conversation_goes_as_written(tmp_path: Path) -> None:
    [conversation, *_] = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    script = tmp_path / "README.txt"
    script.write_text(conversation, "utf-8")
    transcript: list[str] = []

    assert play(script, transcript.append), "\n".join(transcript)


def test_its_table_has_every_setting_and_no_other() -> None:
    code = ROOT / "lambda" / "pizza_on_demand"
    read = (code / "settings.py").read_text("utf-8")
    directly = [
        code / "clients" / "secrets.py",
        ROOT / "lambda" / "fast_aws" / "__init__.py",
        ROOT / "lambda" / "fast_gc.py",
        ROOT / "lambda" / "fast_sdk" / "__init__.py",
    ]
    elsewhere = "".join(file.read_text("utf-8") for file in directly)
    settings = set(re.findall(r'reader\.\w+\(\s*"([A-Z0-9_]+)"', read))
    settings |= set(re.findall(r'environ(?:ment)?\.get\("([A-Z0-9_]+)"', elsewhere))
    documented = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", README, re.MULTILINE))

    assert settings
    assert documented == settings


@pytest.mark.parametrize(("path", "anchor"), LINKS)
def test_what_it_and_the_docs_link_to_is_there(path: Path, anchor: str) -> None:
    assert path.exists()
    if anchor:
        headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
        slugs = [re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings]
        assert anchor[1:] in slugs


def test_what_its_map_shows_is_there() -> None:
    [_, tree, *_] = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    folder = ROOT
    for line in tree.splitlines():
        names = re.match(r"(\s*)((?:\S+ {1,2})*\S+)(?:\s{2,}|$)", line)
        assert names
        folder = {0: ROOT, 2: ROOT / "lambda", 4: ROOT / "lambda" / "pizza_on_demand"}[
            len(names[1])
        ]
        for name in names[2].split():
            assert (folder / name).exists(), name


@pytest.mark.parametrize("target", re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE))
def test_its_commands_are_in_the_makefile(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")

    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
