"""The letters of an order, and the couriers that bring its codes."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from werkzeug.wrappers import Response

from pizza_on_demand import letters
from pizza_on_demand.clients.ses import SesMailer
from pizza_on_demand.clients.sns import SnsTexter
from pizza_on_demand.couriers import MailCourier, TextCourier
from pizza_on_demand.customers import Customer
from pizza_on_demand.emails import Letter
from pizza_on_demand.languages import Language
from pizza_on_demand.languages.language import digits
from pizza_on_demand.links import Links
from pizza_on_demand.menu import Menu, Pizza
from pizza_on_demand.orders import State
from pizza_on_demand.verification import Channel, Code, CodeUnavailableError, Destination
from simulator.clock import Clock
from simulator.cloud import Cloud
from simulator.mailbox import Mail, Mailbox
from simulator.phone import Phone
from simulator.script import findings
from simulator.wire import problem
from tests.an_order import MENU, PLACED, an_order
from tests.locales import LANGUAGES

ADA = Customer("auth0|ada", "Ada", "ada@example.com", email_verified=True)
SENDER = "pizza@pizza-on-demand.example"
DISOWN = "https://order.pizza.example/links/disown?t=gAAAAAB-_x"
UNLOCK = "https://order.pizza.example/links/unlock?t=gAAAAAB-_x"
CONFIRMED = an_order(state=State.CONFIRMED, challenge=None, confirmed=PLACED)

GSM_03_38 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The alphabet of text messages: https://www.etsi.org/deliver/etsi_gts/03/0338/"""

IN_EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.locale)

SHOWN_IN_A_PREVIEW = 200
"""Characters; mail programs show fewer than that beside the subject."""


def code_letter(code: str = "4172") -> Letter:
    return letters.code_letter(an_order(), code, to="ada@example.com", disown_link=DISOWN)


def receipt(customer: Customer = ADA, menu: Menu = MENU) -> Letter:
    to, name = customer.confirmed_email, customer.name
    return letters.receipt_letter(CONFIRMED, menu.shop, to=to, name=name)


def locked_letter() -> Letter:
    return letters.locked_letter(an_order(), ADA, unlock_link=UNLOCK)


ALL = pytest.mark.parametrize(
    "letter", [code_letter(), receipt(), locked_letter()], ids=lambda letter: letter.subject
)


def parts(letter: Letter) -> tuple[str, str]:
    """The text as lines flow together, and what is read of the HTML."""
    return " ".join(letter.text.split()), _Html(letter.html).words


def test_a_code_comes_with_all_that_it_is_good_for() -> None:
    for part in parts(code_letter()):
        assert "4 1 7 2" in part
        assert "confirm order 4 1 7 2" in part
        assert "2 large pizzas with pepperoni, black olives, and extra cheese" in part
        assert "$38.34 with tax" in part
        assert "asked for on Sunday, November 22, 7:03 PM UTC" in part
        assert "works for 5 minutes" in part


@IN_EVERY_LANGUAGE
@pytest.mark.parametrize("code", ["4172", "41728", "417280", "41728093"])
def test_a_locked_screen_shows_nothing_of_the_code(code: str, language: Language) -> None:
    order = an_order(locale=language.locale)
    letter = letters.code_letter(order, code, to="ada@example.com", disown_link=DISOWN)
    hidden = digits(code)

    assert hidden in letter.text
    assert hidden not in letter.subject
    assert hidden not in letter.text[: SHOWN_IN_A_PREVIEW // 2]
    body = letter.html[letter.html.index("<body") :]
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
    assert shown.index(" ".join(hidden.split())) > SHOWN_IN_A_PREVIEW


@IN_EVERY_LANGUAGE
def test_what_is_read_of_a_code_letter_finds_the_code(language: Language) -> None:
    """The world's scripts take the code out of a letter as a person does."""
    order = an_order(locale=language.locale)
    letter = letters.code_letter(order, "4172", to="ada@example.com", disown_link=DISOWN)

    mail = Mail("1", PLACED, SENDER, letter.to, letter.subject, letter.text, letter.html)
    assert findings(mail) == {"code": "4 1 7 2", "link": DISOWN}


def test_letters_are_written_in_the_language_that_the_order_was_placed_in() -> None:
    british = replace(CONFIRMED, locale="en-GB")

    letter = letters.receipt_letter(british, MENU.shop, to="ada@example.com", name="Ada")

    assert '<html lang="en-GB">' in letter.html
    for part in parts(letter):
        assert "Confirmed Sunday, 22 November, 19:03 UTC" in part
        assert "US$38.34" in part
        assert "pepperoni, black olives and extra cheese" in part


def test_long_codes_fall_into_halves() -> None:
    assert [digits(code) for code in ("4172", "41728", "417280", "41728093")] == [
        "4 1 7 2",
        "4 1 7  2 8",
        "4 1 7  2 8 0",
        "4 1 7 2  8 0 9 3",
    ]


def test_a_receipt_says_who_sold_what_for_how_much_and_where_it_is() -> None:
    for part in parts(receipt()):
        assert "Hello Ada," in part
        assert "2 large pizzas with pepperoni, black olives, and extra cheese" in part
        assert re.search(r"\$35\.50 Tax \$2\.84 Total \$38\.34", part)
        assert "Pickup at 12 Market Street, Springfield" in part
        assert "Ready at about 7:28 PM UTC" in part
        assert CONFIRMED.id in part
        assert "Pizza on Demand, 12 Market Street, Springfield" in part


def test_a_shop_that_delivers_says_so_in_its_receipts() -> None:
    for part in parts(receipt(menu=Menu.load("delivery"))):
        assert "Delivery from 12 Market Street" in part
        assert "Pickup" not in part


def test_only_a_confirmed_order_has_a_receipt() -> None:
    with pytest.raises(ValueError, match="confirmed"):
        letters.receipt_letter(an_order(), MENU.shop, to="ada@example.com", name="Ada")


def test_a_lock_comes_with_the_one_link_that_unlocks() -> None:
    letter = locked_letter()

    assert re.findall(r"https?://\S+", letter.text) == [UNLOCK]
    assert _Html(letter.html).links == [UNLOCK]
    for part in parts(letter):
        assert "for 24 hours" in part


def test_a_code_comes_with_the_link_that_says_it_was_somebody_else() -> None:
    assert DISOWN in code_letter().text
    assert _Html(code_letter().html).links == [DISOWN]


def test_a_name_is_text_and_nothing_else() -> None:
    letter = receipt(replace(ADA, name="<img src=x> & $total"))

    assert "Hello <img src=x> & $total," in letter.text
    assert "Hello &lt;img src=x&gt; &amp; $total," in letter.html


@ALL
def test_a_letter_is_whole_in_both_of_its_parts(letter: Letter) -> None:
    for part in (letter.subject, letter.text, letter.html):
        assert part.strip()
        assert not re.search(r"\$[a-z_{]", part)


@ALL
def test_opening_a_letter_loads_nothing(letter: Letter) -> None:
    page = _Html(letter.html)

    assert page.tags.isdisjoint({"img", "link", "script", "iframe", "video", "object", "form"})
    assert "src" not in page.attributes
    assert "background" not in page.attributes
    assert "url(" not in letter.html
    assert "@import" not in letter.html


@pytest.mark.parametrize(
    ("pizza", "said"),
    [
        (Pizza("small"), "1 small pizza"),
        (Pizza("jumbo", ("bacon",)), "1 jumbo pizza with bacon"),
        (Pizza("medium", ("onions", "chicken"), 3), "3 medium pizzas with onions and chicken"),
    ],
)
def test_pizzas_are_called_what_the_skill_calls_them(pizza: Pizza, said: str) -> None:
    assert Language.of("en-US").pizzas(pizza) == said


# Couriers


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    fresh = Cloud(table="pizza", sender=SENDER)
    yield fresh
    fresh.wire.mend()
    fresh.close()


@pytest.fixture
def mailbox(cloud: Cloud) -> Mailbox:
    return Mailbox(cloud.backstage, Clock().now)


@pytest.fixture
def by_mail() -> MailCourier:
    links = Links(["k" * 32], "https://order.pizza.example", now=Clock().now)
    return MailCourier(SesMailer(f"Pizza on Demand <{SENDER}>", None), links)


TO_ADA = Destination(Channel.EMAIL, "ada@example.com", "auth0|ada")
TO_ADAS_PHONE = Destination(Channel.SMS, "+15555550100", "auth0|ada")


def test_a_code_arrives_in_the_mailbox_with_its_link_unbroken(
    by_mail: MailCourier, mailbox: Mailbox
) -> None:
    by_mail.deliver(an_order(), Code("kept", "4172"), TO_ADA)

    [mail] = mailbox.to("ada@example.com")
    found = findings(mail)
    assert found["code"] == "4 1 7 2"
    assert found["link"].startswith("https://order.pizza.example/links/disown?t=gAAAA")
    assert _Html(mail.html).links[0].partition("?")[0] == found["link"].partition("?")[0]


def test_a_mail_that_is_refused_is_a_code_that_cannot_be_sent(
    by_mail: MailCourier, cloud: Cloud
) -> None:
    said = {"message": "Email address is not verified: ada@example.com"}
    cloud.wire.begin("refused", lambda _: problem(400, said, X_Amzn_ErrorType="MessageRejected"))

    with pytest.raises(CodeUnavailableError, match="MessageRejected") as refused:
        by_mail.deliver(an_order(), Code("kept", "4172"), TO_ADA)

    assert "ada@example.com" not in "".join(traceback.format_exception(refused.value))


def test_a_code_by_text_message_fits_into_one(cloud: Cloud) -> None:
    phone = Phone(cloud.backstage, Clock().now)
    dear = an_order(price=replace(an_order().price, net=MENU.sizes["jumbo"] * 1000))

    TextCourier(SnsTexter(None), MENU.shop).deliver(dear, Code("kept", "41728093"), TO_ADAS_PHONE)

    [message] = phone.to("+15555550100")
    assert message.text.startswith("Pizza on Demand: say 4 1 7 2  8 0 9 3 to Alexa")
    assert "$17,002.84" in message.text
    assert "5 minutes" in message.text


@IN_EVERY_LANGUAGE
def test_a_text_message_is_one_message_in_every_language(language: Language) -> None:
    order = an_order(locale=language.locale)

    text = letters.code_text(order, "41728093", MENU.shop)

    assert "4 1 7 2  8 0 9 3" in text
    assert len(text) <= 160
    assert set(text) <= GSM_03_38, "these cut it after 70 characters"


def test_a_text_message_that_is_refused_is_a_code_that_cannot_be_sent(cloud: Cloud) -> None:
    cloud.wire.begin("throttled", lambda _: Response("<Code>Throttled</Code>", 400))
    courier = TextCourier(SnsTexter(None), MENU.shop)

    with pytest.raises(CodeUnavailableError) as refused:
        courier.deliver(an_order(), Code("kept", "4172"), TO_ADAS_PHONE)

    assert "+15555550100" not in "".join(traceback.format_exception(refused.value))


def test_a_letter_for_an_order_without_a_code_is_not_written() -> None:
    with pytest.raises(ValueError, match="no code"):
        letters.code_letter(CONFIRMED, "4172", to="ada@example.com", disown_link=DISOWN)


def test_a_code_that_somebody_else_brings_is_not_brought_twice(
    by_mail: MailCourier, mailbox: Mailbox
) -> None:
    with pytest.raises(ValueError, match="also brings it"):
        by_mail.deliver(an_order(), Code("auth0", None), TO_ADA)

    assert mailbox.mails() == []


class _Html(HTMLParser):
    """What is in a document: its words, links, tags and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._words: list[str] = []
        self.feed(html)

    @property
    def words(self) -> str:
        return " ".join(self._words).translate({ord("“"): '"', ord("”"): '"', ord("’"): "'"})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self._words += data.split()
