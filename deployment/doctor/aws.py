"""The AWS account: can mail and texts go out, is the table there, is the function right?

Whoever asks needs credentials that may read these; nothing is sent or written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from deployment.doctor.template import timeout
from deployment.doctor.verdicts import Finding, failed, passed, warned

if TYPE_CHECKING:
    from pizza_on_demand.settings import Settings

Client = Any
"""Of boto3: what of it is used is in no stubs that the project has."""

_PATIENCE = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})


def findings(settings: Settings | None, function: str | None) -> Iterator[Finding]:
    """Everything of the account that the settings name."""
    if boto3.Session().get_credentials() is None:
        yield warned(
            "account",
            "mail, texts, table and function are not seen without credentials",
            "Set AWS_PROFILE and AWS_REGION, or whatever else boto3 reads, and ask again.",
        )
        return
    if settings is not None:
        yield from _asked("mail identity", lambda: _sender(settings))
        yield from _asked("mail sandbox", lambda: _mail_account(settings))
        yield from _asked("table", lambda: _table(settings))
        yield from _asked("texts", lambda: _texts(settings))
    if function is not None:
        yield from _asked("function", lambda: _function(function, settings))


def deployed_environment(function: str) -> dict[str, str]:
    """The settings that a deployed function has, as the Lambda console shows them.

    Raises:
        botocore.exceptions.BotoCoreError: AWS is not there, or nobody says which region.
        botocore.exceptions.ClientError: there is no such function, or it is none of yours.
    """
    found = _client("lambda", _region(function)).get_function_configuration(FunctionName=function)
    return dict(found.get("Environment", {}).get("Variables", {}))


def _asked(subject: str, ask: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from ask()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        if code in {"NotFoundException", "ResourceNotFoundException"}:
            yield failed(subject, f"AWS knows none ({code})", "Deploy the stack, in this region.")
            return
        yield _unseen(subject, code)
    except BotoCoreError as error:
        yield _unseen(subject, type(error).__name__)


def _unseen(subject: str, why: str) -> Finding:
    return warned(subject, f"not seen: AWS says {why}", "Ask with credentials that may read it.")


def _client(service: str, region: str | None) -> Client:
    return boto3.client(service, region_name=region, config=_PATIENCE)  # type: ignore[call-overload]


def _region(arn: str) -> str | None:
    return arn.split(":")[3] if arn.startswith("arn:") else None


def _sender(settings: Settings) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/ses/latest/dg/verify-addresses-and-domains.html"""
    ses = _client("sesv2", settings.mail_region)
    address = settings.mail_from.rpartition("<")[2].rstrip(">")
    if _is_verified(ses, address) or _is_verified(ses, address.rpartition("@")[2]):
        yield passed("mail identity", "SES has verified the sender")
    else:
        yield failed(
            "mail identity",
            "SES has verified neither the sender's address nor its domain, so no mail goes out",
            "Open the mail that SES sent, or set the domain's DKIM records.",
        )


def _mail_account(settings: Settings) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html"""
    account = _client("sesv2", settings.mail_region).get_account()
    if account.get("ProductionAccessEnabled"):
        yield passed("mail sandbox", "left")
    else:
        yield failed(
            "mail sandbox",
            "SES sends to confirmed addresses only, so customers get no code",
            "Ask for production access: SES > Get set up.",
        )
    if not account.get("SendingEnabled", True):
        yield failed("mail", "SES has stopped the account", "Read the mail that AWS sent you.")


def _is_verified(ses: Client, identity: str) -> bool:
    try:
        found = ses.get_email_identity(EmailIdentity=identity)
    except ses.exceptions.NotFoundException:
        return False
    return bool(found.get("VerifiedForSendingStatus"))


def _table(settings: Settings) -> Iterator[Finding]:
    if settings.table_name is None:
        return
    dynamodb = _client("dynamodb", None)
    table = dynamodb.describe_table(TableName=settings.table_name)["Table"]
    lives = dynamodb.describe_time_to_live(TableName=settings.table_name)
    expires = lives["TimeToLiveDescription"].get("AttributeName")
    if {key["AttributeName"] for key in table["KeySchema"]} != {"pk", "sk"}:
        yield failed("table", "its keys are not pk and sk", "Deploy template.yaml's table.")
    elif expires != "expires":
        yield failed(
            "table",
            "nothing in it is ever forgotten, old orders and addresses included",
            "Set its time to live to the attribute “expires”.",
        )
    else:
        yield passed("table", f"{settings.table_name} is there")
    if "owing" not in {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", [])}:
        yield failed(
            "receipts",
            "the table has no index “owing”, so nobody finds the receipts that are owed",
            "Deploy template.yaml's table.",
        )
    if settings.live_url and not table.get("StreamSpecification", {}).get("StreamEnabled"):
        yield failed(
            "stream",
            "the table has none, so open pages are told of nothing",
            "Deploy template.yaml's table.",
        )


def _texts(settings: Settings) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-sms-sandbox.html"""
    if not settings.sms_codes or settings.code_sender != "own":
        return
    sns = _client("sns", settings.sms_region)
    if sns.get_sms_sandbox_account_status()["IsInSandbox"]:
        yield failed(
            "texts sandbox",
            "SNS sends to confirmed numbers only, so customers get no code by text",
            "Leave it: SNS > Text messaging > Exit SMS sandbox; or set SMS_CODES to off.",
        )
    else:
        yield passed("texts sandbox", "left")


def _function(function: str, settings: Settings | None) -> Iterator[Finding]:
    client = _client("lambda", _region(function))
    configuration = client.get_function_configuration(FunctionName=function)
    yield timeout(configuration["Timeout"])
    skill_id = settings.skill_id if settings else None
    if skill_id and _allowed_skills(client, function) == {skill_id}:
        yield passed("trigger", "only the skill of SKILL_ID may call it")
    else:
        yield failed(
            "trigger",
            "the skill of SKILL_ID may not call it, or others may as well",
            "Deploy the stack with that SkillId, and leave the permission to it.",
        )


def _allowed_skills(client: Client, function: str) -> set[str | None]:
    """The ids of the skills that may call it; None among them means every skill.

    https://developer.amazon.com/docs/custom-skills/host-a-custom-skill-as-an-aws-lambda-function.html
    """
    try:
        policy = json.loads(client.get_policy(FunctionName=function)["Policy"])
    except client.exceptions.ResourceNotFoundException:
        return set()
    alexas = [s for s in policy["Statement"] if "alexa-appkit.amazon.com" in str(s["Principal"])]
    tokens = [
        next((c.get("lambda:EventSourceToken") for c in s.get("Condition", {}).values()), None)
        for s in alexas
    ]
    return set(tokens)
