"""Amazon's own renderer of screens, as it runs in a browser.

It is not a part of this project: npm fetches it once, into the user's cache.
https://www.npmjs.com/package/apl-viewhost-web
"""

from __future__ import annotations

import sys
from pathlib import Path

from simulator.npm import NpmError, unpacked

PACKAGE = "apl-viewhost-web"
VERSION = "1.4.0"
"""The last that comes whole: later ones fetch their WebAssembly from elsewhere."""


def renderer_script() -> Path:
    """The renderer, as one file; raises NpmError where it can neither be found nor fetched."""
    return unpacked(PACKAGE, VERSION) / "index.js"


if __name__ == "__main__":
    try:
        renderer_script()
    except NpmError as error:
        sys.exit(f"Screens will be shown as data: {error}.")
