"""Letters through SES: what arrives, and what becomes of those that do not."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Callable
from dataclasses import replace

import pytest
from werkzeug.wrappers import Request, Response

from pizza_on_demand import deadline
from pizza_on_demand.clients.ses import SesMailer
from pizza_on_demand.emails import Letter, MailError, MailRefusedError, MailUnavailableError
from simulator.clock import Clock
from simulator.cloud import REGION, Cloud
from simulator.mailbox import Mailbox
from simulator.wire import Slow, free_port, problem

SENDER = "pizza@pizza-on-demand.example"
pytestmark = pytest.mark.usefixtures("cloud")

LETTER = Letter(
    to="mary@example.com",
    subject="Ihre Pizza für Jørn 🍕",
    text="Grüße an Mary & Jørn <3\n",
    html="<p>Grüße an Mary &amp; Jørn &lt;3</p>\n",
)


@pytest.fixture
def mailbox(cloud: Cloud, clock: Clock) -> Mailbox:
    return Mailbox(cloud.backstage, clock.now)


@pytest.fixture
def mailer() -> SesMailer:
    return SesMailer(f"Pizza on Demand <{SENDER}>", None)


def times_sent(cloud: Cloud) -> int:
    return sum(call.name == "SES SendEmail" for call in cloud.wire.calls)


def test_text_and_html_both_arrive(mailer: SesMailer, mailbox: Mailbox) -> None:
    mailer.send(LETTER)

    [mail] = mailbox.mails()
    assert mail.sender == f"Pizza on Demand <{SENDER}>"
    assert mail.to == LETTER.to
    assert mail.subject == LETTER.subject
    assert mail.text.splitlines() == LETTER.text.splitlines()
    assert mail.html.splitlines() == LETTER.html.splitlines()


def test_a_senders_name_may_have_any_letters(mailbox: Mailbox) -> None:
    SesMailer(f"Pizzería Ñandú <{SENDER}>", None).send(LETTER)

    [mail] = mailbox.mails()
    assert mail.sender == f"Pizzería Ñandú <{SENDER}>"


def test_a_letter_goes_to_one_address_in_ascii_lines(cloud: Cloud, mailer: SesMailer) -> None:
    [sent] = _what_ses_gets(cloud, mailer)

    body = sent.get_json()
    mime = base64.b64decode(body["Content"]["Raw"]["Data"])
    assert body["Destination"] == {"ToAddresses": [LETTER.to]}
    assert mime.isascii()
    assert mime.count(b"\n") == mime.count(b"\r\n")


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "ada@example.com\r\nBcc: eve@evil.example"},
        {"to": "ada@example.com, eve@evil.example"},
        {"to": "ada@example.com eve@evil.example"},
        {"to": "Ada <ada@example.com>"},
        {"to": "ada@example.com,"},
        {"to": ""},
        {"to": "ada"},
        {"to": "jørn@example.com"},
        {"subject": "Hello\r\nBcc: eve@evil.example"},
        {"subject": "Hello\nX: y"},
        {"text": "lone \ud800 surrogate"},
        {"html": "<p>lone \ud800 surrogate</p>"},
    ],
    ids=str,
)
def test_a_letter_that_says_more_than_it_should_is_not_sent(
    cloud: Cloud, mailer: SesMailer, changes: dict[str, str]
) -> None:
    with pytest.raises(MailRefusedError, match="malformed") as refused:
        mailer.send(replace(LETTER, **changes))

    assert times_sent(cloud) == 0
    assert "example" not in _everything_said(refused.value)


def refusing(status: int, code: str) -> Callable[[Request], Response]:
    """SES quotes addresses: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html"""
    said = {"message": "Email address is not verified: mary@example.com"}
    return lambda _: problem(status, said, X_Amzn_ErrorType=code)


@pytest.mark.parametrize(
    ("status", "code", "refusal"),
    [
        (400, "MessageRejected", MailRefusedError),
        (400, "MailFromDomainNotVerifiedException", MailRefusedError),
        (400, "BadRequestException", MailRefusedError),
        (400, "AccountSuspendedException", MailRefusedError),
        (400, "SendingPausedException", MailRefusedError),
        (403, "AccessDeniedException", MailRefusedError),
        (404, "NotFoundException", MailRefusedError),
        (400, "LimitExceededException", MailUnavailableError),
        (400, "ThrottlingException", MailUnavailableError),
        (429, "TooManyRequestsException", MailUnavailableError),
        (429, "SomeOtherException", MailUnavailableError),
        (500, "InternalFailure", MailUnavailableError),
        (503, "ServiceUnavailable", MailUnavailableError),
    ],
)
def test_each_code_has_its_error_after_one_try_and_without_the_address(
    cloud: Cloud, mailer: SesMailer, status: int, code: str, refusal: type[MailError]
) -> None:
    cloud.wire.begin("refused", refusing(status, code))

    with pytest.raises(MailError) as refused:
        mailer.send(LETTER)

    assert type(refused.value) is refusal
    assert str(refused.value) == code
    assert times_sent(cloud) == 1
    assert "mary@example.com" not in _everything_said(refused.value)


def test_a_front_end_that_answers_in_html_has_no_room_just_now(
    cloud: Cloud, mailer: SesMailer
) -> None:
    cloud.wire.begin("away", lambda _: Response("<h1>503</h1>", 503, mimetype="text/html"))

    with pytest.raises(MailUnavailableError):
        mailer.send(LETTER)
    assert times_sent(cloud) == 1


@pytest.mark.parametrize("answer", ["[]", "5", '"text"'])
def test_an_answer_of_a_wrong_shape_is_none(cloud: Cloud, mailer: SesMailer, answer: str) -> None:
    cloud.wire.begin("odd", lambda _: Response(answer, mimetype="application/json"))

    with pytest.raises(MailUnavailableError):
        mailer.send(LETTER)
    assert times_sent(cloud) == 1


def test_an_address_that_ses_never_verified_is_refused() -> None:
    with pytest.raises(MailRefusedError, match="MessageRejected"):
        SesMailer("somebody@else.example", None).send(LETTER)


def test_the_region_is_the_settings_own_or_the_functions(cloud: Cloud) -> None:
    mailers = SesMailer(SENDER, "eu-west-1"), SesMailer(SENDER, None)

    own, functions = (sent.headers["Authorization"] for sent in _what_ses_gets(cloud, *mailers))

    assert "/eu-west-1/ses/" in own
    assert f"/{REGION}/ses/" in functions


def test_too_little_time_is_no_time_to_send_a_letter(cloud: Cloud, mailer: SesMailer) -> None:
    with deadline.of_turn(1400), pytest.raises(MailUnavailableError, match="OutOfTimeError"):
        mailer.send(LETTER)

    assert times_sent(cloud) == 0


def test_a_ses_that_hangs_is_not_waited_for_beyond_the_turn(
    cloud: Cloud, mailer: SesMailer
) -> None:
    cloud.wire.begin("slow", Slow())

    with deadline.of_turn(1600), pytest.raises(MailUnavailableError, match="OutOfTimeError"):
        mailer.send(LETTER)

    assert times_sent(cloud) == 1


def test_a_ses_that_cannot_be_reached_is_away(
    mailer: SesMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")

    with pytest.raises(MailUnavailableError, match="EndpointConnectionError"):
        mailer.send(LETTER)


def _what_ses_gets(cloud: Cloud, *mailers: SesMailer) -> list[Request]:
    """Answer in SES's place, and give the requests."""
    got: list[Request] = []

    def take(request: Request) -> Response:
        request.get_data()
        got.append(request)
        return problem(200, {"MessageId": "1"})

    cloud.wire.begin("take", take)
    for mailer in mailers:
        mailer.send(LETTER)
    return got


def _everything_said(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
