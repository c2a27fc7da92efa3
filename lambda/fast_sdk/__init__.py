"""Makes ask-sdk-core start and answer faster, with the SDK's own files untouched.

Two things take most of the time of a small skill, and neither is about the skill:

- `import ask_sdk_core` loads 360 modules of ask-sdk-model, of which a turn needs thirty:
  each package imports all that is in it. `lazy_packages` lets it wait until it is used.
- Every turn, `DefaultSerializer` finds out anew how each class is read and written.
  `serializer` finds it out once.

What comes out is what the SDK's own code makes of it: tests/fast_sdk compares them, over all
classes of ask-sdk-model. `FAST_SDK=off` in the environment leaves the SDK to itself.
"""

from __future__ import annotations

import os


def is_on() -> bool:
    """Whether the setting, which is read when a process starts, lets it be fast."""
    return os.environ.get("FAST_SDK") != "off"


def install() -> None:
    """Let the SDK's packages wait. Whatever imports the SDK has to come after it."""
    if is_on():
        from fast_sdk import lazy_packages

        lazy_packages.install()
