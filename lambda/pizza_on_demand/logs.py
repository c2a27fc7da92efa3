"""What the log may have: never a token, a code, an address or a name."""

from __future__ import annotations

import logging
import traceback

logger = logging.getLogger(__name__)


def log_mistake(mistake: Exception) -> None:
    """Note what went wrong and where, without the message: it may quote personal data."""
    where = "".join(traceback.format_tb(mistake.__traceback__))
    logger.error("mistake", extra={"error": type(mistake).__name__, "where": where})


def keep_quiet_about_bodies() -> None:
    """At DEBUG these write whole requests, tokens and addresses among them, into the log."""
    for name in ("authlib", "boto3", "botocore", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
