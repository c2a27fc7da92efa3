"""What the shop sells, and what it costs to the cent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pizza_on_demand.menu import Menu, NotOnTheMenuError, Pizza, QuantityError

MENU = Menu.load()

pizzas = st.builds(
    Pizza,
    st.sampled_from(sorted(MENU.sizes)),
    st.lists(st.sampled_from(sorted(MENU.toppings)), unique=True).map(tuple),
    st.integers(1, MENU.shop.most_pizzas),
)


def cents(money: Decimal) -> Decimal:
    return money * 100


@given(pizzas)
def test_every_price_is_in_whole_cents_and_the_total_is_net_and_tax(pizza: Pizza) -> None:
    price = MENU.price(pizza)

    assert price.total == price.net + price.tax
    for money in (price.net, price.tax, price.total):
        assert cents(money) == cents(money).to_integral_value()


@given(pizzas)
def test_the_tax_is_within_half_a_cent_of_the_exact_one(pizza: Pizza) -> None:
    price = MENU.price(pizza)

    assert abs(price.tax - price.net * MENU.shop.tax) <= Decimal("0.005")


@given(pizzas)
def test_pizzas_cost_what_each_of_them_costs(pizza: Pizza) -> None:
    one = Pizza(pizza.size, pizza.toppings)

    assert MENU.price(pizza).net == MENU.price(one).net * pizza.quantity


def test_the_tax_is_rounded_once_and_half_a_cent_up() -> None:
    five_per_cent = replace(MENU.shop, tax=Decimal("0.05"))
    menu = Menu(five_per_cent, sizes={"small": Decimal("8.10")}, toppings={})

    one, two = menu.price(Pizza("small")), menu.price(Pizza("small", (), 2))

    assert (one.tax, one.total) == (Decimal("0.41"), Decimal("8.51"))
    assert (two.tax, two.total) == (Decimal("0.81"), Decimal("17.01"))


@pytest.mark.parametrize(
    ("pizza", "dish"),
    [
        (Pizza("enormous"), "enormous"),
        (Pizza(""), ""),
        (Pizza("Large"), "Large"),
        (Pizza("pepperoni"), "pepperoni"),
        (Pizza("large", ("pepperoni", "anchovies")), "anchovies"),
        (Pizza("large", ("small",)), "small"),
    ],
    ids=str,
)
def test_what_is_not_on_the_menu_is_named(pizza: Pizza, dish: str) -> None:
    with pytest.raises(NotOnTheMenuError) as refused:
        MENU.price(pizza)
    assert refused.value.dish == dish


@pytest.mark.parametrize("quantity", [-1, 0, MENU.shop.most_pizzas + 1, 10**9])
def test_absurd_quantities_are_refused_with_the_most_that_can_be_had(quantity: int) -> None:
    with pytest.raises(QuantityError) as refused:
        MENU.price(Pizza("large", (), quantity))
    assert refused.value.most == MENU.shop.most_pizzas
