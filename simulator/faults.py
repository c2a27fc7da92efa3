"""What can go wrong in the world, by the name that scripts and the page use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.wrappers import Request, Response

from simulator.wire import Fault, Slow, problem


@dataclass(frozen=True)
class KnownFault:
    """A fault on the wire to one service; `make` begins it afresh."""

    service: str
    make: Callable[[], Fault]


def _away(request: Request) -> Response:
    """What a front end answers while the service behind it is away."""
    del request
    return Response("<h1>503 Service Unavailable</h1>", 503, mimetype="text/html")


def _userinfo_throttled(request: Request) -> Response | None:
    """Too many profile requests.

    https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
    """
    if request.path != "/userinfo":
        return None
    said = "Too many requests. Check the X-RateLimit-* headers."
    return problem(
        429,
        {"error": "too_many_requests", "error_description": said},
        X_RateLimit_Limit="10",
        X_RateLimit_Remaining="0",
        X_RateLimit_Reset="4102444800",
    )


def _mail_refused(request: Request) -> Response | None:
    """What SES answers in its sandbox, address and all.

    https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
    """
    if request.path != "/v2/email/outbound-emails":
        return None
    said = (
        "Email address is not verified. The following identities failed the check "
        "in region US-EAST-1: ada@example.com"
    )
    return problem(400, {"message": said}, X_Amzn_ErrorType="MessageRejected")


FAULTS = {
    "auth0 down": KnownFault("auth0", lambda: _away),
    "auth0 slow": KnownFault("auth0", Slow),
    "auth0 throttled": KnownFault("auth0", lambda: _userinfo_throttled),
    "mail refused": KnownFault("aws", lambda: _mail_refused),
}
