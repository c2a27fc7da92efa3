/** The orders as the table has them: where each stands by the world's clock, and its item. */

import { byId, fill, h, styled } from "./dom.js";
import { jsonView } from "./json.js";
import { countdown, shortTime } from "./times.js";

const CHANNELS = { email: "by e-mail", sms: "by text" };
const TONES = { pending: "waiting", confirmed: "good", cancelled: "quiet", expired: "new" };

export function orders(world) {
  let newest = null;

  const unfold = (id) => {
    if (id === newest) return;
    newest = id;
    byId("orders").querySelector("details").open = true;
  };

  const show = () => {
    const kept = world.state?.orders ?? [];
    byId("no-orders").hidden = kept.length > 0;
    // By their keys: an order that changes keeps its place, and its item stays unfolded.
    fill(byId("orders"), kept.map(({ item: { pk, sk } }) => ({ pk, sk })), orderItem);
    [...byId("orders").children].forEach((element, i) => showOrder(element, kept[i], world.now));
    if (kept.length > 0) unfold(kept[0].item.id);
  };
  setInterval(show, 1000);
  world.watch(show);
}

function orderItem() {
  return h("li", { class: "order" },
    h("div", { class: "order-now" }),
    h("details", { class: "order-item", name: "order-item" }, h("summary", {}, "The item in the table"), h("div", { class: "json-panel" })));
}

function showOrder(element, { customer, item }, now) {
  const facts = { customer, item, ...standing(item, now) };
  fill(element.querySelector(".order-now"), [facts], orderView);
  fill(element.querySelector(".json-panel"), [item], () => jsonView(item, "item"));
}

/** What time makes of an order: nobody writes it down when an order or a code runs out. */
function standing({ state, good_until, challenge, codes_sent }, now) {
  const waits = secondsTo(good_until, now);
  const sent = Date.parse(codes_sent.at(-1));
  return {
    state: state === "pending" && waits === 0 ? "expired" : state,
    waits,
    code: challenge && {
      left: secondsTo(challenge.good_until, now),
      lives: Math.max(1, (Date.parse(challenge.good_until) - sent) / 1000),
    },
  };
}

const secondsTo = (time, now) => Math.max(0, Math.ceil((Date.parse(time) - now) / 1000));

function orderView({ customer, item, state, waits, code }) {
  return h("div", {},
    h("div", { class: "order-head" },
      h("p", { class: "pill", "data-tone": TONES[state] }, state),
      item.lock && h("p", { class: "pill", "data-tone": "new" }, "locked"),
      h("p", { class: "order-whose" }, `${customer ?? "?"} · order ${Number(item.sk.split("#")[1])} · ${shortTime(item.placed)}`)),
    h("div", { class: "order-what" },
      h("h3", {}, pizza(item)),
      h("p", { class: "order-total" }, `$${(Number(item.net) + Number(item.tax)).toFixed(2)}`)),
    code && state === "pending" && codeLife(item.challenge, code),
    h("dl", { class: "order-facts" },
      state === "pending" && fact("Expires in", countdown(waits)),
      fact("Tries left", item.challenge?.tries_left ?? "–"),
      fact("Wrong in a row", item.wrong_in_a_row),
      fact("Version", item.version),
      fact("Lock", item.lock ? "locked" : "none")));
}

function pizza({ quantity, size, toppings }) {
  const named = toppings.map((topping) => topping.replaceAll("_", " "));
  return `${quantity} ${named.length ? "" : "plain "}${size} ${named.length ? `with ${named.join(", ")}` : ""}`.trim();
}

function codeLife({ channel, tries_left }, { left, lives }) {
  const dead = tries_left === 0 ? "used up" : "run out";
  const alive = left > 0 && tries_left > 0;
  return h("div", { class: "code", "data-alive": String(alive) },
    h("p", {}, `Code ${CHANNELS[channel] ?? channel}: `, h("strong", {}, alive ? `${countdown(left)} left` : dead)),
    h("div", { class: "code-life", "aria-hidden": "true" },
      styled(h("i"), { width: `${alive ? Math.min(100, (left / lives) * 100) : 0}%` })));
}

function fact(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, String(value)));
}
