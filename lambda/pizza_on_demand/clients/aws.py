"""What all clients of AWS have in common: botocore, and how it fails."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import fast_aws
from pizza_on_demand.deadline import OutOfTimeError

if TYPE_CHECKING:
    from botocore.session import Session


def new_client(
    service: str,
    *,
    region_name: str | None = None,
    endpoint_url: str | None = None,
    **config: Any,
) -> Any:
    """A client of one of AWS's services.

    botocore makes them, needs 0.2 s to import, and is imported when the first one is asked
    for. boto3 would add a layer of resources on top, which nobody here uses, and a tenth.

    Args:
        service: as botocore calls it, such as "dynamodb"; with the operations that are in
            fast_aws.OPERATIONS.
        region_name: None takes the function's own.
        endpoint_url: None takes the service's own.
        config: https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html
    """
    from botocore.config import Config

    return _session().create_client(
        service, region_name=region_name, endpoint_url=endpoint_url, config=Config(**config)
    )


@cache
def _session() -> Session:
    """One for all clients: it looks for credentials and reads AWS's endpoints once."""
    from botocore.session import get_session

    session = get_session()
    fast_aws.install(session)
    return session


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
