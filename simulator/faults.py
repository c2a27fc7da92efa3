"""What can go wrong in the world, by the name that scripts and the page use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from simulator.aws_account import mail_account
from simulator.wire import Fault, Slow, aws_service, problem

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


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
    if request.path == "/v2/email/account":
        return mail_account(in_sandbox=True)
    if not _is_mail(request):
        return None
    said = (
        "Email address is not verified. The following identities failed the check "
        "in region US-EAST-1: ada@example.com"
    )
    return problem(400, {"message": said}, X_Amzn_ErrorType="MessageRejected")


def _mail_throttled(request: Request) -> Response | None:
    if not _is_mail(request):
        return None
    said = {"message": "Maximum sending rate exceeded."}
    return problem(429, said, X_Amzn_ErrorType="TooManyRequestsException")


def _sms_refused(request: Request) -> Response | None:
    """What SNS answers for a number that has opted out.

    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    if not _is_text(request):
        return None
    said = "phone number +15555550100 is opted out"
    return _query_error(400, "InvalidParameter", said)


def _sms_throttled(request: Request) -> Response | None:
    return _query_error(429, "Throttled", "Rate exceeded") if _is_text(request) else None


def _table_throttled(request: Request) -> Response | None:
    """What DynamoDB answers a table that is asked too much.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    """
    if not _is_table(request):
        return None
    kind = "com.amazonaws.dynamodb.v20120810#ThrottlingException"
    return problem(400, {"__type": kind, "message": "Throughput exceeds the current capacity"})


class _Passing:
    """A fault that is over after so many answers."""

    def __init__(self, fault: Fault, answers: int) -> None:
        self._fault = fault
        self._left = answers

    def __call__(self, request: Request) -> WSGIApplication | None:
        answer = self._fault(request) if self._left else None
        if answer:
            self._left -= 1
        return answer


def _table_refused(request: Request) -> Response | None:
    if not _is_table(request):
        return None
    kind = "com.amazon.coral.service#AccessDeniedException"
    return problem(400, {"__type": kind, "message": "is not authorized to perform that"})


def _profile_throttled(request: Request) -> Response | None:
    if not _is_profile(request):
        return None
    return problem(429, {"code": "TOO_MANY_REQUESTS", "message": "Too many requests."})


def _api_token_refused(request: Request) -> Response:
    del request
    return problem(401, {"code": "INVALID_TOKEN", "message": "The token has expired."})


def _slow(concerns: Callable[[Request], bool]) -> Callable[[], Fault]:
    return lambda: Slow(concerns=concerns)


def _is_profile(request: Request) -> bool:
    return request.path.startswith("/v2/")


def _is_mail(request: Request) -> bool:
    return request.path == "/v2/email/outbound-emails"


def _is_table(request: Request) -> bool:
    return request.headers.get("X-Amz-Target", "").startswith("DynamoDB")


def _is_text(request: Request) -> bool:
    return aws_service(request) == "sns"


def _query_error(status: int, code: str, message: str) -> Response:
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
        f"<Message>{message}</Message></Error><RequestId>world</RequestId></ErrorResponse>"
    )
    return Response(body, status, mimetype="text/xml")


FAULTS = {
    "auth0 down": KnownFault("auth0", lambda: _away),
    "auth0 slow": KnownFault("auth0", Slow),
    "auth0 throttled": KnownFault("auth0", lambda: _userinfo_throttled),
    "mail refused": KnownFault("aws", lambda: _mail_refused),
    "mail throttled": KnownFault("aws", lambda: _mail_throttled),
    "mail slow": KnownFault("aws", _slow(_is_mail)),
    "sms refused": KnownFault("aws", lambda: _sms_refused),
    "sms throttled": KnownFault("aws", lambda: _sms_throttled),
    "sms slow": KnownFault("aws", _slow(_is_text)),
    "table refused": KnownFault("aws", lambda: _table_refused),
    "table throttled": KnownFault("aws", lambda: _table_throttled),
    "table throttled twice": KnownFault("aws", lambda: _Passing(_table_throttled, 2)),
    "table slow": KnownFault("aws", _slow(_is_table)),
    "alexa down": KnownFault("alexa", lambda: _away),
    "alexa slow": KnownFault("alexa", _slow(_is_profile)),
    "alexa throttled": KnownFault("alexa", lambda: _profile_throttled),
    "alexa token refused": KnownFault("alexa", lambda: _api_token_refused),
}
