"""A process that answers one event, as a cold start does: python -m … MODULE < event."""

from __future__ import annotations

import importlib
import json
import sys


class Context:
    """As much of Lambda's context as a handler may need."""

    def get_remaining_time_in_millis(self) -> int:
        return 7000


event = json.load(sys.stdin)
handler = importlib.import_module(sys.argv[1]).lambda_handler
print(json.dumps(handler(event, Context())))
