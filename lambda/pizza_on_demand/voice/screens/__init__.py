"""Screens: what a device that has one shows beside what is said.

Nothing stands on a screen that is not said too, so that devices without one lack nothing.
No code is ever in a document or its data: the digits that are tapped stay on the device
until they are complete, and then come back as a touch.
"""

from pizza_on_demand.voice.screens.rendering import is_rendered
from pizza_on_demand.voice.screens.screens import code, menu, note, order, status, welcome

__all__ = ["code", "is_rendered", "menu", "note", "order", "status", "welcome"]
