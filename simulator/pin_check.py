"""Alexa asks somebody for the PIN of their profile, because a skill wants to be sure of them.

https://developer.amazon.com/docs/custom-skills/pin-confirmation-for-alexa-skills.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.people import Person
from simulator.rules.turn import Directive

Json = dict[str, Any]

VERIFY_PERSON = "connection://AMAZON.VerifyPerson/2"
LOCALES = ("en-US",)
"""Where Amazon offers it."""

QUESTION = "What's your profile PIN?"
ASKED_AGAIN = f"That's not right. {QUESTION}"

TRIES = 3

_GIVES_UP = ("cancel", "stop", "exit", "never mind")


@dataclass
class PinCheck:
    """A PIN that is asked for, until the skill hears what came of it."""

    token: str | None
    """The skill's own; it comes back."""
    person: Person | None
    """Who was speaking."""
    tries_left: int = TRIES

    @classmethod
    def wanted_by(cls, directive: Directive, person: Person | None) -> PinCheck | None:
        """What a directive asks for; None if it asks for anything else."""
        if directive.body.get("uri") != VERIFY_PERSON:
            return None
        token = directive.body.get("token")
        return cls(token if isinstance(token, str) else None, person)

    def outcome_at_once(self, locale: str) -> Json | None:
        """What Alexa says without asking; None if she asks."""
        if locale not in LOCALES:
            return self.cause("400", f"{locale} is not supported.")
        if self.person is None or self.person.app.link is None:
            return self.not_achieved("NOT_MATCH")
        if self.person.pin is None:
            return self.not_achieved("VERIFICATION_METHOD_NOT_SETUP")
        return None

    def outcome(self, words: str, person: Person | None) -> Json | None:
        """What comes of an answer; None if Alexa asks once more.

        Args:
            person: whose voice it is.
        """
        if words.casefold() in _GIVES_UP:
            return self.given_up()
        if self.person is None or person is not self.person:
            return self.not_achieved("NOT_MATCH")
        if "".join(filter(str.isdigit, words)) == self.person.pin:
            return self.cause("200", "OK", {"status": "ACHIEVED"})
        self.tries_left -= 1
        return None if self.tries_left else self.not_achieved("NOT_MATCH")

    def given_up(self) -> Json:
        """What Alexa says when nobody tells her a PIN.

        Amazon's pages name no reason for this, so none is given.
        """
        return self.not_achieved(None)

    def not_achieved(self, reason: str | None) -> Json:
        """The PIN was not told, or not the right one."""
        why = {"reason": reason} if reason else {}
        return self.cause("200", "OK", {"status": "NOT_ACHIEVED"} | why)

    def cause(self, code: str, message: str, result: Json | None = None) -> Json:
        """The `cause` of a SessionResumedRequest."""
        token = {"token": self.token} if self.token is not None else {}
        status = {"code": code, "message": message}
        shown = {"version": "2"} | (result or {})
        return {"type": "ConnectionCompleted", **token, "status": status, "result": shown}
