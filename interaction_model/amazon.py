"""What Amazon brings along, and what it asks of names and choices.

Sources:
https://developer.amazon.com/docs/custom-skills/standard-built-in-intents.html
https://developer.amazon.com/docs/custom-skills/slot-type-reference.html
https://developer.amazon.com/docs/custom-skills/choose-the-invocation-name-for-a-custom-skill.html
"""

from __future__ import annotations

REQUIRED_INTENTS = ("AMAZON.HelpIntent", "AMAZON.StopIntent", "AMAZON.CancelIntent")

BUILT_IN_INTENTS = frozenset(
    {
        "AMAZON.CancelIntent",
        "AMAZON.FallbackIntent",
        "AMAZON.HelpIntent",
        "AMAZON.LoopOffIntent",
        "AMAZON.LoopOnIntent",
        "AMAZON.MoreIntent",
        "AMAZON.NavigateHomeIntent",
        "AMAZON.NavigateSettingsIntent",
        "AMAZON.NextIntent",
        "AMAZON.NoIntent",
        "AMAZON.PageDownIntent",
        "AMAZON.PageUpIntent",
        "AMAZON.PauseIntent",
        "AMAZON.PreviousIntent",
        "AMAZON.RepeatIntent",
        "AMAZON.ResumeIntent",
        "AMAZON.ScrollDownIntent",
        "AMAZON.ScrollLeftIntent",
        "AMAZON.ScrollRightIntent",
        "AMAZON.ScrollUpIntent",
        "AMAZON.ShuffleOffIntent",
        "AMAZON.ShuffleOnIntent",
        "AMAZON.StartOverIntent",
        "AMAZON.StopIntent",
        "AMAZON.YesIntent",
    }
)

#: The types that this project has had a use for; add what you need from Amazon's list.
BUILT_IN_TYPES = frozenset(
    {
        "AMAZON.AlphaNumeric",
        "AMAZON.City",
        "AMAZON.Color",
        "AMAZON.DATE",
        "AMAZON.DURATION",
        "AMAZON.FirstName",
        "AMAZON.Food",
        "AMAZON.FOUR_DIGIT_NUMBER",
        "AMAZON.NUMBER",
        "AMAZON.Ordinal",
        "AMAZON.PhoneNumber",
        "AMAZON.SearchQuery",
        "AMAZON.StreetName",
        "AMAZON.TIME",
        "AMAZON.US_CITY",
        "AMAZON.US_STATE",
    }
)

#: Each validation with the arguments that it takes, at least one of them, beside its prompt.
VALIDATIONS: dict[str, frozenset[str]] = {
    "hasEntityResolutionMatch": frozenset(),
    "isInSet": frozenset({"values"}),
    "isNotInSet": frozenset({"values"}),
    "isGreaterThan": frozenset({"value"}),
    "isGreaterThanOrEqualTo": frozenset({"value"}),
    "isLessThan": frozenset({"value"}),
    "isLessThanOrEqualTo": frozenset({"value"}),
    "isInDuration": frozenset({"start", "end"}),
    "isNotInDuration": frozenset({"start", "end"}),
}

DELEGATION_STRATEGIES = ("ALWAYS", "SKILL_RESPONSE")
FALLBACK_SENSITIVITIES = ("LOW", "MEDIUM", "HIGH")

#: Words that an invocation name must not have: how a skill is called, what wakes
#: Alexa, and what a skill is.
RESERVED_WORDS = frozenset(
    {"launch", "ask", "tell", "load", "begin", "enable", "open", "start", "run"}
    | {"alexa", "amazon", "echo", "computer"}
    | {"skill", "app"}
)
