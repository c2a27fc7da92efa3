"""Mail through Amazon SES v2, as raw MIME so that text and HTML both arrive."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pizza_on_demand import deadline
from pizza_on_demand.clients.aws import new_client, no_answer
from pizza_on_demand.emails import Letter, MailError, MailRefusedError, MailUnavailableError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_sesv2 import SESV2Client

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 3.0

_PASSING = {"LimitExceededException", "ThrottlingException", "TooManyRequestsException"}


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
        # botocore needs 0.2 s to import, and email its share: only those who get mail pay for it.
        from botocore.exceptions import ClientError

        mime = self._mime(letter)
        try:
            self._hand_over(mime, letter.to)
        except ClientError as error:
            raise _refusal(error) from None
        except no_answer() as error:
            raise MailUnavailableError(type(error).__name__) from None

    def _mime(self, letter: Letter) -> bytes:
        from email import policy
        from email.message import EmailMessage

        # No server on a mail's way has to know more than ASCII.
        message = EmailMessage(policy.SMTP.clone(cte_type="7bit"))
        try:
            message["From"] = self._sender
            message["To"] = letter.to
            message["Subject"] = letter.subject
            message.set_content(letter.text)
            message.add_alternative(letter.html, subtype="html")
        except ValueError:
            raise MailRefusedError("malformed letter") from None
        # One letter goes to one address, and SES takes only ASCII in it.
        addresses = [address.addr_spec for address in message["To"].addresses if address.domain]
        if addresses != [letter.to] or not letter.to.isascii():
            raise MailRefusedError("malformed address")
        return message.as_bytes()

    def _hand_over(self, mime: bytes, to: str) -> None:
        ses = self._ses
        deadline.bounded(
            lambda: ses.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [to]},
                Content={"Raw": {"Data": mime}},
            ),
            at_most=CONNECT_SECONDS + ANSWER_SECONDS,
            at_least=1,
        )

    @cached_property
    def _ses(self) -> SESV2Client:
        made: SESV2Client = new_client(
            "sesv2",
            region_name=self._region,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            retries={"total_max_attempts": 1},
        )
        return made


def _refusal(error: ClientError) -> MailError:
    """SES quotes addresses in its messages, so only the code goes on."""
    code = error.response.get("Error", {}).get("Code", "unknown")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    passing = code in _PASSING or status == 429 or status >= 500
    return MailUnavailableError(code) if passing else MailRefusedError(code)
