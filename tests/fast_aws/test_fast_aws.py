"""AWS is asked, and understood, as it is with all of botocore's data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel, Shape
from botocore.session import Session

import fast_aws
from fast_aws.trimming import trimmed

ASKED = [(service, name) for service, names in fast_aws.OPERATIONS.items() for name in names]
ITEM = {"pk": {"S": "customer"}, "total": {"N": "12.5"}, "lines": {"L": [{"M": {}}]}}
EXAMPLES: dict[str, dict[str, Any]] = {
    "BatchWriteItem": {"RequestItems": {"orders": [{"DeleteRequest": {"Key": ITEM}}]}},
    "DeleteItem": {"TableName": "orders", "Key": ITEM, "ReturnValues": "ALL_OLD"},
    "GetSecretValue": {"SecretId": "pizza/codes"},
    "PostToConnection": {"ConnectionId": "L0SM9cOFvHcCIhw=", "Data": b"changed"},
    "PutItem": {"TableName": "orders", "Item": ITEM, "ConditionExpression": "version = :old"},
    "Publish": {"PhoneNumber": "+15555550100", "Message": "Your code: 4 & 2"},
    "Query": {"TableName": "orders", "ConsistentRead": True, "Limit": 3},
    "SendEmail": {
        "Destination": {"ToAddresses": ["ada@example.com"]},
        "Content": {"Raw": {"Data": b"Subject: Your code\r\n\r\n4 2"}},
    },
}
SENT = b"<PublishResponse><PublishResult/></PublishResponse>"
OF_THIS_MOMENT = {"X-Amz-Date", "Authorization", "amz-sdk-invocation-id"}


@pytest.fixture
def with_all_data() -> Session:
    return Session()


@pytest.fixture
def fast() -> Session:
    session = Session()
    fast_aws.install(session)
    return session


def test_data_is_what_the_installed_botocore_has() -> None:
    """After an update of botocore `make aws-data` writes it anew."""
    written = {
        str(file.relative_to(fast_aws.DATA)): json.loads(file.read_text("utf-8"))
        for file in fast_aws.DATA.rglob("*.json")
    }

    assert written == trimmed()


@pytest.mark.parametrize(("service", "operation"), ASKED)
def test_an_operation_is_made_of_the_same_shapes(
    service: str, operation: str, fast: Session, with_all_data: Session
) -> None:
    one, other = (
        session.get_service_model(service).operation_model(operation)
        for session in (fast, with_all_data)
    )

    assert list(_parts(one)) == list(_parts(other))
    assert one.metadata == other.metadata
    assert one.http == other.http


@pytest.mark.parametrize(("service", "operation"), ASKED)
def test_every_region_is_asked_the_same(
    service: str, operation: str, fast: Session, with_all_data: Session
) -> None:
    regions = [
        region
        for partition in with_all_data.get_available_partitions()
        for region in with_all_data.get_available_regions("dynamodb", partition)
    ]

    assert len(regions) > 30
    for region in regions:
        assert _asks(fast, service, operation, region) == _asks(
            with_all_data, service, operation, region
        )


def test_an_error_is_read_as_the_same(fast: Session, with_all_data: Session) -> None:
    body = b'{"__type": "ConditionalCheckFailedException", "Item": {"pk": {"S": "a"}}}'
    one, other = (_failure(session, body) for session in (fast, with_all_data))

    assert one == other
    assert one["Item"] == {"pk": {"S": "a"}}


def test_a_service_that_the_skill_does_not_use_is_botocores(fast: Session) -> None:
    queue = fast.create_client("sqs", "eu-west-1")

    assert queue.meta.endpoint_url == "https://sqs.eu-west-1.amazonaws.com"


def test_an_operation_that_is_left_out_says_how_to_have_it(fast: Session) -> None:
    table = _client(fast, "dynamodb", "eu-west-1")

    with pytest.raises(AttributeError, match=r"scan of dynamodb .* `make aws-data`"):
        _ = table.scan


def test_a_setting_leaves_botocore_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAST_AWS", "off")
    session = Session()
    fast_aws.install(session)

    assert callable(_client(session, "dynamodb", "eu-west-1").scan)


def _parts(operation: OperationModel) -> Iterator[object]:
    """Everything that decides how a request is written, and its answer read."""
    seen: set[str] = set()
    ahead = [operation.input_shape, operation.output_shape, *operation.error_shapes]
    while ahead:
        shape = ahead.pop()
        if shape is None or shape.name in seen:
            continue
        seen.add(shape.name)
        yield (shape.name, shape.type_name, shape.serialization, shape.metadata)
        yield getattr(shape, "required_members", None), getattr(shape, "enum", None)
        ahead += _inside(shape)


def _inside(shape: Shape) -> list[Shape]:
    kept = [getattr(shape, name, None) for name in ("member", "key", "value")]
    return [*getattr(shape, "members", {}).values(), *(one for one in kept if one)]


def _asks(session: Session, service: str, operation: str, region: str) -> Any:
    """What is sent, but for what differs from moment to moment."""
    sent: list[AWSPreparedRequest] = []

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        sent.append(request)
        return _answer(request, 200, SENT if service == "sns" else b"{}")

    client = _client(session, service, region)
    client.meta.events.register("before-send", answer)
    client._make_api_call(operation, EXAMPLES[operation])  # noqa: SLF001 - by its name
    [request] = sent
    headers = {name: value for name, value in request.headers.items() if name not in OF_THIS_MOMENT}
    return request.method, request.url, request.body, headers


def _failure(session: Session, body: bytes) -> Any:
    client = _client(session, "dynamodb", "eu-west-1")
    client.meta.events.register("before-send", lambda request, **_: _answer(request, 400, body))
    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as caught:
        client.put_item(**EXAMPLES["PutItem"])
    return caught.value.response


def _client(session: Session, service: str, region: str) -> Any:
    return session.create_client(
        service, region, aws_access_key_id="id", aws_secret_access_key="key"
    )


class _Raw:
    """An answer's body, as urllib3 would hand it over."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def _answer(request: AWSPreparedRequest, status: int, body: bytes) -> AWSResponse:
    return AWSResponse(request.url, status, HTTPHeaders(), _Raw(body))
