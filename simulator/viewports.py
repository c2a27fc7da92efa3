"""The screens that devices have.

https://developer.amazon.com/docs/alexa/alexa-presentation-language/apl-interface.html
https://developer.amazon.com/docs/alexa/alexa-presentation-language/apl-viewport-characteristics.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_VIDEO = {"codecs": ["H_264_42", "H_264_41"]}


@dataclass(frozen=True)
class Viewport:
    """A screen, in pixels."""

    width: int
    height: int
    dpi: int = 160
    shape: str = "RECTANGLE"
    mode: str = "HUB"
    touch: bool = True
    """A television has a remote instead."""

    def characteristics(self) -> dict[str, Any]:
        """As `context.Viewport` has it."""
        return {
            "experiences": [
                {
                    "arcMinuteWidth": 346,
                    "arcMinuteHeight": 216,
                    "canRotate": False,
                    "canResize": False,
                }
            ],
            "mode": self.mode,
            "shape": self.shape,
            "pixelWidth": self.width,
            "pixelHeight": self.height,
            "dpi": self.dpi,
            "currentPixelWidth": self.width,
            "currentPixelHeight": self.height,
            "touch": ["SINGLE"] if self.touch else [],
            "video": _VIDEO,
        }

    def state(self) -> dict[str, Any]:
        """As `context.Viewports` has it."""
        size = {"type": "DISCRETE", "pixelWidth": self.width, "pixelHeight": self.height}
        return {
            "type": "APL",
            "id": "main",
            "shape": self.shape,
            "dpi": self.dpi,
            "presentationType": "STANDARD",
            "canRotate": False,
            "configuration": {"current": {"mode": self.mode, "video": _VIDEO, "size": size}},
        }


VIEWPORTS: Mapping[str, Viewport] = {
    "screen": Viewport(1280, 800),
    "small": Viewport(960, 480),
    "round": Viewport(480, 480, shape="ROUND"),
    "tv": Viewport(1920, 1080, dpi=320, mode="TV", touch=False),
}
"""By the device that has it: an Echo Show 10, an Echo Show 5, an Echo Spot, a Fire TV."""
