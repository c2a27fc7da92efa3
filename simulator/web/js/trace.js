/** The trace of one turn: its time on Alexa's eight seconds, its calls, its JSON. */

import { byId, fill, h, icon, polygon, styled } from "./dom.js";
import { breach } from "./echo.js";
import { jsonView } from "./json.js";
import { tabs } from "./tabs.js";
import { duration } from "./times.js";

/** Which turn is shown: the latest, until an older one is chosen. */
export class Selection {
  id = null;
  #watchers = [];

  watch(watcher) {
    this.#watchers.push(watcher);
  }

  choose(id) {
    if (id === this.id) return;
    this.id = id;
    for (const watcher of this.#watchers) watcher();
  }
}

export function trace(world, selection) {
  tabs(byId("trace-tabs"));
  byId("backstage-tabs").addEventListener("change", () => {
    byId("trace-choice").hidden = byId("backstage-panel-trace").hidden;
  });
  let latest = null;

  const step = (by) => {
    const { turns } = world.state;
    const place = turns.findIndex(({ id }) => id === selection.id);
    selection.choose(turns[place + by].id);
  };
  byId("earlier").addEventListener("click", () => step(-1));
  byId("later").addEventListener("click", () => step(1));

  const show = () => {
    const turns = world.state?.turns ?? [];
    const place = turns.findIndex(({ id }) => id === selection.id);
    byId("earlier").disabled = place <= 0;
    byId("later").disabled = place === turns.length - 1;
    showTurn(turns[place]);
  };
  selection.watch(show);
  world.watch(() => {
    const last = world.state?.turns.at(-1)?.id ?? null;
    if (last !== latest) selection.choose(last);
    latest = last;
    show();
  });
}

function showTurn(turn) {
  byId("trace").hidden = !turn;
  byId("no-trace").hidden = Boolean(turn);
  byId("trace-title").textContent = turn ? `Turn ${turn.id}${turn.said ? `: “${turn.said}”` : ""}` : "";
  if (!turn) return;
  const { id, heard, took_ms, limit_ms, calls, breaches, request, reply } = turn;
  fill(byId("timeline"), [{ id, heard, took_ms, limit_ms, calls }], timeline);
  fill(byId("trace-breaches"), [{ id, breaches }], breachView);
  fill(byId("trace-panel-request"), [{ id, request }], () => jsonView(request, "request"));
  fill(byId("trace-panel-reply"), [{ id, reply }], () => jsonView(reply, "reply"));
}

function heardView(heard) {
  if (heard === null) return h("div", { class: "heard" }, "Nothing went to the skill");
  const slots = Object.entries(heard.slots ?? {});
  return h("div", { class: "heard" },
    h("span", { class: "intent" }, heard.intent ?? heard.type),
    slots.map(([name, value]) => h("span", { class: "slot" }, h("b", {}, `${name} `), String(value ?? "–"))));
}

/* The timeline: first all of Alexa's patience, then this turn's part of it, enlarged. */

function timeline({ heard, took_ms: took, limit_ms: limit, calls }) {
  const whole = Math.max(took, limit);
  const within = (ms) => `${Math.min(100, (ms / whole) * 100)}%`;
  return h("div", {},
    h("div", { class: "trace-summary" }, heardView(heard), tookView(took, limit)),
    h("div", { class: "budget", "aria-hidden": "true" },
      styled(h("span", { class: "budget-took" }), { width: within(took) }),
      calls.map((call) => styled(
        h("span", { class: "budget-call", "data-service": call.service, "data-unanswered": unanswered(call) }),
        { "inset-inline-start": within(call.at_ms), width: within(lasted(call, took)) }))),
    scale(whole),
    enlargement(took / whole),
    callList(calls, took));
}

function tookView(took, limit) {
  return h("p", { class: "took", "data-late": String(took > limit) },
    h("strong", {}, duration(took)), ` of Alexa’s ${limit / 1000} s`);
}

function scale(whole) {
  const seconds = Array.from({ length: 5 }, (_, i) => (whole / 1000) * (i / 4));
  return h("div", { class: "scale", "aria-hidden": "true" },
    seconds.map((each) => h("span", {}, `${Number(each.toFixed(1))} s`)));
}

function enlargement(part) {
  const view = polygon(`0,0 ${Math.max(part * 100, 1)},0 100,100 0,100`);
  view.setAttribute("class", "zoom");
  return view;
}

function callList(calls, took) {
  if (calls.length === 0) return h("p", { class: "calls no-calls" }, "The skill asked no other service.");
  return h("ol", { class: "calls", "aria-label": "Calls to other services" }, calls.map((call) => callItem(call, took)));
}

function callItem(call, took) {
  const percent = (ms) => `${Math.min(100, (ms / Math.max(took, 1)) * 100)}%`;
  const good = call.status !== null && call.status < 400;
  return h("li", { class: "call", "data-service": call.service },
    h("span", { class: "call-name", title: call.name }, h("b", {}, call.service), ` ${call.name}`),
    h("span", { class: "call-status", "data-good": String(good) }, String(call.status ?? "no answer")),
    h("span", { class: "call-took" }, duration(lasted(call, took))),
    h("span", { class: "call-bar" }, styled(
      h("i", { "data-service": call.service, "data-unanswered": unanswered(call) }),
      { "inset-inline-start": percent(call.at_ms), width: percent(lasted(call, took)) })));
}

const unanswered = (call) => String(call.status === null);
const lasted = (call, took) => call.took_ms ?? Math.max(took - call.at_ms, 0);

function breachView({ breaches }) {
  if (breaches.length === 0) {
    return h("p", { class: "accepted" }, icon("check"), "There is nothing here that Alexa would reject.");
  }
  return h("div", { class: "rejected" },
    h("h3", {}, "What Alexa would reject"),
    h("ul", {}, breaches.map((each) => h("li", {}, breach(each)))));
}
