"""What a session may bring back: what we have put there, and no more of it than a reply can hold.

Every reply sends the session out again, whatever came in with it.
"""

from __future__ import annotations

import json
import logging
from typing import Any

logger = logging.getLogger(__name__)

KEPT = ("asked", "draft", "said", "speaker")
"""Everything that we ever put there."""

LARGEST = 4096
"""Bytes, of the 24,576 that a reply may have; what we put there has some hundred."""


def remembered(attributes: Any) -> dict[str, Any]:
    """What a session's attributes hold of ours; nothing where they are not as we left them."""
    if not isinstance(attributes, dict):
        return {}
    ours = {name: attributes[name] for name in KEPT if name in attributes}
    try:
        size = len(json.dumps(ours, ensure_ascii=False, allow_nan=False).encode())
    except (ValueError, RecursionError):
        size = None
    if size is None or size > LARGEST:
        logger.warning("session not believed", extra={"size": size})
        return {}
    return ours
