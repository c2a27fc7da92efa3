/** JSON to read: folded, coloured, with secrets kept short. */

import { byId, h, icon } from "./dom.js";

const OPEN_TO_DEPTH = 3;
/** Long, and seldom what somebody looks for. */
const FOLDED = new Set(["context", "session"]);
const LONG = 60;

/** A copyable, foldable view of any JSON value. */
export function jsonView(value, label) {
  if (value === null) return h("p", { class: "nothing" }, `There is no ${label}.`);
  const copy = h("button", {
    class: "icon-button json-copy",
    type: "button",
    "aria-label": `Copy the ${label}`,
    onclick: () => toClipboard(JSON.stringify(value, null, 2), `The ${label} is copied.`),
  }, icon("copy"));
  return h("div", {}, copy, h("div", { class: "json" }, node(null, value, 0)));
}

function node(key, value, depth) {
  const name = key === null ? null : h("span", { class: "key" }, key);
  const colon = key === null ? null : ": ";
  if (value === null || typeof value !== "object" || Object.keys(value).length === 0) {
    return h("div", { class: "entry" }, name, colon, leaf(value));
  }
  const entries = Object.entries(value);
  return h("details", { open: depth < OPEN_TO_DEPTH && !FOLDED.has(key) },
    h("summary", {}, name, colon, count(value, entries.length)),
    entries.map(([inner, it]) => node(inner, it, depth + 1)));
}

function count(value, size) {
  const noun = Array.isArray(value) ? "item" : "key";
  const brackets = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return h("span", { class: "count" }, brackets.join(` ${size} ${noun}${size === 1 ? "" : "s"} `));
}

function leaf(value) {
  if (typeof value !== "string") {
    return h("span", { class: "literal" }, JSON.stringify(value));
  }
  return isToken(value) ? secret(value) : h("span", { class: "string" }, JSON.stringify(value));
}

/** A JWT, an opaque token or an Amazon id: long, and no word in it for people. */
function isToken(text) {
  return text.length > LONG && /^[\w.+/=~:-]+$/.test(text);
}

function secret(text) {
  return h("button", {
    class: "secret",
    type: "button",
    title: "Copy it whole",
    "aria-label": `Copy the value that begins with ${text.slice(0, 3)}, ${text.length} characters`,
    onclick: () => toClipboard(text, `${text.length} characters are copied.`),
  }, `${text.slice(0, 3)}…(${text.length} chars)`);
}

async function toClipboard(text, done) {
  await navigator.clipboard.writeText(text);
  byId("announcement").textContent = done;
}
