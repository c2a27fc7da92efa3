"""Understanding: the part of Alexa that turns words into an intent with slots."""

from simulator.understanding.model import InteractionModel, NotUnderstood, Understood

__all__ = ["InteractionModel", "NotUnderstood", "Understood"]
