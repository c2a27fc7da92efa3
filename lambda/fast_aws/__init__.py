"""Makes botocore's first clients sooner, with its own files untouched.

To make a client, botocore looks into each of the eight hundred folders of its data, and reads
every operation of the service, with its documentation, and the endpoints of all of AWS. In
`data/` is the part of it that the skill uses, in botocore's own format: see `trimming.py`.

What is asked of AWS, and how its answers are read, stays the same: tests/fast_aws compares them
for every operation and region. `FAST_AWS=off` in the environment leaves botocore to itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.session import Session

OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "apigatewaymanagementapi": ("PostToConnection",),
    "dynamodb": ("BatchWriteItem", "DeleteItem", "PutItem", "Query"),
    "secretsmanager": ("GetSecretValue",),
    "sesv2": ("SendEmail",),
    "sns": ("Publish",),
}
"""What the skill asks of AWS; `make aws-data` puts it into `data/`."""

DATA = Path(__file__).with_name("data")


def is_on() -> bool:
    """Whether the setting, which is read when a process makes its first client, lets it be fast."""
    return os.environ.get("FAST_AWS") != "off"


def install(session: Session) -> None:
    """Let a session read `data/` first, and botocore's own data for services not in it."""
    if not is_on():
        return
    from botocore.loaders import Loader, instance_cache

    class QuickLoader(Loader):
        @instance_cache
        def list_available_services(self, type_name: str) -> list[str]:
            # botocore looks for a version of the type in each folder; it does so again when
            # it knows which service is meant.
            folders = filter(os.path.isdir, self.search_paths)
            return [name for folder in folders for name in os.listdir(folder)]  # noqa: PTH208 - slow

    session.register_component("data_loader", QuickLoader([str(DATA)]))
    for service in OPERATIONS:
        session.register(f"getattr.{service}", _explain)


def _explain(**event: Any) -> None:
    """Say what to do about an operation that is AWS's, and not in `data/`."""
    _, service, name = event["event_name"].split(".", 2)
    raise AttributeError(
        f"{name} of {service} is not in fast_aws/data: name it in fast_aws.OPERATIONS, and run "
        "`make aws-data`"
    )
