"""The usual phrases of Amazon's built-in intents; Amazon keeps the full lists.

Source: https://developer.amazon.com/docs/custom-skills/standard-built-in-intents.html
"""

from __future__ import annotations

PHRASES: dict[str, tuple[str, ...]] = {
    "AMAZON.HelpIntent": (
        "help", "help me", "can you help me", "I need help", "what can I say", "what can I do",
        "what can I ask", "what can you do", "what do I say", "how does this work",
    ),
    "AMAZON.StopIntent": (
        "stop", "off", "shut up", "quit", "exit", "stop it", "that's all", "goodbye", "bye",
        "I'm done", "be quiet",
    ),
    "AMAZON.CancelIntent": (
        "cancel", "cancel that", "cancel it", "never mind", "nevermind", "forget it",
    ),
    "AMAZON.NavigateHomeIntent": ("go home", "home", "go to the home screen", "navigate home"),
    "AMAZON.RepeatIntent": (
        "repeat", "repeat that", "repeat it", "say that again", "say it again", "again",
        "what did you say", "what was that",
    ),
    "AMAZON.YesIntent": (
        "yes", "yes please", "yeah", "yep", "yup", "sure", "okay", "ok", "of course", "correct",
        "that's right", "right", "go ahead", "do it", "absolutely", "sounds good",
    ),
    "AMAZON.NoIntent": (
        "no", "no thanks", "no thank you", "nope", "nah", "not now", "don't", "no way",
    ),
    "AMAZON.StartOverIntent": ("start over", "restart", "start again"),
    "AMAZON.NextIntent": ("next", "skip", "skip forward"),
    "AMAZON.PreviousIntent": ("go back", "skip back", "back up", "previous"),
    "AMAZON.MoreIntent": ("more", "show me more", "what else"),
    "AMAZON.PauseIntent": ("pause", "pause that"),
    "AMAZON.ResumeIntent": ("resume", "continue", "keep going"),
}  # fmt: skip
