"""Mail as the skill sends it: raw MIME through SES."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage

import boto3

SENDER = "pizza@example.com"


def send(*to: Address, subject: str = "Hello", text: str = "Hello", html: str = "") -> None:
    """Send a mail from `SENDER`, whose identity SES has to know."""
    message = EmailMessage()
    message["From"] = Address("Pizza on Demand", addr_spec=SENDER)
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    boto3.client("sesv2").send_email(
        FromEmailAddress=SENDER,
        Destination={"ToAddresses": [address.addr_spec for address in to]},
        Content={"Raw": {"Data": message.as_bytes()}},
    )
