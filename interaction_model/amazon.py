"""What Amazon brings along, and what it asks of names and choices.

Sources:
https://developer.amazon.com/docs/custom-skills/standard-built-in-intents.html
https://developer.amazon.com/docs/custom-skills/slot-type-reference.html
https://developer.amazon.com/docs/custom-skills/choose-the-invocation-name-for-a-custom-skill.html
https://developer.amazon.com/docs/smapi/skill-manifest.html
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

#: What a custom skill may implement. Amazon's schema takes any text here.
INTERFACES = frozenset(
    {
        "ALEXA_DATASTORE_PACKAGEMANAGER",
        "ALEXA_PRESENTATION_APL",
        "ALEXA_PRESENTATION_HTML",
        "ALEXA_SEARCH",
        "APP_LINKS",
        "APP_LINKS_V2",
        "AUDIO_PLAYER",
        "GADGET_CONTROLLER",
        "GAME_ENGINE",
        "RENDER_TEMPLATE",
        "VIDEO_APP",
    }
)

#: The shelves of the skill store. Amazon's schema takes any text here, too.
CATEGORIES = frozenset(
    """
    ALARMS_AND_CLOCKS ASTROLOGY BUSINESS_AND_FINANCE CALCULATORS CALENDARS_AND_REMINDERS
    CHILDRENS_EDUCATION_AND_REFERENCE CHILDRENS_GAMES CHILDRENS_MUSIC_AND_AUDIO
    CHILDRENS_NOVELTY_AND_HUMOR COMMUNICATION CONNECTED_CAR COOKING_AND_RECIPE
    CURRENCY_GUIDES_AND_CONVERTERS DATING DELIVERY_AND_TAKEOUT DEVICE_TRACKING
    EDUCATION_AND_REFERENCE EVENT_FINDERS EXERCISE_AND_WORKOUT FASHION_AND_STYLE FLIGHT_FINDERS
    FRIENDS_AND_FAMILY GAME_INFO_AND_ACCESSORY GAMES HEALTH_AND_FITNESS HOTEL_FINDERS
    KNOWLEDGE_AND_TRIVIA MOVIE_AND_TV_KNOWLEDGE_AND_TRIVIA MOVIE_INFO_AND_REVIEWS MOVIE_SHOWTIMES
    MUSIC_AND_AUDIO_ACCESSORIES MUSIC_AND_AUDIO_KNOWLEDGE_AND_TRIVIA
    MUSIC_INFO_REVIEWS_AND_RECOGNITION_SERVICE NAVIGATION_AND_TRIP_PLANNER NEWS NOVELTY
    ORGANIZERS_AND_ASSISTANTS PETS_AND_ANIMAL PODCAST PUBLIC_TRANSPORTATION
    RELIGION_AND_SPIRITUALITY RESTAURANT_BOOKING_INFO_AND_REVIEW SCHOOLS SCORE_KEEPING
    SELF_IMPROVEMENT SHOPPING SMART_HOME SOCIAL_NETWORKING SPORTS_GAMES SPORTS_NEWS
    STREAMING_SERVICE TAXI_AND_RIDESHARING TO_DO_LISTS_AND_NOTES TRANSLATORS TV_GUIDES
    UNIT_CONVERTERS WEATHER WINE_AND_BEVERAGE ZIP_CODE_LOOKUP
    """.split()
)

#: How customers call a skill, by language: to open it, and to ask something of it at once.
#: {name} is the skill's, and what stands for "wish" must be a sentence of the model.
#: https://developer.amazon.com/docs/custom-skills/understanding-how-users-invoke-custom-skills.html
CALLS = {
    "de": (
        "(öffne|starte) {name}",
        "(frage?|sage?|bitte) {name}(,| nach| um| ob| dass)? (?P<wish>.+)",
    ),
    "en": (
        "(open|launch|start) {name}",
        "(ask|tell) {name}( to| for| about)? (?P<wish>.+)",
    ),
    "es": (
        "(abre|abrir|inicia|lanza) {name}",
        "(pide|pídele|dile|pregunta|pregúntale) a {name}( que| por| sobre)? (?P<wish>.+)",
    ),
    "fr": (
        "(ouvre|lance|démarre) {name}",
        "(demande|dis) à {name}( de| d'| que| si)? ?(?P<wish>.+)",
    ),
    "it": (
        "(apri|avvia|lancia) {name}",
        "(chiedi|di) a {name}( di| se| che)? (?P<wish>.+)",
    ),
    "pt": (
        "(abra|abrir|abre|inicie|iniciar) {name}",
        "(peça|pede|pergunte|pergunta|diga) (a|à|ao|para) {name}( para| que| por)? (?P<wish>.+)",
    ),
}

#: How a description says who sells, and what it calls an account.
SELLERS = {
    "de": r"\b(verkauft von|Verkäufer ist) {name}",
    "en": r"\bsold by {name}",
    "es": r"\b(vendid[oa]s? por|vende) {name}",
    "fr": r"\bvendue?s? par {name}",
    "it": r"\bvendut[aeio] da {name}",
    "pt": r"\bvendid[oa]s? (por|pela|pelo) {name}",
}
ACCOUNTS = {
    "de": "konto",
    "en": "account",
    "es": "cuenta",
    "fr": "compte",
    "it": "account",
    "pt": "conta",
}
