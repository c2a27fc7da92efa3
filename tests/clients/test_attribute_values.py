"""What is written to the table is what boto3 would write, and is read as boto3 would read it."""

from __future__ import annotations

from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from pizza_on_demand.clients.dynamodb.attribute_values import plain, serialized

_KNOWN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.text(), _KNOWN))
def test_an_item_is_the_same_to_us_and_to_boto3(item: dict[str, Any]) -> None:
    written = serialized(item)

    assert written == {name: TypeSerializer().serialize(value) for name, value in item.items()}
    read = {name: TypeDeserializer().deserialize(value) for name, value in written.items()}
    assert plain(written) == read == item


@pytest.mark.parametrize("value", [1.5, b"bytes", {"a", "b"}, object()])
def test_what_no_order_and_no_visit_has_is_not_written(value: object) -> None:
    with pytest.raises(TypeError):
        serialized({"value": value})


@pytest.mark.parametrize(
    "value", [{}, {"S": 5}, {"N": None}, {"B": b""}, {"L": {}}, {"S": "", "N": "1"}]
)
def test_what_nobody_here_has_written_is_not_read(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        plain({"value": value})
