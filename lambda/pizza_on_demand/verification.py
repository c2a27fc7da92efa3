"""How an order is proven: a code that goes to the customer's own mailbox or phone.

Or Alexa vouches for whoever speaks, because they have told her the PIN of their profile. Such
a PIN is asked for like a code: for one order, for a short time, and wrong ones count as much.

VerificationError
├── WrongCodeError          not the code that was sent; some tries are left
├── CodeSpentError          too many wrong tries: the right code fails now too
├── CodeExpiredError        the code has lived its time, or was never sent
├── UnfitCodeError          what was heard cannot be a code; no try is lost
├── TooManyCodesError       no more codes for now
├── NoDestinationError      no confirmed address, or none of that kind
├── CodeUnavailableError    no code can be sent just now
└── CodeUncheckedError      no code can be checked just now; we count no try

Without the mailbox one can only guess. Our own codes of n digits are 9ⁿ, each as likely as
any other, so with the limits that we ship the chance to buy somebody else's pizza is

    | with                                    | guesses | of 4 digits | of 6 digits |
    | one guess                               | 1       | 1 in 6561   | 1 in 531441 |
    | one code, or one order without a resend | 3       | 1 in 2187   | 1 in 177147 |
    | three codes, guessed dead in an hour    | 9       | 1 in 729    | 1 in 59049  |
    | an hour, a day, as long as it takes     | 12      | 1 in 547    | 1 in 44287  |

The third row ends with a lock, which only a link in the customer's mail opens. So does the
last: it is for whoever is slow, or asks for a new code before the third try. That count
begins anew with a right code, with the link, and when nothing was ordered for a month. Each
code that is guessed at has been sent to the customer, with a link for "That wasn't me".
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class VerificationError(Exception):
    """The order is not proven."""


class WrongCodeError(VerificationError):
    """Not the code that was sent."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"{tries_left} tries left")
        self.tries_left = tries_left


class CodeSpentError(VerificationError):
    """Too many wrong tries: the right code fails now too."""


class CodeExpiredError(VerificationError):
    """The code has lived its time, or was never sent."""


class UnfitCodeError(VerificationError):
    """What was heard cannot be a code: it costs no try."""

    def __init__(self, length: int) -> None:
        super().__init__(f"a code has {length} digits")
        self.length = length


class TooManyCodesError(VerificationError):
    """The customer has had all the codes that an hour allows."""

    def __init__(self, again_in: timedelta) -> None:
        super().__init__(f"again in {again_in}")
        self.again_in = again_in


class NoDestinationError(VerificationError):
    """There is no confirmed address to send a code to, or none of the kind asked for."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self.channel = channel


class CodeUnavailableError(VerificationError):
    """No code can be sent just now."""


class CodeUncheckedError(VerificationError):
    """The code cannot be checked just now: we count no try, though Auth0 may have counted one."""


class Channel(StrEnum):
    """How a code reaches the customer."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard it is to guess."""

    length: int = 4
    lives: timedelta = timedelta(minutes=5)
    tries: int = 3
    codes_an_hour: int = 5
    """More are not sent to one customer: mailboxes are not to be flooded."""
    spent_an_hour: int = 3
    """So many codes guessed to death within an hour lock voice ordering."""
    wrong_in_a_row: int = 12
    """So many wrong codes with no right one in between lock it, however long they take."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """A code that was sent, as it is kept: nobody can read the code back from it."""

    id: str
    channel: Channel | None
    """None when no code was sent, because Alexa asks for a PIN."""
    good_until: datetime
    tries_left: int
    kept: str
    """What the sender needs to check a code: our own keep a keyed hash."""

    def missed(self) -> Challenge:
        """The same challenge after one more wrong try."""
        return replace(self, tries_left=self.tries_left - 1)

    def check_open(self, now: datetime) -> None:
        """Raise CodeSpentError or CodeExpiredError unless a try may be made."""
        if self.tries_left <= 0:
            raise CodeSpentError
        if now >= self.good_until:
            raise CodeExpiredError


@dataclass(frozen=True, slots=True)
class PinAnswer:
    """What Alexa says of the PIN of somebody's profile: nobody but her ever hears it."""

    challenge_id: str
    """What she was given when she was asked to check it."""
    person: str = field(repr=False)
    """Whose it is, by her name for them."""
    is_right: bool

    def answers(self, challenge: Challenge, binding: str) -> bool:
        """Whether it is about that challenge, and from the person who was asked."""
        asked = challenge.id == self.challenge_id
        return asked and hmac.compare_digest(challenge.kept, pin_mark(binding, self.person))


def pin_mark(binding: str, person: str) -> str:
    """What is kept of a person who is asked for a PIN, good for *binding* only.

    Nobody can guess Alexa's name for a person, so unlike a code's this hash needs no key.
    """
    return hashlib.sha256(f"{binding}|{person}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a code goes: an address that its owner has confirmed."""

    channel: Channel
    address: str = field(repr=False)
    sub: str
    """Whose it is."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code on its way out."""

    kept: str
    """What is stored to check it."""
    value: str | None = field(repr=False)
    """The digits; None when somebody else makes and sends them."""


class CodeMaker(Protocol):
    """Makes codes, and knows them again. Ours and Auth0's have the same verbs."""

    def make(self, binding: str) -> Code:
        """A new code that is good for *binding* only."""

    def accepts(self, kept: str, binding: str, code: str, to: Destination) -> bool:
        """Whether it is that code; raises CodeUnavailableError."""


class OwnCodes:
    """Codes of our own: bound to the order, kept as a keyed hash, easy to say.

    Four digits are soon tried through by whoever reads the table, so the hash needs a key
    that the table does not hold.

    Args:
        keys: secrets to hash with; the first is used for new codes, the others are still
            good for old ones, so that a key can be exchanged without an outage.
    """

    def __init__(self, keys: Sequence[str], *, length: int) -> None:
        self._keys = [key.encode() for key in keys]
        self._length = length

    def make(self, binding: str) -> Code:
        """A code that speaks well: no zero in front, and no digit twice in a row."""
        digits = secrets.choice("123456789")
        while len(digits) < self._length:
            digits += secrets.choice("0123456789".replace(digits[-1], ""))
        return Code(_hash(self._keys[0], binding, digits), digits)

    def accepts(self, kept: str, binding: str, code: str, to: Destination) -> bool:
        """Whether it is that code, compared in constant time."""
        return any(hmac.compare_digest(kept, _hash(key, binding, code)) for key in self._keys)


def _hash(key: bytes, binding: str, code: str) -> str:
    return hmac.new(key, f"{binding}|{code}".encode(), "sha256").hexdigest()
