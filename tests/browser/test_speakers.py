"""Choosing who speaks, and what their profile at Alexa has."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from simulator.world import World


def test_whoever_speaks_has_a_profile_to_link_an_account_and_to_set_a_pin(
    world: World, page: Page
) -> None:
    profile = page.locator("#profile")
    expect(profile).to_be_hidden()

    page.get_by_label("Voice").select_option("mary")
    expect(profile).to_contain_text("Uses the household's account")
    profile.get_by_role("button", name="Link own account").click()
    expect(profile).to_contain_text("Own account linked")
    profile.get_by_label("PIN of the profile").fill("4321")
    profile.get_by_role("button", name="Set PIN").click()
    expect(profile).to_contain_text("PIN set")

    assert world.people.speaker == "mary"
    assert world.people["mary"].app.link
    assert world.people["mary"].pin == "4321"
    page.get_by_label("Voice").select_option("unknown")
    expect(profile).to_be_hidden()
    assert world.people.speaker is None


def test_a_pin_has_four_digits(world: World, page: Page) -> None:
    page.get_by_label("Voice").select_option("mary")

    page.get_by_label("PIN of the profile").fill("43")
    page.get_by_role("button", name="Set PIN").click()

    expect(page.locator("#pin-state")).to_have_text("No PIN")
    assert world.people["mary"].pin is None
