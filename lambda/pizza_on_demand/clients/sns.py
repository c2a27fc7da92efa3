"""Text messages through Amazon SNS, straight to a phone number."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pizza_on_demand import deadline
from pizza_on_demand.clients.aws import new_client, no_answer
from pizza_on_demand.texts import TextError, TextRefusedError, TextUnavailableError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_sns import SNSClient

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 3.0

_PASSING = {"KMSThrottling", "RequestThrottled", "Throttled", "Throttling", "ThrottlingException"}


class SnsTexter:
    """Sends text messages that somebody waits for.

    Args:
        region: where SNS is used; None takes the function's own.
    """

    def __init__(self, region: str | None) -> None:
        self._region = region

    def send(self, to: str, text: str) -> None:
        """Send a text, once: it is never blindly retried.

        https://docs.aws.amazon.com/sns/latest/api/API_Publish.html

        Args:
            to: a number in E.164, such as "+15555550100".

        Raises:
            TextRefusedError: SNS does not take this message.
            TextUnavailableError: SNS cannot be reached, or has no room just now.
        """
        # botocore needs 0.2 s to import: only those who get texts pay for it.
        from botocore.exceptions import ClientError

        try:
            self._publish(to, text)
        except ClientError as error:
            raise _refusal(error) from None
        except no_answer() as error:
            raise TextUnavailableError(type(error).__name__) from None

    def _publish(self, to: str, text: str) -> None:
        sns = self._sns
        deadline.bounded(
            lambda: sns.publish(
                PhoneNumber=to,
                Message=text,
                # Promotional texts, the default, are cheaper and may come late.
                MessageAttributes={
                    "AWS.SNS.SMS.SMSType": {
                        "DataType": "String",
                        "StringValue": "Transactional",
                    }
                },
            ),
            at_most=CONNECT_SECONDS + ANSWER_SECONDS,
            at_least=1,
        )

    @cached_property
    def _sns(self) -> SNSClient:
        made: SNSClient = new_client(
            "sns",
            region_name=self._region,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            retries={"total_max_attempts": 1},
        )
        return made


def _refusal(error: ClientError) -> TextError:
    """SNS quotes numbers in its messages, so only the code goes on."""
    code = error.response.get("Error", {}).get("Code", "unknown")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    passing = code in _PASSING or status == 429 or status >= 500
    return TextUnavailableError(code) if passing else TextRefusedError(code)
