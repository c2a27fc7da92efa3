"""AWS on loopback: a moto server behind a wire, with what the stack would have made in it."""

from __future__ import annotations

import os
import threading
from functools import cache
from typing import TYPE_CHECKING

import boto3
import requests
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from simulator.aws_account import AwsAccount
from simulator.wire import Server, Wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REGION = "us-east-1"


class Cloud:
    """SES and DynamoDB for the skill, reached through boto3's own environment variables.

    moto keeps one state for the whole process, so a process has one cloud at a time;
    a new one starts empty.

    Attributes:
        origin: where the skill finds AWS.
        backstage: the same, for the world itself: no fault is played there, and no trace kept.
        account: what AWS tells about the whole account.
    """

    def __init__(self, *, table: str, sender: str) -> None:
        moto = _OneAtATime(_moto())
        self.account = AwsAccount(moto, verified={sender})
        self.wire = Wire("aws", self.account)
        self._servers = Server(self.wire), Server(moto)
        self.origin, self.backstage = (server.origin for server in self._servers)
        self._before = {name: os.environ.get(name) for name in self._environment()}
        os.environ.update(self._environment())
        requests.post(f"{self.backstage}/moto-api/reset", timeout=10).raise_for_status()
        self._deploy(table, sender)

    def close(self) -> None:
        """Stop the servers, and give the environment back."""
        for server in self._servers:
            server.close()
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    def _environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.origin,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "simulator",
            "AWS_SECRET_ACCESS_KEY": "simulator",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _deploy(self, table: str, sender: str) -> None:
        boto3.client("sesv2").create_email_identity(EmailIdentity=sender)
        create_table(table)


@cache
def _moto() -> WSGIApplication:
    """AWS itself: its state is the process's in any case, and its routes take long to build."""
    app: WSGIApplication = DomainDispatcherApplication(create_backend_app)
    return app


class _OneAtATime:
    """Serves requests to DynamoDB one after the other.

    moto looks at a write's condition and then writes, and another thread may write in between.
    With a stream on the table that is long enough to happen: two devices were both told that
    they had confirmed an order. A table of DynamoDB's never does that.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._turn = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDB_"):
            return self._app(environ, start_response)
        with self._turn:
            return list(self._app(environ, start_response))


def create_table(name: str) -> None:
    """Make the skill's table, wherever boto3's environment variables lead."""
    dynamodb = boto3.client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
            {"AttributeName": "owes", "AttributeType": "S"},
            {"AttributeName": "receipt_due", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "owing",
                "KeySchema": [
                    {"AttributeName": "owes", "KeyType": "HASH"},
                    {"AttributeName": "receipt_due", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    dynamodb.update_time_to_live(
        TableName=name,
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
    )
