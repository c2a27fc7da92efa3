"""The draft of an order, kept in the session between two sentences."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ask_sdk_core.handler_input import HandlerInput

from pizza_on_demand.drafts import Draft
from pizza_on_demand.menu import Menu
from pizza_on_demand.voice.envelope import session


def keep(handler_input: HandlerInput, draft: Draft) -> None:
    """Remember the draft until the session ends."""
    session(handler_input)["draft"] = asdict(draft)


def drop(handler_input: HandlerInput) -> bool:
    """Forget the draft; whether there was one."""
    return session(handler_input).pop("draft", None) is not None


def current(handler_input: HandlerInput, menu: Menu) -> Draft | None:
    """The draft of this session; None if there is none, or none that the shop could make."""
    kept = session(handler_input).get("draft")
    draft = _read(kept) if isinstance(kept, dict) else None
    return draft if draft and draft.is_sold(menu) else None


def _read(kept: dict[str, Any]) -> Draft | None:
    """A draft from what came back from outside, which may be anything."""
    match kept:
        case {"id": str(id_), "size": size, "toppings": toppings, "quantity": int(quantity)}:
            known = size is None or isinstance(size, str)
            listed = toppings is None or _are_words(toppings)
            if known and listed:
                heard = None if toppings is None else tuple(toppings)
                return Draft(id_, size, heard, quantity, _text(kept.get("replaces")))
    return None


def _are_words(toppings: object) -> bool:
    return isinstance(toppings, list | tuple) and all(
        isinstance(topping, str) for topping in toppings
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
