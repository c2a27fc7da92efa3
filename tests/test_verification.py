"""Codes: how they sound, what they are good for, and how hard they are to guess."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pizza_on_demand import verification
from pizza_on_demand.verification import (
    Challenge,
    Channel,
    Code,
    CodeExpiredError,
    CodeSpentError,
    Destination,
    Limits,
    OwnCodes,
    PinAnswer,
    TooManyCodesError,
    UnfitCodeError,
    VerificationError,
    WrongCodeError,
    pin_mark,
)

ADA = Destination(Channel.EMAIL, "ada@example.com", "auth0|ada")
KEY, OLD_KEY = "a key", "an older key"

lengths = st.integers(4, 8)
bindings = st.text()


def digits(code: Code) -> str:
    assert code.value
    return code.value


@given(lengths, bindings)
def test_a_code_speaks_well(length: int, binding: str) -> None:
    code = digits(OwnCodes([KEY], length=length).make(binding))

    assert code.isascii()
    assert code.isdigit()
    assert len(code) == length
    assert code[0] != "0"
    assert all(one != next_one for one, next_one in pairwise(code))


@given(lengths, bindings, bindings)
def test_a_code_is_good_for_what_it_was_made_for_only(
    length: int, binding: str, other: str
) -> None:
    codes = OwnCodes([KEY], length=length)
    code = codes.make(binding)

    assert codes.accepts(code.kept, binding, digits(code), ADA)
    assert codes.accepts(code.kept, other, digits(code), ADA) == (binding == other)


@given(lengths, bindings, st.text())
def test_nothing_else_is_the_code(length: int, binding: str, said: str) -> None:
    codes = OwnCodes([KEY], length=length)
    code = codes.make(binding)

    assert codes.accepts(code.kept, binding, said, ADA) == (said == digits(code))


def test_neither_the_code_nor_its_owner_shows_in_what_is_kept_or_printed() -> None:
    code = OwnCodes([KEY], length=8).make("order")

    assert digits(code) not in code.kept
    assert digits(code) not in repr(code)
    assert ADA.address not in repr(ADA)


def test_an_older_key_is_good_for_older_codes() -> None:
    before = OwnCodes([OLD_KEY], length=4).make("order")
    codes = OwnCodes([KEY, OLD_KEY], length=4)
    after = codes.make("order")

    assert codes.accepts(before.kept, "order", digits(before), ADA)
    assert OwnCodes([KEY], length=4).accepts(after.kept, "order", digits(after), ADA)
    assert not OwnCodes([KEY], length=4).accepts(before.kept, "order", digits(before), ADA)


def test_every_code_is_as_likely_as_any_other() -> None:
    """Each digit follows each other one as often: within 6 deviations, over 30,000 codes."""
    many = 30_000
    codes = [digits(OwnCodes([KEY], length=4).make("")) for _ in range(many)]

    firsts = Counter(code[0] for code in codes)
    assert len(firsts) == 9
    assert all(abs(n - many / 9) < 6 * (many / 9) ** 0.5 for n in firsts.values())
    for place in (0, 1, 2):
        followers = Counter(code[place : place + 2] for code in codes)
        for before in {pair[0] for pair in followers}:
            times = [n for pair, n in followers.items() if pair[0] == before]
            fair = sum(times) / 9
            assert len(times) == 9
            assert all(abs(n - fair) < 6 * fair**0.5 for n in times)


def test_the_arithmetic_of_guessing_is_as_written_down() -> None:
    limits = Limits()
    rows = [
        line.strip(" |").split("|")
        for line in (verification.__doc__ or "").splitlines()
        if line.startswith("    |")
    ]
    guesses = [1, limits.tries, limits.spent_an_hour * limits.tries, limits.wrong_in_a_row]

    for (_, tries, of_four, of_six), expected in zip(rows[1:], guesses, strict=True):
        assert int(tries) == expected
        for chance, length in ((of_four, 4), (of_six, 6)):
            assert chance.strip() == f"1 in {round(1 / Fraction(expected, 9**length))}"


class TestChallenges:
    NOW = datetime(2026, 1, 1, tzinfo=UTC)
    FRESH = Challenge("1", Channel.SMS, NOW + timedelta(minutes=5), 3, "")

    def test_it_is_open_until_its_time_is_over(self) -> None:
        self.FRESH.check_open(self.FRESH.good_until - timedelta(microseconds=1))

        for late in (timedelta(0), timedelta(hours=1)):
            with pytest.raises(CodeExpiredError):
                self.FRESH.check_open(self.FRESH.good_until + late)

    def test_it_is_open_until_its_tries_are_over(self) -> None:
        twice = self.FRESH.missed().missed()
        twice.check_open(self.NOW)

        for spent in (twice.missed(), twice.missed().missed()):
            with pytest.raises(CodeSpentError):
                spent.check_open(self.NOW)

    @pytest.mark.parametrize("asked", ["0", "2"])
    def test_a_pin_answers_only_the_one_it_was_asked_for(self, asked: str) -> None:
        ours = replace(self.FRESH, channel=None, kept=pin_mark("order", "amzn1.ask.person.ADA"))
        answer = PinAnswer(ours.id, "amzn1.ask.person.ADA", is_right=True)

        assert answer.answers(ours, "order")
        assert not answer.answers(replace(ours, id=asked), "order")
        assert "ADA" not in repr(answer)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (WrongCodeError(2), "2 tries left"),
        (UnfitCodeError(4), "a code has 4 digits"),
        (TooManyCodesError(timedelta(minutes=5)), "again in 0:05:00"),
    ],
)
def test_the_log_is_told_what_was_wrong(error: VerificationError, told: str) -> None:
    assert str(error) == told
