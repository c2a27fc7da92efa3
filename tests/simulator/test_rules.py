"""What Alexa would reject is found, named and mended."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ask_sdk_core.response_helper import ResponseFactory
from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.directive import Directive
from ask_sdk_model.response_envelope import ResponseEnvelope
from ask_sdk_model.ui.link_account_card import LinkAccountCard
from hypothesis import given
from hypothesis import strategies as st

from simulator.rules import breaches
from simulator.rules.directives import FIELDS

Json = dict[str, Any]

TOKEN = "eyJhbGciOiJSUzI1NiJ9.access"
API_TOKEN = "eyJhbGciOiJSUzI1NiJ9.alexa"
APL = "Alexa.Presentation.APL"
DOCUMENT: Json = {"type": "APL", "version": "1.4", "mainTemplate": {"items": []}}
MODEL: Json = {
    "interactionModel": {
        "languageModel": {
            "intents": [
                {
                    "name": "OrderIntent",
                    "slots": [
                        {"name": "size", "type": "PIZZA_SIZE"},
                        {"name": "note", "type": "NOTE"},
                    ],
                },
                {"name": "MenuIntent", "slots": []},
            ]
        },
        "dialog": {"intents": [{"name": "OrderIntent", "slots": [{"name": "size"}]}]},
    }
}


def request(
    kind: str = "IntentRequest", *, interfaces: tuple[str, ...] = (), **more: object
) -> Json:
    """An envelope; an IntentRequest is for OrderIntent, in the middle of its dialog."""
    if kind == "IntentRequest":
        more = {"intent": {"name": "OrderIntent"}, "dialogState": "IN_PROGRESS", **more}
    system = {
        "user": {"accessToken": TOKEN},
        "apiAccessToken": API_TOKEN,
        "device": {"supportedInterfaces": {name: {} for name in interfaces}},
    }
    return {"version": "1.0", "context": {"System": system}, "request": {"type": kind, **more}}


def reply(**response: object) -> Json:
    return {"version": "1.0", "sessionAttributes": {}, "response": response}


def ssml(words: str) -> Json:
    return {"type": "SSML", "ssml": f"<speak>{words}</speak>"}


def tell(words: str, **more: object) -> Json:
    return reply(**{"outputSpeech": ssml(words), "shouldEndSession": True, **more})


def ask(words: str, **more: object) -> Json:
    reprompt = {"outputSpeech": ssml("Which size would you like?")}
    return tell(words, **{"reprompt": reprompt, "shouldEndSession": False, **more})


def direct(kind: str, **more: object) -> Json:
    """A reply that asks for a size, with one directive."""
    return ask("Which size?", directives=[{"type": kind, **more}])


def broken(answer: object, to: Json | None = None, model: Json | None = None) -> list[str]:
    """The names of the rules that a reply breaks."""
    return [breach.rule for breach in breaches(answer, to or request(), model)]


@pytest.mark.parametrize(
    ("answer", "to"),
    [
        (ask("Welcome. What would you like?"), request("LaunchRequest")),
        (ask("Which <emphasis level='strong'>size</emphasis>?"), request()),
        (ask("“Ready?” "), request()),
        (tell("Goodbye."), request()),
        (reply(), request("SessionEndedRequest")),
        (reply(), request("AlexaSkillEvent.SkillDisabled")),
        (reply(), request("System.ExceptionEncountered")),
        (reply(), request("AudioPlayer.PlaybackStopped")),
        (
            reply(directives=[{"type": "AudioPlayer.Stop"}]),
            request("AudioPlayer.PlaybackStarted", interfaces=("AudioPlayer",)),
        ),
        (tell("The menu is on its way."), request(f"{APL}.UserEvent")),
        (tell("Welcome back."), request("SessionResumedRequest")),
        (
            reply(
                canFulfillIntent={
                    "canFulfill": "MAYBE",
                    "slots": {"size": {"canUnderstand": "MAYBE", "canFulfill": "NO"}},
                }
            ),
            request("CanFulfillIntentRequest"),
        ),
    ],
    ids=lambda value: value.get("request", {}).get("type"),
)
def test_a_good_reply_breaks_nothing(answer: Json, to: Json) -> None:
    assert broken(answer, to) == []


def test_a_reply_that_the_sdk_builds_breaks_nothing() -> None:
    response = ResponseFactory()
    response.speak("I have sent a card to the Alexa app to link your account.")
    response.set_card(LinkAccountCard()).set_should_end_session(True)
    envelope = ResponseEnvelope("1.0", {}, "ask-python/1.19.0", response.response)

    assert broken(DefaultSerializer().serialize(envelope)) == []


def test_every_directive_that_the_sdk_can_send_is_known() -> None:
    assert set(FIELDS) == set(Directive.discriminator_value_class_map)


def test_a_breach_says_where_it_is_and_how_to_mend_it() -> None:
    [breach] = breaches(tell("Ham & cheese."), request())

    assert breach.rule == "ssml-invalid"
    assert "response.outputSpeech.ssml" in breach.what
    assert "Ham & cheese" in breach.what
    assert "escape &" in breach.remedy


@pytest.mark.parametrize("answer", [None, "Hello", [], 7])
def test_a_reply_is_an_object(answer: object) -> None:
    assert broken(answer) == ["reply-not-object"]


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), object(), "\ud800"])
def test_a_reply_can_be_sent_as_json(value: object) -> None:
    assert broken({**tell("Goodbye."), "sessionAttributes": {"x": value}}) == ["reply-not-json"]


def test_a_reply_that_contains_itself_is_not_json() -> None:
    answer = tell("Goodbye.")
    answer["sessionAttributes"] = answer

    assert broken(answer) == ["reply-not-json"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"version": "2.0"}, "version"),
        ({"response": None}, "response-missing"),
        ({"response": "Hello"}, "response-missing"),
        ({"shouldEndSession": True}, "unknown-key"),
        ({"sessionAttributes": []}, "session-attributes"),
        ({"sessionAttributes": {"cart": "x" * 24_576}}, "too-large"),
    ],
)
def test_the_envelope_is_as_alexa_wants_it(change: Json, rule: str) -> None:
    assert broken({**tell("Goodbye."), **change}) == [rule]


def test_a_misplaced_property_is_sent_home() -> None:
    [breach] = breaches({**tell("Goodbye."), "shouldEndSession": True}, request())

    assert breach.remedy == "Move it into response."


def test_a_reply_has_24_kilobytes_at_most_as_it_is_sent() -> None:
    def sized(total: int) -> Json:
        frame = len(json.dumps({**tell("Goodbye."), "sessionAttributes": {"cart": ""}}))
        more, odd = divmod(total - frame, len("ü".encode()))
        return {**tell("Goodbye."), "sessionAttributes": {"cart": "ü" * more + "x" * odd}}

    assert broken(sized(24_576)) == []
    assert broken(sized(24_577)) == ["too-large"]


def test_the_end_of_a_session_is_true_or_false() -> None:
    assert broken(tell("Goodbye.", shouldEndSession="true")) == ["should-end-session"]


@pytest.mark.parametrize("token", [TOKEN, API_TOKEN])
@pytest.mark.parametrize(
    "place",
    [
        lambda token: tell(f"Your token is {token}."),
        lambda token: tell("Done.", card={"type": "Simple", "title": "Done", "content": token}),
        lambda token: {**tell("Done."), "sessionAttributes": {"seen": [{"by": token}]}},
        lambda token: {**tell("Done."), "sessionAttributes": {token: {}}},
    ],
    ids=["speech", "card", "session", "key"],
)
def test_a_token_of_the_request_never_comes_back(token: str, place: Callable[[str], Json]) -> None:
    found = breaches(place(token), request())

    assert [breach.rule for breach in found] == ["secret-in-reply"]


@pytest.mark.parametrize(
    "kind",
    [
        "AlexaSkillEvent.SkillAccountLinked",
        "Alexa.Presentation.APL.RuntimeError",
        "AudioPlayer.PlaybackStarted",
        "CanFulfillIntentRequest",
        "PlaybackController.PlayCommandIssued",
        "SessionEndedRequest",
        "System.ExceptionEncountered",
    ],
)
@pytest.mark.parametrize(
    "part",
    [
        {"outputSpeech": ssml("Hello.")},
        {"card": {"type": "Simple", "title": "Hello", "content": "Hello"}},
        {"directives": [{"type": "Hint", "hint": {}}]},
    ],
    ids=lambda part: next(iter(part)),
)
def test_nobody_hears_an_answer_to_a_notification(kind: str, part: Json) -> None:
    fulfilled = {"canFulfillIntent": {"canFulfill": "NO"}} if kind.startswith("Can") else {}

    assert broken(reply(**part, **fulfilled), request(kind)) == ["reply-unheard"]


def test_a_player_that_has_begun_is_not_told_to_play() -> None:
    stream = {"url": "https://example.com/a.mp3", "token": "a"}
    play = {
        "type": "AudioPlayer.Play",
        "playBehavior": "ENQUEUE",
        "audioItem": {"stream": stream},
    }
    begun = request("AudioPlayer.PlaybackStarted", interfaces=("AudioPlayer",))
    ending = request("AudioPlayer.PlaybackNearlyFinished", interfaces=("AudioPlayer",))

    assert broken(reply(directives=[play]), begun) == ["reply-unheard"]
    assert broken(reply(directives=[play]), ending) == []


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "YES",
        {"canFulfill": "PERHAPS"},
        {"canFulfill": "YES", "slots": {"size": {"canUnderstand": "YES"}}},
        {"canFulfill": "YES", "slots": {"size": {"canUnderstand": "YES", "canFulfill": "MAYBE"}}},
    ],
)
def test_a_can_fulfill_request_gets_one_of_alexas_answers(answer: object) -> None:
    asked = request("CanFulfillIntentRequest")

    assert broken(reply(canFulfillIntent=answer), asked) == ["can-fulfill"]


def test_other_requests_get_no_can_fulfill() -> None:
    assert broken(tell("Done.", canFulfillIntent={"canFulfill": "YES"})) == ["can-fulfill"]


@pytest.mark.parametrize(
    "speech",
    [
        "Goodbye.",
        {"type": "Text", "text": "Goodbye."},
        {"type": "SSML", "text": "Goodbye."},
        {"type": ["SSML"]},
        {**ssml("Goodbye."), "playBehavior": "LOUDER"},
        {**ssml("Goodbye."), "lang": "en-US"},
    ],
)
def test_speech_has_the_shape_of_its_type(speech: object) -> None:
    assert set(broken(tell("", outputSpeech=speech))) == {"speech-shape"}


def test_speech_has_8000_characters_at_most() -> None:
    frame = len("<speak></speak>")

    assert broken(tell("a" * (8_000 - frame))) == []
    assert broken(tell("a" * (8_001 - frame))) == ["speech-too-long"]


@pytest.mark.parametrize("words", ["", " \n ", '<break time="1s"/>'])
def test_speech_can_be_heard(words: str) -> None:
    assert broken(tell(words)) == ["speech-empty"]
    assert broken(tell("", outputSpeech={"type": "PlainText", "text": " "})) == ["speech-empty"]


def test_a_sound_is_not_silence() -> None:
    assert broken(tell('<audio src="soundbank://soundlibrary/doors/bell_01"/>')) == []


@pytest.mark.parametrize(
    "source",
    [
        "Goodbye.",
        "<speak>Ham & cheese.</speak>",
        "<speak>Ham <b>and cheese.</speak>",
        "<speak>Good</speak><speak>bye.</speak>",
        "<p>Goodbye.</p>",
        '<!DOCTYPE speak [<!ENTITY x "y">]><speak>Good&x;bye.</speak>',
    ],
)
def test_ssml_is_one_well_formed_speak(source: str) -> None:
    assert broken(tell("", outputSpeech={"type": "SSML", "ssml": source})) == ["ssml-invalid"]


@pytest.mark.parametrize("tag", ["<b>Bye.</b>", "<speak>Bye.</speak>", '<mark name="x"/>Bye.'])
def test_alexa_knows_every_tag(tag: str) -> None:
    assert broken(tell(tag)) == ["ssml-tag"]


@pytest.mark.parametrize(
    "tag",
    [
        '<amazon:effect name="whispered">Bye.</amazon:effect>',
        '<amazon:emotion name="excited" intensity="low">Bye.</amazon:emotion>',
        '<amazon:domain name="music">Bye.</amazon:domain>',
        '<prosody rate="90%" pitch="+5%" volume="loud">Bye.</prosody>',
        '<say-as interpret-as="date" format="mdy">01022026</say-as>',
        '<voice name="Amy"><lang xml:lang="en-GB">Bye.</lang></voice>',
        '<phoneme alphabet="ipa" ph="pəkæn">pecan</phoneme>',
        '<w role="amazon:VB">read</w>',
        '<p><s><sub alias="Auth zero">Auth0</sub></s></p>',
        'Bye.<break strength="strong"/>',
    ],
)
def test_a_documented_tag_passes(tag: str) -> None:
    assert broken(tell(tag)) == []


@pytest.mark.parametrize(
    "tag",
    [
        '<say-as interpret-as="digit">1</say-as>',
        "<say-as>1</say-as>",
        '<emphasis level="huge">Bye.</emphasis>',
        '<p class="x">Bye.</p>',
        '<prosody rate="10%">Bye.</prosody>',
        '<audio src="http://example.com/a.mp3"/>',
        '<break time="soon"/>Bye.',
    ],
)
def test_a_tag_has_the_attributes_that_alexa_knows(tag: str) -> None:
    assert broken(tell(tag)) == ["ssml-attribute"]


@pytest.mark.parametrize(
    ("time", "rules"),
    [
        ("10s", []),
        ("10000ms", []),
        ("10001ms", ["break-too-long"]),
        ("10.5s", ["break-too-long"]),
    ],
)
def test_a_break_lasts_ten_seconds_at_most(time: str, rules: list[str]) -> None:
    assert broken(tell(f'Wait.<break time="{time}"/>')) == rules


def test_a_text_plays_five_clips_at_most() -> None:
    clip = '<audio src="https://example.com/a.mp3"/>'

    assert broken(tell(clip * 5)) == []
    assert broken(tell(clip * 6)) == ["audio-too-many"]


def test_plain_text_has_no_tags() -> None:
    marked = {"type": "PlainText", "text": "<speak>Goodbye.</speak>"}
    plain = {"type": "PlainText", "text": "Ham & cheese for < 10 dollars."}

    assert broken(tell("", outputSpeech=marked)) == ["plain-text-tags"]
    assert broken(tell("", outputSpeech=plain)) == []


def test_the_reprompt_is_held_to_the_same_rules() -> None:
    answer = ask("Which size?", reprompt={"outputSpeech": ssml("Small & round?")})

    [breach] = breaches(answer, request())

    assert breach.rule == "ssml-invalid"
    assert "response.reprompt.outputSpeech.ssml" in breach.what


@pytest.mark.parametrize("ends", [True, None])
def test_a_reprompt_needs_an_open_session(ends: bool | None) -> None:
    assert broken(ask("Goodbye.", shouldEndSession=ends)) == ["reprompt-unheard"]


def test_an_open_session_needs_a_reprompt() -> None:
    assert broken(ask("Which size?", reprompt=None)) == ["reprompt-missing"]


@pytest.mark.parametrize("words", ["Which size? Tell me.", "You can order pizza.", "A ?-mark."])
def test_an_open_session_ends_with_a_question(words: str) -> None:
    assert broken(ask(words)) == ["question-missing"]


def test_a_microphone_does_not_open_in_silence() -> None:
    assert broken(ask("", outputSpeech=None)) == ["question-missing"]


@pytest.mark.parametrize("words", ["Which size?<break time='1s'/>", "Who said “which size?”"])
def test_a_pause_or_a_closing_quote_may_follow_the_question(words: str) -> None:
    assert broken(ask(words)) == []


@pytest.mark.parametrize("ends", [True, None])
def test_a_question_needs_an_open_session(ends: bool | None) -> None:
    assert broken(tell("Which size?", shouldEndSession=ends)) == ["question-unanswerable"]


@pytest.mark.parametrize(
    "card",
    [
        "Hello",
        {"type": "Poster"},
        {"type": "Simple", "title": "Menu"},
        {"type": "Simple", "title": "Menu", "content": "Pizza", "text": "Pizza"},
        {"type": "Standard", "title": "Menu", "content": "Pizza", "text": "Pizza"},
        {"type": "LinkAccount", "title": "Link your account"},
        {"type": "AskForPermissionsConsent"},
    ],
)
def test_a_card_has_exactly_what_its_type_shows(card: object) -> None:
    assert broken(tell("There is a card in the Alexa app.", card=card)) == ["card-shape"]


@pytest.mark.parametrize(
    "card",
    [
        {"type": "Simple", "title": "Menu", "content": "x" * 7_996},
        {
            "type": "Standard",
            "title": "Menu",
            "text": "Pizza",
            "image": {"smallImageUrl": "https://example.com/small.png"},
        },
        {"type": "AskForPermissionsConsent", "permissions": ["alexa::profile:email:read"]},
        {"type": "LinkAccount"},
    ],
    ids=lambda card: card["type"],
)
def test_a_card_of_each_type_passes(card: Json) -> None:
    assert broken(tell("There is a card in the Alexa app.", card=card)) == []


def test_a_card_has_8000_characters_at_most() -> None:
    card = {"type": "Simple", "title": "Menu", "content": "x" * 7_997}

    assert broken(tell("Here it is.", card=card)) == ["card-too-long"]


@pytest.mark.parametrize(
    "url", ["http://example.com/a.png", "https://example.com/" + "a" * 2_000, 7]
)
def test_the_app_can_load_a_cards_image(url: object) -> None:
    card = {"type": "Standard", "title": "Menu", "text": "", "image": {"largeImageUrl": url}}

    assert broken(tell("Here it is.", card=card)) == ["card-image"]


@pytest.mark.parametrize("scopes", [[], ["profile:email"], "alexa::profile:email:read", [7]])
def test_a_consent_card_asks_for_real_permissions(scopes: object) -> None:
    card = {"type": "AskForPermissionsConsent", "permissions": scopes}

    assert broken(tell("There is a card in the Alexa app.", card=card)) == ["card-permissions"]


def test_a_link_card_is_announced() -> None:
    answer = tell("Please link your account.", card={"type": "LinkAccount"})

    assert broken(answer) == ["link-card-unspoken"]


@pytest.mark.parametrize(
    "words",
    [
        "Bitte verknüpfe dein Konto in der Alexa App.",
        "Associez votre compte dans l'application Alexa.",
        "Alexaアプリでアカウントをリンクしてください。",
    ],
)
def test_a_link_card_is_announced_in_the_customers_language(words: str) -> None:
    assert broken(tell(words, card={"type": "LinkAccount"})) == []


@pytest.mark.parametrize("listed", ["Hint", {"type": "Hint"}, ["Hint"], [None]])
def test_directives_are_a_list_of_objects(listed: object) -> None:
    assert broken(tell("Done.", directives=listed)) == ["directives-shape"]


@pytest.mark.parametrize("kind", ["Dialogue.Delegate", "", None, 7])
def test_alexa_knows_every_directive(kind: object) -> None:
    assert broken(tell("Done.", directives=[{"type": kind}])) == ["directive-type"]


@pytest.mark.parametrize(
    "directive",
    [
        {"type": f"{APL}.RenderDocument", "token": "menu"},
        {"type": f"{APL}.ExecuteCommands", "commands": []},
        {"type": "Connections.StartConnection", "uri": "AMAZON.VerifyPerson/2"},
        {"type": "VideoApp.Launch", "videoItem": {"source": "http://example.com/a.mp4"}},
        {"type": "AudioPlayer.ClearQueue", "clearBehavior": "SOME"},
        {"type": "Dialog.UpdateDynamicEntities", "types": []},
    ],
    ids=lambda directive: directive["type"],
)
def test_a_directive_has_what_it_cannot_do_without(directive: Json) -> None:
    answer = reply(outputSpeech=ssml("Done."), directives=[directive])

    assert broken(answer, request(interfaces=(APL, "AudioPlayer", "VideoApp"))) == [
        "directive-field"
    ]


def test_a_prompt_for_a_slot_names_the_slot() -> None:
    assert broken(direct("Dialog.ElicitSlot")) == ["directive-field"]


@pytest.mark.parametrize(
    ("directive", "interface"),
    [
        ({"type": f"{APL}.RenderDocument", "document": DOCUMENT}, APL),
        ({"type": "AudioPlayer.Stop"}, "AudioPlayer"),
        (
            {"type": "VideoApp.Launch", "videoItem": {"source": "https://example.com/a.mp4"}},
            "VideoApp",
        ),
    ],
)
def test_a_device_is_sent_only_what_it_can_do(directive: Json, interface: str) -> None:
    answer = reply(outputSpeech=ssml("Done."), directives=[directive])

    assert broken(answer, request()) == ["directive-unsupported"]
    assert broken(answer, request(interfaces=(interface,))) == []


def test_a_directive_that_leaves_the_skill_decides_over_the_session() -> None:
    video = {"type": "VideoApp.Launch", "videoItem": {"source": "https://example.com/a.mp4"}}
    connection = {"type": "Connections.StartConnection", "uri": "connection://AMAZON.PrintPDF/1"}

    assert broken(tell("Here.", directives=[video]), request(interfaces=("VideoApp",))) == [
        "directive-session"
    ]
    assert broken(ask("Ready?", directives=[connection])) == ["directive-session"]
    assert broken(tell("Here.", directives=[connection])) == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"level": 400},
        {"level": 300, "customPolicy": {"policyName": "VOICE_PIN"}},
        {"level": 400, "customPolicy": {"policyName": "PIN"}},
        None,
    ],
)
def test_a_pin_is_asked_for_with_a_level_and_a_policy(wanted: Json | None) -> None:
    right = {"level": 400, "customPolicy": {"policyName": "VOICE_PIN"}}

    assert broken(reply(directives=[verify_person(wanted)])) == ["verify-person-input"]
    assert broken(reply(directives=[verify_person(right)])) == []


def verify_person(wanted: Json | None) -> Json:
    return {
        "type": "Connections.StartConnection",
        "uri": "connection://AMAZON.VerifyPerson/2",
        "input": {"requestedAuthenticationConfidenceLevel": wanted},
        "token": "t",
    }


@pytest.mark.parametrize("kind", ["LaunchRequest", f"{APL}.UserEvent", "SessionResumedRequest"])
def test_a_dialog_goes_on_only_in_an_intent(kind: str) -> None:
    assert broken(direct("Dialog.ElicitSlot", slotToElicit="size"), request(kind)) == [
        "dialog-request"
    ]


def test_a_launch_enters_a_dialog_by_naming_its_intent() -> None:
    answer = direct("Dialog.ElicitSlot", slotToElicit="size", updatedIntent={"name": "OrderIntent"})

    assert broken(answer, request("LaunchRequest"), MODEL) == []


def test_a_reply_makes_one_move_in_a_dialog() -> None:
    elicit = {"type": "Dialog.ElicitSlot", "slotToElicit": "size"}
    update = {"type": "Dialog.UpdateDynamicEntities", "updateBehavior": "CLEAR"}

    assert broken(ask("Which size?", directives=[elicit, elicit])) == ["dialog-many"]
    assert broken(ask("Which size?", directives=[elicit, update])) == []


@pytest.mark.parametrize("ends", [True, None])
def test_a_prompt_keeps_the_session_open(ends: bool | None) -> None:
    elicit = {"type": "Dialog.ElicitSlot", "slotToElicit": "size"}

    assert broken(tell("Which size?", directives=[elicit], shouldEndSession=ends)) == [
        "dialog-closed"
    ]


def test_a_delegation_does_not_close_the_session() -> None:
    assert broken(reply(directives=[{"type": "Dialog.Delegate"}])) == []
    assert broken(reply(directives=[{"type": "Dialog.Delegate"}], shouldEndSession=True)) == [
        "dialog-closed"
    ]


def test_a_prompt_asks_aloud() -> None:
    confirm = {"type": "Dialog.ConfirmIntent"}

    assert "dialog-silent" in broken(ask("", outputSpeech=None, directives=[confirm]))
    assert broken(ask("Shall I order it?", directives=[confirm])) == []


def test_a_delegation_leaves_the_words_to_the_model() -> None:
    answer = tell("Hmm.", directives=[{"type": "Dialog.Delegate"}], shouldEndSession=False)

    assert broken(answer) == ["dialog-delegate-speaks"]


@pytest.mark.parametrize(
    "directive",
    [
        {"slotToElicit": "crust"},
        {"slotToElicit": "note"},
        {"slotToElicit": "size", "updatedIntent": {"name": "MenuIntent"}},
        {"slotToElicit": "size", "updatedIntent": {"name": "OrderIntent", "slots": {"crust": {}}}},
    ],
    ids=["no such slot", "slot without a dialog", "intent without a dialog", "unknown update"],
)
def test_a_dialog_is_about_what_the_model_declares(directive: Json) -> None:
    answer = direct("Dialog.ElicitSlot", **directive)

    assert broken(answer, request(), MODEL) == ["dialog-undeclared"]


def test_a_dialog_about_declared_names_passes() -> None:
    updated = {"name": "OrderIntent", "slots": {"size": {}, "note": {}}}
    chained = direct("Dialog.ElicitSlot", slotToElicit="size", updatedIntent=updated)

    assert broken(chained, request(), MODEL) == []
    assert broken(direct("Dialog.ElicitSlot", slotToElicit="size"), request(), MODEL) == []


def test_without_a_model_the_dialog_state_tells_whether_there_is_a_dialog() -> None:
    stays = direct("Dialog.ElicitSlot", slotToElicit="size")
    leaves = direct("Dialog.ElicitSlot", slotToElicit="code", updatedIntent={"name": "CodeIntent"})

    assert broken(stays, request(dialogState=None)) == ["dialog-undeclared"]
    assert broken(leaves, request(dialogState=None)) == []


def test_dynamic_entities_extend_a_type_that_a_slot_has() -> None:
    def update(name: str) -> Json:
        return {
            "type": "Dialog.UpdateDynamicEntities",
            "updateBehavior": "REPLACE",
            "types": [{"name": name, "values": []}],
        }

    assert broken(tell("Done.", directives=[update("PIZZA_SIZE")]), model=MODEL) == []
    assert broken(tell("Done.", directives=[update("CRUST")]), model=MODEL) == ["dialog-undeclared"]


def screen(to: Json) -> Json:
    """The same request from a screen that shows "menu" and reads APL up to 1.4."""
    to["context"]["System"]["device"]["supportedInterfaces"] = {
        APL: {"runtime": {"maxVersion": "1.4"}}
    }
    to["context"][APL] = {"token": "menu"}
    return to


def show(document: Json, **data: object) -> Json:
    directive = {"type": f"{APL}.RenderDocument", "document": document, "datasources": data}
    return tell("Done.", directives=[directive])


def test_a_document_is_not_newer_than_the_device() -> None:
    assert broken(show({**DOCUMENT, "version": "1.4"}), screen(request())) == []
    assert broken(show({**DOCUMENT, "version": "1.10"}), screen(request())) == ["apl-version"]


@pytest.mark.parametrize("missing", DOCUMENT)
def test_a_document_says_what_it_is_and_what_to_draw(missing: str) -> None:
    document = {name: value for name, value in DOCUMENT.items() if name != missing}

    assert broken(show(document), screen(request())) == ["apl-document"]


def test_a_link_to_a_document_says_where_it_is() -> None:
    link = {"type": "Link", "src": "doc://alexa/apl/documents/menu"}

    assert broken(show(link), screen(request())) == []
    assert broken(show({"type": "Link"}), screen(request())) == ["apl-document"]


@pytest.mark.parametrize(
    ("parameter", "rules"),
    [
        ("screen", []),
        ("payload", []),
        ("prices", ["apl-datasource"]),
        ({"name": "prices"}, ["apl-datasource"]),
        ({"name": "prices", "default": []}, []),
    ],
)
def test_a_document_is_sent_the_data_that_it_takes(parameter: object, rules: list[str]) -> None:
    document = {**DOCUMENT, "mainTemplate": {"parameters": [parameter], "items": []}}

    assert broken(show(document, screen={"title": "Menu"}), screen(request())) == rules


@pytest.mark.parametrize(
    ("event", "rules"),
    [
        ({"arguments": ["size", "large"]}, []),
        ({"arguments": "${data.tap}"}, []),
        ({}, []),
        ({"arguments": "large"}, ["apl-arguments"]),
        ({"arguments": {"size": "large"}}, ["apl-arguments"]),
    ],
)
def test_a_touch_sends_a_list(event: Json, rules: list[str]) -> None:
    sent = {"type": "SendEvent", **event}
    button = {"type": "TouchWrapper", "onPress": [{"type": "Sequential", "commands": [sent]}]}
    document = {**DOCUMENT, "layouts": {"Button": {"items": button}}}
    command = {"type": f"{APL}.ExecuteCommands", "token": "menu", "commands": [sent]}

    assert broken(show(document), screen(request())) == rules
    assert broken(tell("Done.", directives=[command]), screen(request())) == rules


def test_commands_go_to_a_document_on_the_screen() -> None:
    def command(token: str) -> Json:
        return {"type": f"{APL}.ExecuteCommands", "token": token, "commands": []}

    render = {"type": f"{APL}.RenderDocument", "token": "order", "document": DOCUMENT}

    assert broken(tell("Done.", directives=[command("menu")]), screen(request())) == []
    assert broken(tell("Done.", directives=[render, command("order")]), screen(request())) == []
    assert broken(tell("Done.", directives=[command("order")]), screen(request())) == ["apl-token"]


@pytest.mark.parametrize(
    "words",
    [
        "Authorization failed! Please try later.",
        "Please re-link your account.",
        "Please enable and disable the skill.",
        "Disable the skill and re-enable it.",
        "Please go to the skill's settings.",
        "I sent a LinkAccount card.",
    ],
)
def test_words_that_fail_certification_are_not_said(words: str) -> None:
    assert broken(tell(words)) == ["certification-wording"]


@pytest.mark.parametrize(
    "words",
    [
        "Alexa, open pizza on demand.",
        "Next time say: “Alexa, order a pizza.”",
        "Done <break/>Alexa, stop.",
        "Done <p>Alexa, stop.</p>",
    ],
)
def test_alexa_does_not_call_herself(words: str) -> None:
    assert broken(tell(words)) == ["wake-word"]


def test_the_alexa_app_may_be_named() -> None:
    assert broken(tell("Alexa app, menu, cards. I am Alexa, your waiter.")) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
#: Names and texts that the rules look for, so that strange values are put where it hurts.
KEYS = st.from_regex(
    "accessToken|canFulfillIntent|card|context|dialog|directives|document|image|intents?"
    "|interactionModel|languageModel|name|outputSpeech|permissions|reprompt|request|response"
    "|shouldEndSession|slots|slotToElicit|ssml|supportedInterfaces|System|text|token|types?"
    "|updatedIntent|version",
    fullmatch=True,
)
TEXTS = st.sampled_from(["SSML", "LinkAccount", "Dialog.ElicitSlot", "<speak>a</speak>", "1.4"])
KNOWN = st.recursive(
    JSON | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)
OBJECTS = st.dictionaries(KEYS, KNOWN)


@given(KNOWN, OBJECTS, st.none() | OBJECTS)
def test_no_reply_is_too_strange_to_judge(answer: object, to: Json, model: Json | None) -> None:
    for breach in breaches(answer, to, model) + breaches(reply(card=answer), to, model):
        assert breach.rule
        assert breach.what.endswith(".")
        assert breach.remedy.endswith(".")


@given(KNOWN, KNOWN, st.sampled_from(["IntentRequest", "CanFulfillIntentRequest"]))
def test_no_part_of_a_reply_is_too_strange_to_judge(said: object, part: object, kind: str) -> None:
    answer = reply(
        outputSpeech={"type": "SSML", "ssml": said},
        reprompt={"outputSpeech": part},
        card=part,
        directives=[said, {"type": "Dialog.ElicitSlot", "updatedIntent": part}],
        canFulfillIntent=part,
        shouldEndSession=said,
    )

    assert breaches(answer, request(kind), {"interactionModel": part})


@pytest.mark.parametrize("depth", [100, 400, 900, 1_000, 5_000])
def test_no_reply_is_too_deep_to_judge(depth: int) -> None:
    deep: Json = {}
    for _ in range(depth):
        deep = {"deeper": deep}

    assert set(broken({**tell("Done."), "sessionAttributes": deep})) <= {
        "reply-not-json",
        "too-large",
    }
