"""What AWS tells about the account, where moto is silent."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

from simulator.cloud import Cloud

SENDER = "pizza@pizza-on-demand.example"


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    fresh = Cloud(table="pizza", sender=SENDER)
    yield fresh
    fresh.close()


@pytest.mark.usefixtures("cloud")
def test_the_senders_identity_is_verified_and_no_other() -> None:
    ses = boto3.client("sesv2")

    assert ses.get_email_identity(EmailIdentity=SENDER)["VerifiedForSendingStatus"] is True
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.get_email_identity(EmailIdentity="pizza-on-demand.example")


@pytest.mark.parametrize("in_sandbox", [True, False])
def test_the_sandbox_of_mail_is_told_of(cloud: Cloud, in_sandbox: bool) -> None:
    cloud.account.mail_in_sandbox = in_sandbox

    assert boto3.client("sesv2").get_account()["ProductionAccessEnabled"] is not in_sandbox


@pytest.mark.parametrize("in_sandbox", [True, False])
def test_the_sandbox_of_texts_is_told_of(cloud: Cloud, in_sandbox: bool) -> None:
    cloud.account.texts_in_sandbox = in_sandbox

    assert boto3.client("sns").get_sms_sandbox_account_status()["IsInSandbox"] is in_sandbox


@pytest.mark.usefixtures("cloud")
def test_whatever_else_sns_is_asked_reaches_moto_whole() -> None:
    sent = boto3.client("sns").publish(PhoneNumber="+15555550100", Message="Your code")

    assert sent["MessageId"]
