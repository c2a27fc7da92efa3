/** The clock and the faults: every control performs one step of the script language. */

import { byId, fill, fillSelect, h } from "./dom.js";
import { date, longTime, shortTime, span } from "./times.js";

export function controls(world, act) {
  for (const button of document.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => act(button.dataset.step));
  }
  byId("wait-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (byId("wait").value.trim()) act(`wait: ${byId("wait").value.trim()}`);
  });
  byId("token").addEventListener("change", ({ target }) => act(`token: ${target.value}`));
  byId("locale").addEventListener("change", ({ target }) => act(`locale: ${target.value}`));

  const clock = worldClock();
  world.watch(() => {
    if (!world.state) return;
    const { app, device, devices, locale, locales, faults } = world.state;
    clock.set(world.state.clock);
    fillSelect(byId("token"), app.tokens, app.token);
    fillSelect(byId("locale"), locales, locale);
    showDevices(devices, device, act);
    showFaults(faults, act);
  });
}

/** Ticks between states, from the time of the last one. */
function worldClock() {
  let ahead = 0;
  const tick = () => {
    const now = Date.now() + ahead;
    for (const each of document.querySelectorAll("[data-world-time]")) {
      each.textContent = each.dataset.worldTime === "long" ? `${longTime(now)} UTC` : shortTime(now);
    }
  };
  setInterval(tick, 1000);
  return {
    set({ now, waited_seconds: waited }) {
      ahead = Date.parse(now) - Date.now();
      byId("world-date").textContent = waited ? `${date(now)}, ${span(waited)} ahead` : date(now);
      byId("world-time").dateTime = now;
      tick();
    },
  };
}

function showDevices(devices, chosen, act) {
  fill(byId("devices"), devices, (device) => (
    h("button", { type: "button", onclick: () => act(`device: ${device}`) }, device)));
  [...byId("devices").children].forEach((button, i) => {
    button.setAttribute("aria-pressed", devices[i] === chosen);
  });
}

function showFaults({ available, active }, act) {
  fill(byId("faults"), available, (fault) => (
    h("button", { class: "chip", type: "button", "data-fault": fault }, fault)));
  for (const button of byId("faults").children) {
    const { fault } = button.dataset;
    button.setAttribute("aria-pressed", active.includes(fault));
    button.onclick = () => act(...toggled(fault, active));
  }
}

/** The steps that switch one fault and leave the others as they are. */
function toggled(fault, active) {
  if (!active.includes(fault)) return [`fault: ${fault}`];
  return ["fault: none", ...active.filter((other) => other !== fault).map((other) => `fault: ${other}`)];
}
