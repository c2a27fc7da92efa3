"""What all clients of AWS have in common: botocore, and how it fails."""

from __future__ import annotations

from pizza_on_demand.deadline import OutOfTimeError


def no_answer() -> tuple[type[Exception], ...]:
    """What is raised when AWS gave no answer in time, or none that makes sense.

    botocore has an error of its own for an answer without form, and no error for one of a
    wrong shape: its parsers raise whatever they stumble over.
    """
    # botocore needs 0.2 s to import: whoever asks has used it already.
    from botocore.exceptions import BotoCoreError
    from botocore.parsers import ResponseParserError

    unreadable = (ResponseParserError, AttributeError, KeyError, TypeError, ValueError)
    return (BotoCoreError, OutOfTimeError, *unreadable)
