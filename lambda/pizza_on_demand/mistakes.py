"""Mistakes of ours, as the log may have them."""

from __future__ import annotations

import logging
import traceback

logger = logging.getLogger(__name__)


def log_mistake(mistake: Exception) -> None:
    """Note what went wrong and where, without the message: it may quote personal data."""
    where = "".join(traceback.format_tb(mistake.__traceback__))
    logger.error("mistake", extra={"error": type(mistake).__name__, "where": where})
