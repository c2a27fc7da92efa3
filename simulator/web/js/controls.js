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
  byId("speaker").addEventListener("change", ({ target }) => act(`speaker: ${target.value}`));
  byId("locale").addEventListener("change", ({ target }) => act(`locale: ${target.value}`));

  setInterval(() => tick(world), 1000);
  world.watch(() => {
    if (!world.state) return;
    const { app, device, devices, locale, locales, faults, people, speaker } = world.state;
    showDate(world.state.clock);
    tick(world);
    fillSelect(byId("token"), app.tokens, app.token);
    fillSelect(byId("speaker"), ["unknown", ...people.map(({ name }) => name)], speaker ?? "unknown");
    fillSelect(byId("locale"), locales, locale);
    showDevices(devices, device, act);
    showFaults(faults, act);
  });
}

function tick({ state, now }) {
  if (!state) return;
  for (const each of document.querySelectorAll("[data-world-time]")) {
    each.textContent = each.dataset.worldTime === "long" ? `${longTime(now)} UTC` : shortTime(now);
  }
}

function showDate({ now, waited_seconds: waited }) {
  byId("world-date").textContent = waited ? `${date(now)}, ${span(waited)} ahead` : date(now);
  byId("world-time").dateTime = now;
}

function showDevices(devices, chosen, act) {
  fill(byId("devices"), devices, (device) => (
    h("button", { type: "button", onclick: () => act(`device: ${device}`) }, device)));
  [...byId("devices").children].forEach((button, i) => {
    button.setAttribute("aria-pressed", devices[i] === chosen);
  });
}

function showFaults({ available, active }, act) {
  fill(byId("faults"), Object.entries(Object.groupBy(available, service)), faultGroup);
  for (const button of byId("faults").querySelectorAll("button")) {
    const { fault } = button.dataset;
    button.setAttribute("aria-pressed", active.includes(fault));
    button.onclick = () => act(...toggled(fault, active));
  }
}

/** "mail" of "mail refused". */
const service = (fault) => fault.split(" ", 1)[0];

/** What a service is called, where that is not just its name with a capital. */
const SERVICES = { sms: "SMS" };

function faultGroup([name, faults]) {
  return h("div", { class: "fault-group", role: "group", "aria-label": `Faults of ${SERVICES[name] ?? name}` },
    h("span", { class: "eyebrow", "aria-hidden": "true" }, SERVICES[name] ?? name),
    faults.map((fault) => faultButton(fault, name)));
}

function faultButton(fault, name) {
  const attributes = { class: "chip", type: "button", "data-fault": fault, "aria-label": fault };
  return h("button", attributes, fault.slice(name.length + 1));
}

/** The steps that switch one fault and leave the others as they are. */
function toggled(fault, active) {
  if (!active.includes(fault)) return [`fault: ${fault}`];
  return ["fault: none", ...active.filter((other) => other !== fault).map((other) => `fault: ${other}`)];
}
