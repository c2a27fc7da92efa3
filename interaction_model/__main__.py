"""`python -m interaction_model`: build what Amazon reads, or check that it is built."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from interaction_model.build import build
from interaction_model.parity import model_problems, word_problems
from interaction_model.problems import ModelError
from interaction_model.source import read_all
from interaction_model.store import manifest

SOURCES = Path(__file__).parent
BUILT = SOURCES.parent / "skill-package" / "interactionModels" / "custom"


def main(arguments: list[str] | None = None) -> int:
    """Build every locale, or with --check only compare.

    Returns:
        0, or 1 when a source breaks a rule, a language lacks what another has, or a built
        file is stale.
    """
    options = _options(arguments)
    try:
        files = _built(options.sources, options.built)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    return _check(files) if options.check else _write(files)


def _built(sources: Path, folder: Path) -> dict[Path, str]:
    """What Amazon reads, by where it goes; raises ModelError."""
    models = read_all(sources)
    if found := [*model_problems(models), *word_problems()]:
        raise ModelError(found)
    files = {folder / f"{locale}.json": build(source) for locale, source in models.items()}
    skill = folder.parents[1] / "skill.json"
    if skill.exists():
        files[skill] = manifest(json.loads(skill.read_text(encoding="utf-8")), models)
    return files


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m interaction_model", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    parser.add_argument("--sources", type=Path, default=SOURCES, help="where <language>.toml is")
    parser.add_argument("--built", type=Path, default=BUILT, help="where <locale>.json goes")
    return parser.parse_args(arguments)


def _write(files: dict[Path, str]) -> int:
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"built {path.name}")
    return 0


def _check(files: dict[Path, str]) -> int:
    stale = [path for path, text in files.items() if not _is_built(path, text)]
    for path in stale:
        print(f"{path.name} is stale; run: python -m interaction_model", file=sys.stderr)
    return 1 if stale else 0


def _is_built(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
