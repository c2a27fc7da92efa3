"""`python -m interaction_model`: build what Amazon reads, or check that it is built."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from interaction_model.build import build
from interaction_model.problems import ModelError
from interaction_model.source import read

SOURCES = Path(__file__).parent
BUILT = SOURCES.parent / "skill-package" / "interactionModels" / "custom"


def main(arguments: list[str] | None = None) -> int:
    """Build every `<locale>.toml`, or with --check only compare.

    Returns:
        0, or 1 when a source breaks a rule or a built file is stale.
    """
    options = _options(arguments)
    try:
        models = {
            options.built / f"{source.stem}.json": build(read(source))
            for source in sorted(options.sources.glob("*.toml"))
        }
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    return _check(models) if options.check else _write(models)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m interaction_model", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    parser.add_argument("--sources", type=Path, default=SOURCES, help="where <locale>.toml is")
    parser.add_argument("--built", type=Path, default=BUILT, help="where <locale>.json goes")
    return parser.parse_args(arguments)


def _write(models: dict[Path, str]) -> int:
    for path, text in models.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"built {path.name}")
    return 0


def _check(models: dict[Path, str]) -> int:
    stale = [path for path, text in models.items() if not _is_built(path, text)]
    for path in stale:
        print(f"{path.name} is stale; run: python -m interaction_model", file=sys.stderr)
    return 1 if stale else 0


def _is_built(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
