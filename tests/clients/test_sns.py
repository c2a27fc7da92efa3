"""Texts through SNS: what arrives, and what becomes of those that do not."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import pytest
import requests
from werkzeug.wrappers import Request, Response

from pizza_on_demand import deadline
from pizza_on_demand.clients.sns import SnsTexter
from pizza_on_demand.texts import TextError, TextRefusedError, TextUnavailableError
from simulator.cloud import REGION, Cloud
from simulator.wire import Slow, free_port

NUMBER = "+15555550100"
TEXT = "Pizza on Demand: 1234 is your code for Jørn’s pizza"

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.fixture
def texter() -> SnsTexter:
    return SnsTexter(None)


def times_sent(cloud: Cloud) -> int:
    """Requests of the query protocol; the world's own deployment uses others."""
    return sum(call.path == "/" and call.target is None for call in cloud.wire.calls)


def arrived(cloud: Cloud) -> list[list[str]]:
    """What moto's SNS has sent to phones: numbers and texts."""
    data = requests.get(f"{cloud.backstage}/moto-api/data.json", timeout=5).json()
    return [[sms["phone_number"], sms["message"]] for sms in data["sns"].get("SMS", [])]


def test_a_text_arrives(cloud: Cloud, texter: SnsTexter) -> None:
    texter.send(NUMBER, TEXT)

    assert arrived(cloud) == [[NUMBER, TEXT]]


def test_a_text_that_somebody_waits_for_is_transactional(cloud: Cloud, texter: SnsTexter) -> None:
    [request] = _what_sns_gets(cloud, texter)

    sent = {name: value for name, [value] in parse_qs(request.get_data(as_text=True)).items()}
    assert sent["PhoneNumber"] == NUMBER
    assert sent["MessageAttributes.entry.1.Name"] == "AWS.SNS.SMS.SMSType"
    assert sent["MessageAttributes.entry.1.Value.StringValue"] == "Transactional"


def refusing(status: int, code: str) -> Callable[[Request], Response]:
    """SNS quotes numbers: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    said = escape(f"Invalid parameter: PhoneNumber Reason: {NUMBER} is not valid")
    body = (
        '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error>'
        f"<Type>Sender</Type><Code>{code}</Code><Message>{said}</Message>"
        "</Error><RequestId>1</RequestId></ErrorResponse>"
    )
    return lambda _: Response(body, status, mimetype="text/xml")


@pytest.mark.parametrize(
    ("status", "code", "refusal"),
    [
        (400, "InvalidParameter", TextRefusedError),
        (400, "ParameterValueInvalid", TextRefusedError),
        (400, "OptedOut", TextRefusedError),
        (403, "AuthorizationError", TextRefusedError),
        (403, "UserError", TextRefusedError),
        (400, "Throttling", TextUnavailableError),
        (429, "Throttled", TextUnavailableError),
        (429, "SomeOtherError", TextUnavailableError),
        (400, "ThrottlingException", TextUnavailableError),
        (403, "RequestThrottled", TextUnavailableError),
        (400, "KMSThrottling", TextUnavailableError),
        (500, "InternalError", TextUnavailableError),
        (503, "ServiceUnavailable", TextUnavailableError),
    ],
)
def test_each_code_has_its_error_after_one_try_and_without_the_number(
    cloud: Cloud, texter: SnsTexter, status: int, code: str, refusal: type[TextError]
) -> None:
    cloud.wire.begin("refused", refusing(status, code))

    with pytest.raises(TextError) as refused:
        texter.send(NUMBER, TEXT)

    assert type(refused.value) is refusal
    assert str(refused.value) == code
    assert times_sent(cloud) == 1
    assert NUMBER not in "".join(traceback.format_exception(refused.value))


def test_a_number_that_is_none_is_refused(texter: SnsTexter) -> None:
    with pytest.raises(TextRefusedError, match="InvalidParameter"):
        texter.send("0555 5550100", TEXT)


def test_a_front_end_that_answers_in_html_has_no_room_just_now(
    cloud: Cloud, texter: SnsTexter
) -> None:
    cloud.wire.begin("away", lambda _: Response("<h1>503</h1>", 503, mimetype="text/html"))

    with pytest.raises(TextUnavailableError):
        texter.send(NUMBER, TEXT)
    assert times_sent(cloud) == 1


@pytest.mark.parametrize("answer", ["", "{}", "<PublishResponse><Publi", "<html></html"])
def test_an_answer_that_nobody_can_read_is_none(
    cloud: Cloud, texter: SnsTexter, answer: str
) -> None:
    cloud.wire.begin("odd", lambda _: Response(answer, mimetype="text/xml"))

    with pytest.raises(TextUnavailableError):
        texter.send(NUMBER, TEXT)
    assert times_sent(cloud) == 1


def test_the_region_is_the_settings_own_or_the_functions(cloud: Cloud) -> None:
    own, functions = (
        sent.headers["Authorization"]
        for sent in _what_sns_gets(cloud, SnsTexter("eu-west-1"), SnsTexter(None))
    )

    assert "/eu-west-1/sns/" in own
    assert f"/{REGION}/sns/" in functions


def test_too_little_time_is_no_time_to_send_a_text(cloud: Cloud, texter: SnsTexter) -> None:
    with deadline.of_turn(1400), pytest.raises(TextUnavailableError, match="OutOfTimeError"):
        texter.send(NUMBER, TEXT)

    assert times_sent(cloud) == 0


def test_an_sns_that_hangs_is_not_waited_for_beyond_the_turn(
    cloud: Cloud, texter: SnsTexter
) -> None:
    cloud.wire.begin("slow", Slow())

    with deadline.of_turn(1600), pytest.raises(TextUnavailableError, match="OutOfTimeError"):
        texter.send(NUMBER, TEXT)

    assert times_sent(cloud) == 1


def test_an_sns_that_cannot_be_reached_is_away(
    texter: SnsTexter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")

    with pytest.raises(TextUnavailableError, match="EndpointConnectionError"):
        texter.send(NUMBER, TEXT)


def _what_sns_gets(cloud: Cloud, *texters: SnsTexter) -> list[Request]:
    """Answer in SNS's place, and give the requests."""
    got: list[Request] = []

    def take(request: Request) -> Response:
        request.get_data()
        got.append(request)
        body = (
            "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult>"
            "</PublishResponse>"
        )
        return Response(body, 200, mimetype="text/xml")

    cloud.wire.begin("take", take)
    for texter in texters:
        texter.send(NUMBER, TEXT)
    return got
