/** The page of the world: every pane watches one state and performs steps. */

import { alexaApp } from "./alexa_app.js";
import { controls } from "./controls.js";
import { byId } from "./dom.js";
import { echo } from "./echo.js";
import { mailbox } from "./mailbox.js";
import { messages } from "./messages.js";
import { orders } from "./orders.js";
import { screen } from "./screen.js";
import { tabs } from "./tabs.js";
import { offerThemes } from "./theme.js";
import { Selection, trace } from "./trace.js";
import { Refusal, World } from "./world.js";

const world = new World();
const selection = new Selection();

/** Perform steps one after another; say on the page why one was refused. */
async function act(...steps) {
  notice(null);
  try {
    for (const step of steps) await world.perform(step);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    notice(error.message);
  }
}

function notice(message) {
  byId("notice").hidden = message === null;
  byId("notice-text").textContent = message ?? "";
}

function connection({ live }) {
  const status = byId("connection");
  if (status.dataset.live === String(live)) return; // Said once, not at every change.
  status.dataset.live = live;
  status.textContent = live ? "Connected" : "Not connected";
}

function orderPage({ state }) {
  if (state) byId("order-page").href = state.order_page.origin;
}

offerThemes(byId("theme"));
byId("close-notice").addEventListener("click", () => notice(null));
trace(world, selection);
echo(world, act, selection);
screen(world, act);
alexaApp(world, act);
mailbox(world);
messages(world);
orders(world);
controls(world, act);
for (const pane of ["post-tabs", "backstage-tabs"]) tabs(byId(pane));
world.watch(connection);
world.watch(orderPage);
world.follow();
// Where there is a keyboard: on a touch screen it would cover half of the page.
if (matchMedia("(hover: hover)").matches) byId("say").focus();
