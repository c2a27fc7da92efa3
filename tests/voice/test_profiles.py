"""What is said to customers of whom the profile tells little, or something odd."""

from __future__ import annotations

from simulator.tenant import Account
from simulator.world import World
from tests.voice.talk import heard


def linked(world: World, name: str) -> Account:
    """A customer whose account is linked."""
    world.sign_in(name)
    return world.tenant.accounts[name]


def test_who_never_gave_a_name_is_called_nothing(world: World) -> None:
    linus = linked(world, "linus")
    linus.nickname = linus.email

    assert heard(world, "open pizza on demand").startswith("Welcome to Pizza on Demand. I")
    assert heard(world, "open pizza on demand").startswith("Welcome back to Pizza on Demand. What")
    assert heard(world, "who am I").startswith(
        "You haven't told us your name. Your e-mail goes to the address that starts with l,"
    )


def test_a_letter_to_who_never_gave_a_name_greets_nobody_else(world: World) -> None:
    linus = linked(world, "linus")
    linus.nickname = linus.email

    said = heard(world, "ask pizza on demand to email me my details")

    assert said.startswith("I've sent the details of your account to the address")
    [letter] = world.mailbox.to("linus@example.com")
    assert letter.text.startswith("Hello,\r\n")
    assert "Name: not given" in letter.text


def test_a_letter_to_a_customer_with_a_name_holds_it(world: World) -> None:
    linked(world, "ada")

    heard(world, "ask pizza on demand to email me my details")

    [letter] = world.mailbox.to("ada@example.com")
    assert letter.text.startswith("Hello Ada,\r\n")
    assert "Name: Ada" in letter.text


def test_a_wish_of_who_never_gave_a_name_is_offered_too(world: World) -> None:
    linus = world.tenant.accounts["linus"]
    linus.nickname = linus.email
    world.say("ask pizza on demand to email me my details")
    world.sign_in("linus")

    assert heard(world, "open pizza on demand").startswith(
        "Welcome back to Pizza on Demand. Your account is linked now, and you wanted"
    )


def test_who_shows_no_address_hears_so_and_gets_no_mail(world: World) -> None:
    linked(world, "ada").email = ""

    assert heard(world, "ask pizza on demand who am I") == (
        "You are Ada. I don't have an e-mail address of yours."
    )
    assert "may not see all of your account" in heard(
        world, "ask pizza on demand to email me my details"
    )
    assert world.mailbox.mails() == []


def test_who_shows_neither_name_nor_address_is_still_linked(world: World) -> None:
    linus = linked(world, "linus")
    linus.email = linus.nickname = ""

    assert heard(world, "ask pizza on demand who am I") == (
        "Your account is linked, but I have neither a name nor an e-mail address of yours."
    )


def test_an_address_may_begin_with_any_character(world: World) -> None:
    linked(world, "ada").email = "&da@example.com"

    assert "starts with &, at example.com" in heard(world, "ask pizza on demand who am I")
    assert world.spoken
    assert world.spoken.breaches == []
