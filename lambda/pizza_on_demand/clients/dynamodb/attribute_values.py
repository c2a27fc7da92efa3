"""Items in DynamoDB's types, and back: those of boto3 come with all of boto3.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


def serialized(item: Mapping[str, Any]) -> dict[str, AttributeValueTypeDef]:
    """The item in DynamoDB's types.

    Raises:
        TypeError: something in it is none of text, int, bool, None, list and dict.
    """
    return {name: _serialized(value) for name, value in item.items()}


def plain(item: Mapping[str, AttributeValueTypeDef]) -> dict[str, Any]:
    """The item in Python's own types; numbers are Decimals."""
    return {name: _plain(value) for name, value in item.items()}


def _serialized(value: Any) -> AttributeValueTypeDef:
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case list():
            return {"L": [_serialized(one) for one in value]}
        case dict():
            return {"M": serialized(value)}
    raise TypeError(type(value).__name__)


def _plain(value: AttributeValueTypeDef) -> Any:
    [(kind, kept)] = value.items()
    match kind, kept:
        case "NULL", _:
            return None
        case ("BOOL", bool()) | ("S", str()):
            return kept
        case "N", str():
            return Decimal(kept)
        case "L", list():
            return [_plain(one) for one in kept]
        case "M", dict():
            return plain(kept)
    raise TypeError(kind)
