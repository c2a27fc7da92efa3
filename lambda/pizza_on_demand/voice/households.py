"""What we note of a household, which Alexa knows by its userId."""

from __future__ import annotations

import logging

from ask_sdk_core.handler_input import HandlerInput

from pizza_on_demand.visits import Visits, VisitsUnavailableError
from pizza_on_demand.voice.envelope import user_id

logger = logging.getLogger(__name__)


def forget_visit(visits: Visits, handler_input: HandlerInput) -> bool:
    """Forget the household's last visit; whether that worked.

    What cannot be reached now goes by itself when its time is over.
    """
    household = user_id(handler_input)
    try:
        if household:
            visits.forget(household)
    except VisitsUnavailableError as error:
        logger.warning("visit not forgotten", extra={"reason": str(error)})
        return False
    return True
