"""A pizza in the making: what was said stays, and nothing is assumed."""

from __future__ import annotations

from pizza_on_demand.drafts import Draft
from pizza_on_demand.menu import Menu, Pizza

MENU = Menu.load()


def test_nothing_is_assumed() -> None:
    assert Draft("1").pizza is None
    assert Draft("1").changed(size="large").pizza is None
    assert Draft("1").changed(add=["bacon"]).pizza is None


def test_size_and_toppings_make_a_pizza() -> None:
    draft = Draft("1").changed(size="large").changed(add=["bacon", "onions"])

    assert draft.pizza == Pizza("large", ("bacon", "onions"), 1)


def test_a_topping_said_twice_is_on_it_once() -> None:
    assert Draft("1").changed(add=["bacon"]).changed(add=["bacon", "onions"]).toppings == (
        "bacon",
        "onions",
    )


def test_what_is_taken_off_is_gone_and_the_rest_stays() -> None:
    draft = Draft("1", "large", ("bacon", "onions")).changed(remove=["bacon", "spinach"])

    assert draft.toppings == ("onions",)
    assert draft.size == "large"


def test_plain_takes_everything_off() -> None:
    assert Draft("1", "large", ("bacon",)).changed(add=["plain"]).toppings == ()


def test_plain_with_something_is_not_plain() -> None:
    assert Draft("1").changed(add=["plain", "bacon"]).toppings == ("bacon",)


def test_a_changed_quantity_leaves_the_pizza() -> None:
    pizza = Draft("1", "large", ("bacon",)).changed(quantity=3).pizza

    assert pizza == Pizza("large", ("bacon",), 3)


def test_the_same_pizza_again_is_a_draft_of_its_own() -> None:
    pizza = Pizza("jumbo", ("chicken",), 2)

    draft = Draft.of(pizza, "2")

    assert draft.id == "2"
    assert draft.pizza == pizza


def test_only_what_is_on_the_menu_is_sold() -> None:
    assert Draft("1", "large", ("bacon",), MENU.shop.most_pizzas).is_sold(MENU)
    assert Draft("1").is_sold(MENU)
    assert not Draft("1", "tiny").is_sold(MENU)
    assert not Draft("1", "large", ("gold",)).is_sold(MENU)
    assert not Draft("1", "large", (), 0).is_sold(MENU)
    assert not Draft("1", "large", (), MENU.shop.most_pizzas + 1).is_sold(MENU)
