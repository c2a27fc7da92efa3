/** The Echo: its light, the conversation, and the line to speak on. */

import { cardTitle } from "./alexa_app.js";
import { byId, fill, h, icon } from "./dom.js";
import { duration } from "./times.js";
import { listenTo, speaker } from "./voice.js";

/** More are no help. */
const SUGGESTED = 6;
const REPROMPT_AFTER = "after 8 seconds of silence";

/** `act(step)` performs a step; `selection` says whose trace is shown. */
export function echo(world, act, selection) {
  const say = byId("say");
  const speak = speaker(byId("speak-aloud"));
  let heard = null;

  const send = (words) => {
    if (!words.trim()) return;
    say.value = "";
    act(`user: ${words.trim()}`);
  };

  byId("say-form").addEventListener("submit", (event) => {
    event.preventDefault();
    send(say.value);
  });
  byId("silence").addEventListener("click", () => world.pending || act("silence"));
  listenTo(byId("microphone"), say, send, () => world.state.locale);

  world.watch(() => {
    if (!world.state) return;
    const { turns, session, suggestions, locale } = world.state;
    showDevice(world);
    showSession(session);
    fill(byId("suggestions"), suggestions.slice(0, SUGGESTED), (words) => suggestion(words, send, say));
    showTurns(turns, world.pending, selection);
    const last = turns.at(-1);
    if (heard !== null && last && last.id !== heard) announce(last, speak, locale);
    heard = last?.id ?? 0;
  });
  selection.watch(() => showSelected(selection));
}

/** A line to say at once; one with a {Slot} goes to the field, for somebody to fill it in. */
function suggestion(words, send, field) {
  const slot = words.match(/\{(\w+)\}/);
  if (!slot) return h("button", { class: "chip", type: "button", onclick: () => send(words) }, words);
  const [braced, name] = slot;
  const [before, after] = words.split(braced);
  const fillIn = () => {
    field.value = words;
    field.focus();
    field.setSelectionRange(slot.index, slot.index + braced.length);
  };
  return h("button", { class: "chip", type: "button", onclick: fillIn }, before, h("i", {}, name.toLowerCase()), after);
}

function announce(turn, speak, locale) {
  if ((turn.alexa ?? turn.said) === null) return;
  byId("announcement").textContent = turn.alexa ? `Alexa: ${turn.alexa}` : "Alexa says nothing.";
  if (turn.alexa) speak(turn.alexa, locale);
}

function showDevice({ state, pending }) {
  const stage = byId("stage");
  const speaking = pending !== null && /^(user:|silence)/.test(pending);
  stage.dataset.device = state.device;
  stage.dataset.ring = speaking ? "waiting" : state.session.listening ? "listening" : "off";
  byId("show-text").textContent = state.turns.at(-1)?.alexa ?? "Try “Alexa, open pizza on demand”";
}

function showSession({ open, listening }) {
  const pill = byId("session");
  pill.textContent = listening ? "Listening" : open ? "Session open" : "Session closed";
  pill.dataset.tone = listening ? "listening" : "quiet";
  byId("silence").disabled = !open;
}

function showTurns(turns, pending, selection) {
  const said = pending?.startsWith("user: ") ? pending.slice(6) : null;
  const shown = turns.map(({ request, reply, calls, ...turn }) => ({ ...turn, calls: calls.length }));
  if (said !== null) shown.push({ id: "pending", said });
  byId("welcome").hidden = shown.length > 0;

  const list = byId("conversation");
  const before = list.lastElementChild;
  fill(list, shown, (turn) => (turn.id === "pending" ? pendingTurn(turn) : turnItem(turn, selection)));
  showSelected(selection);
  if (list.lastElementChild !== before) {
    const scroller = byId("conversation-scroll");
    scroller.scrollTop = scroller.scrollHeight;
  }
}

function showSelected(selection) {
  for (const button of byId("conversation").querySelectorAll(".turn-trace")) {
    button.setAttribute("aria-pressed", Number(button.dataset.turn) === selection.id);
  }
}

function pendingTurn({ said }) {
  return h("li", { class: "turn" }, userWords(said),
    h("p", { class: "bubble alexa thinking", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
}

function turnItem(turn, selection) {
  return h("li", { class: "turn" },
    turn.said === null ? event(turn.heard) : userWords(turn.said),
    (turn.alexa ?? turn.said) !== null && alexaWords(turn),
    turn.reprompt && reprompt(turn.reprompt),
    turn.breaches.map(breach),
    h("div", { class: "turn-facts" }, traceButton(turn, selection), turn.card && cardNote(turn.card)));
}

function who(name) {
  return h("span", { class: "visually-hidden" }, `${name}: `);
}

function userWords(words) {
  return h("p", { class: "bubble user" }, who("You"), words);
}

function event(heard) {
  const silent = heard === null || heard.type === "SessionEndedRequest";
  return h("p", { class: "event" }, silent ? "Nobody says anything" : ["Alexa sends ", h("code", {}, heard.type)]);
}

function alexaWords({ alexa, own }) {
  if (alexa === null) return h("p", { class: "event" }, "Alexa says nothing");
  if (!own) return h("p", { class: "bubble alexa" }, who("Alexa"), alexa);
  return h("p", { class: "bubble alexa own" }, h("span", { class: "own-label" }, "Alexa herself, not the skill"), alexa);
}

function reprompt(words) {
  return h("p", { class: "reprompt" }, `${REPROMPT_AFTER}: “${words}”`);
}

/** What Alexa would reject, why, and how to mend it. */
export function breach({ rule, what, remedy }) {
  return h("div", { class: "breach" },
    icon("warning"),
    h("span", { class: "breach-rule" }, rule),
    h("span", {}, what),
    h("span", { class: "breach-remedy" }, remedy));
}

function traceButton(turn, selection) {
  const calls = `${turn.calls} call${turn.calls === 1 ? "" : "s"}`;
  const name = turn.heard?.intent ?? turn.heard?.type ?? "no request";
  return h("button", {
    class: "turn-trace",
    type: "button",
    "data-turn": turn.id,
    title: "Show the trace of this turn",
    onclick: () => selection.choose(turn.id),
  }, `${name} · ${duration(turn.took_ms)} · ${calls}`);
}

function cardNote(card) {
  return h("span", { class: "turn-card" }, icon("card"), `Card in the app: ${cardTitle(card)}`);
}
