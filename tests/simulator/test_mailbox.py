"""What is sent through SES arrives as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from email.headerregistry import Address

import pytest

from simulator.clock import Clock
from simulator.cloud import Cloud
from simulator.mailbox import Mailbox
from tests.simulator.post import SENDER, send


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    cloud = Cloud(table="pizza", sender=SENDER)
    yield cloud
    cloud.close()


@pytest.fixture
def mailbox(cloud: Cloud) -> Mailbox:
    return Mailbox(cloud.backstage, Clock().now)


def test_nobody_has_mail_at_first(mailbox: Mailbox) -> None:
    assert mailbox.mails() == []


def test_a_mail_arrives_with_both_its_parts(mailbox: Mailbox) -> None:
    send(Address(addr_spec="ada@example.com"), text="Ciao, Ada", html="<p>Ciao, Ada</p>")

    (mail,) = mailbox.to("Ada@Example.com")
    assert (mail.text.strip(), mail.html.strip()) == ("Ciao, Ada", "<p>Ciao, Ada</p>")
    assert mail.sender == f"Pizza on Demand <{SENDER}>"


def test_names_and_subjects_of_every_alphabet_survive(mailbox: Mailbox) -> None:
    name = "Mary & Jørn's <3, Ōta 太田"
    subject = "Ihre Pizza für “太田” ist unterwegs, und zwar schneller als irgendeine andere 🍕"
    send(Address(name, addr_spec="mary@example.com"), subject=subject, text="Grüße 🍕")

    (mail,) = mailbox.to("mary@example.com")
    assert (mail.subject, mail.text.strip(), mail.html) == (subject, "Grüße 🍕", "")
    assert name in mail.to.replace("\\", "")


def test_a_mail_to_several_is_in_the_mail_of_each(mailbox: Mailbox) -> None:
    send(Address("A, B", addr_spec="ada@example.com"), Address(addr_spec="bob@example.com"))
    assert len(mailbox.to("ada@example.com")) == len(mailbox.to("bob@example.com")) == 1


def test_an_address_that_ends_alike_is_somebody_elses(mailbox: Mailbox) -> None:
    send(Address(addr_spec="canada@example.com"))
    assert mailbox.to("ada@example.com") == []


def test_mail_is_in_its_order_and_dated_once(mailbox: Mailbox) -> None:
    for subject in ("first", "second"):
        send(Address(addr_spec="ada@example.com"), subject=subject)
    before = mailbox.mails()

    assert [mail.subject for mail in before] == ["first", "second"]
    assert mailbox.mails() == before
