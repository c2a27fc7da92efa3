/** The Alexa app: the skill, the linked account, the cards, and the sign-in sheet. */

import { byId, fill, h, icon } from "./dom.js";

const LINKED_MOMENT = 1400;

export function alexaApp(world, act) {
  const sheet = signInSheet();
  byId("enabled").addEventListener("change", ({ target }) => act(target.checked ? "app: enable" : "app: disable"));
  byId("unlink").addEventListener("click", () => act("app: unlink"));
  byId("link-own").addEventListener("click", () => act(`app: link-own ${world.state.speaker}`));
  byId("pin-form").addEventListener("submit", (event) => {
    event.preventDefault();
    act(`app: pin ${world.state.speaker} ${byId("pin").value}`);
    byId("pin").value = "";
  });
  byId("sign-in").addEventListener("click", () => sheet.open(world.state.tenant.origin));

  world.watch(() => {
    if (!world.state) return;
    const { app, people, speaker, tenant } = world.state;
    byId("enabled").checked = app.enabled;
    showAccount(app);
    showProfile(people.find(({ name }) => name === speaker));
    fill(byId("customers"), app.customers, (customer) => customerItem(customer, act));
    const cards = app.cards.map((card) => ({ ...card, link: linking(card, app) })).reverse();
    fill(byId("cards"), cards, (card) => cardItem(card, () => sheet.open(tenant.origin)));
    byId("no-cards").hidden = cards.length > 0;
  });
}

function showAccount({ linked, notice }) {
  const account = byId("account");
  account.textContent = linked ? `Linked as ${linked.email}` : "Not linked";
  account.dataset.linked = linked !== null;
  if (byId("app-notice").textContent !== (notice ?? "")) byId("app-notice").textContent = notice ?? "";
  byId("unlink").hidden = linked === null;
  byId("sign-in").hidden = byId("shortcut").hidden = linked !== null;
}

/** The profile of whoever speaks, if Alexa knows the voice: what they link there is theirs alone. */
function showProfile(person) {
  byId("profile").hidden = person === undefined;
  if (!person) return;
  byId("profile-name").textContent = `Profile of ${person.name}`;
  byId("profile-state").textContent = person.linked ? "Own account linked" : "Uses the household's account";
  byId("profile-state").dataset.linked = byId("link-own").hidden = person.linked;
  byId("pin-state").textContent = person.pin ? "PIN set" : "No PIN";
}

function customerItem({ name, about }, act) {
  return h("li", {}, h("button", { type: "button", onclick: () => act(`app: link ${name}`) }, h("b", {}, name), about));
}

/** Whether a card still asks to link: only the newest, and only while the token is no good. */
function linking(card, { cards, linked, token }) {
  if (card.type !== "LinkAccount") return null;
  const newest = cards.findLast(({ type }) => type === "LinkAccount");
  if (linked && token === "valid") return "done";
  return newest.id === card.id ? "offered" : "superseded";
}

/** What Alexa itself writes on cards that bring no words of their own. */
const WORDS = {
  LinkAccount: ["Link your account", "Sign in once, and Pizza on Demand knows who is speaking."],
  AskForPermissionsConsent: ["Permission needed", "Pizza on Demand asks for your permission."],
};

export function cardTitle({ title, type }) {
  return title ?? WORDS[type]?.[0] ?? type;
}

function cardItem(card, openSheet) {
  return h("li", { class: "card" },
    h("p", { class: "card-source" }, icon("/static/icon.svg#slice"), `Pizza on Demand · turn ${card.turn}`),
    h("h4", {}, cardTitle(card)),
    h("p", {}, card.text ?? WORDS[card.type]?.[1] ?? ""),
    card.image && h("img", { src: card.image, alt: "" }),
    card.link === "offered" && h("button", { class: "button primary", type: "button", onclick: openSheet }, "Link account"),
    card.link === "done" && h("p", { class: "card-done" }, icon("check"), "Account linked"));
}

/** The in-app browser in which Alexa shows the tenant's login page. */
function signInSheet() {
  const sheet = byId("sheet");
  let opener = null;

  const close = () => {
    sheet.hidden = true;
    byId("phone-scroll").inert = false;
    byId("sheet-frame").src = "about:blank";
    if (opener?.isConnected) opener.focus();
    else byId("unlink").focus();
  };
  byId("close-sheet").addEventListener("click", close);
  sheet.addEventListener("keydown", (event) => event.key === "Escape" && close());
  new BroadcastChannel("linking").addEventListener("message", () => {
    if (!sheet.hidden) setTimeout(close, LINKED_MOMENT);
  });

  return {
    open(origin) {
      opener = document.activeElement;
      sheet.hidden = false;
      byId("phone-scroll").inert = true;
      byId("sheet-address").textContent = new URL(origin).host;
      byId("sheet-frame").src = "/app/link";
      byId("close-sheet").focus();
    },
  };
}
