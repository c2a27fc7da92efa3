"""`python -m simulator.understanding email me my details`: show what words mean."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from simulator.understanding.model import InteractionModel, NotUnderstood

MODELS = Path(__file__).parents[2] / "skill-package" / "interactionModels" / "custom"


def main(arguments: list[str] | None = None) -> int:
    """Print the sentence that fits and the intent as Alexa would send it.

    Returns:
        0, or 1 when nothing but the fallback fits.
    """
    options = _options(arguments)
    model = InteractionModel.load(MODELS / f"{options.locale}.json")
    words = " ".join(options.words)
    try:
        understood = model.understand(model.called(words) or words)
    except NotUnderstood:
        print("nothing fits", file=sys.stderr)
        return 1
    print(f"fits: {understood.sentence or 'nothing'}")
    print(json.dumps(understood.as_json(), indent=2, ensure_ascii=False))
    return 0 if understood.sentence else 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m simulator.understanding", description="Show what words mean."
    )
    parser.add_argument("--locale", default="en-US")
    parser.add_argument("words", nargs="+", help="what a customer says")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
