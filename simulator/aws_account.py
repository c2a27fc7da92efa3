"""What AWS tells about the account, and moto does not: may it send to anybody yet?

A new account sends mail and texts only to addresses that somebody has confirmed to AWS.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from simulator.wire import aws_service

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_IDENTITIES = "/v2/email/identities/"
_SMS_STATUS = b"Action=GetSMSSandboxAccountStatus"


@dataclass
class AwsAccount:
    """A WSGI middleware: answers the questions about the account, and no others."""

    app: WSGIApplication
    verified: set[str] = field(default_factory=set)
    """The addresses and domains that may send mail."""
    mail_in_sandbox: bool = False
    texts_in_sandbox: bool = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer(Request(environ))
        return (answer or self.app)(environ, start_response)

    def _answer(self, request: Request) -> Response | None:
        if request.path == "/v2/email/account":
            return mail_account(in_sandbox=self.mail_in_sandbox)
        if request.method == "GET" and request.path.removeprefix(_IDENTITIES) in self.verified:
            return _identity()
        if aws_service(request) == "sns" and _SMS_STATUS in _body(request):
            return self._texts_account()
        return None

    def _texts_account(self) -> Response:
        """https://docs.aws.amazon.com/sns/latest/api/API_GetSMSSandboxAccountStatus.html"""
        body = (
            '<GetSMSSandboxAccountStatusResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">'
            "<GetSMSSandboxAccountStatusResult>"
            f"<IsInSandbox>{str(self.texts_in_sandbox).lower()}</IsInSandbox>"
            "</GetSMSSandboxAccountStatusResult></GetSMSSandboxAccountStatusResponse>"
        )
        return Response(body, mimetype="text/xml")


def mail_account(*, in_sandbox: bool) -> Response:
    """https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html"""
    body = {
        "ProductionAccessEnabled": not in_sandbox,
        "SendingEnabled": True,
        "EnforcementStatus": "HEALTHY",
    }
    return Response(json.dumps(body), mimetype="application/json")


def _identity() -> Response:
    """https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetEmailIdentity.html"""
    body = {"IdentityType": "EMAIL_ADDRESS", "VerifiedForSendingStatus": True}
    return Response(json.dumps(body), mimetype="application/json")


def _body(request: Request) -> bytes:
    """The body, which the application behind can read again."""
    body = request.get_data(cache=False)
    request.environ["wsgi.input"] = io.BytesIO(body)
    return body
