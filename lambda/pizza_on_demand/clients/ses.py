"""Mail through Amazon SES v2, as raw MIME so that text and HTML both arrive."""

from __future__ import annotations

from email.message import EmailMessage
from functools import cached_property
from typing import TYPE_CHECKING

from pizza_on_demand import deadline
from pizza_on_demand.emails import Letter, MailRefusedError, MailUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 3.0

_PASSING = {
    "TooManyRequestsException",
    "LimitExceededException",
    "ThrottlingException",
    "InternalServiceErrorException",
    "ServiceUnavailable",
}


class SesMailer:
    """Sends letters from one address.

    Args:
        sender: the From address; SES must have verified it or its domain.
        region: where SES is used; None takes the function's own.
    """

    def __init__(self, sender: str, region: str | None) -> None:
        self._sender = sender
        self._region = region

    def send(self, letter: Letter) -> None:
        """Send a letter, once: it is never blindly retried.

        https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html

        Raises:
            MailRefusedError: SES does not take this letter.
            MailUnavailableError: SES cannot be reached, or has no room just now.
        """
        # botocore needs 0.2 s to import: only those who get mail pay for it.
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            deadline.seconds_for(ANSWER_SECONDS, at_least=1)
            self._ses.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [letter.to]},
                Content={"Raw": {"Data": self._mime(letter)}},
            )
        except ClientError as error:
            # SES quotes addresses in its messages, so only the code goes on.
            code = error.response.get("Error", {}).get("Code", "unknown")
            refused = MailUnavailableError if code in _PASSING else MailRefusedError
            raise refused(code) from None
        except (BotoCoreError, deadline.OutOfTimeError) as error:
            raise MailUnavailableError(type(error).__name__) from None

    def _mime(self, letter: Letter) -> bytes:
        message = EmailMessage()
        try:
            message["From"] = self._sender
            message["To"] = letter.to
            message["Subject"] = letter.subject
        except ValueError:
            raise MailRefusedError("malformed address") from None
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message.as_bytes()

    @cached_property
    def _ses(self) -> SESV2Client:
        import boto3
        from botocore.config import Config

        return boto3.client(
            "sesv2",
            region_name=self._region,
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=ANSWER_SECONDS,
                retries={"total_max_attempts": 1},
            ),
        )
