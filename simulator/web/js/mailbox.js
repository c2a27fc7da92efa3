/** The mailbox: a list, or one mail open. */

import { byId, fill, h, showUnread } from "./dom.js";
import { tabs } from "./tabs.js";
import { longTime, shortTime } from "./times.js";

export function mailbox(world) {
  const read = new Set();
  const chooseTab = tabs(byId("mail-tabs"));
  const row = (id) => byId("mail-list").querySelector(`[data-mail="${CSS.escape(id)}"]`);
  let open = null;

  const showList = () => {
    const mails = (world.state?.mailbox ?? []).map(({ text, ...mail }) => (
      { ...mail, preview: preview(text), unread: !read.has(mail.id) }));
    fill(byId("mail-list"), mails.reverse(), (mail) => mailRow(mail, () => openMail(mail.id)));
    showUnread(byId("unread-mails"), mails.filter(({ unread }) => unread).length);
    byId("no-mail").hidden = mails.length > 0;
  };

  const show = (mail) => {
    byId("mail").hidden = mail === null;
    byId("mail-list-pane").hidden = mail !== null;
  };

  const openMail = (id) => {
    open = id;
    read.add(id);
    const mail = world.state.mailbox.find((each) => each.id === id);
    chooseTab(0);
    showMail(mail);
    show(mail);
    showList();
    byId("mail-subject").focus();
  };

  const close = () => {
    const was = open;
    open = null;
    show(null);
    row(was)?.focus();
  };

  byId("back-to-list").addEventListener("click", close);
  byId("mail").addEventListener("keydown", (event) => event.key === "Escape" && close());
  world.watch(() => {
    showList();
    if (open !== null && !world.state.mailbox.some(({ id }) => id === open)) close();
  });
}

const preview = (text) => text.replaceAll(/\s+/g, " ").slice(0, 140);

function mailRow(mail, open) {
  return h("li", {}, h("button", {
    class: "mail-row",
    type: "button",
    "data-mail": mail.id,
    "data-unread": String(mail.unread),
    onclick: open,
  },
  h("span", { class: "dot" }, mail.unread && h("span", { class: "visually-hidden" }, "Unread. ")),
  h("span", { class: "from" }, senderName(mail.from)),
  h("time", { datetime: mail.at }, shortTime(mail.at)),
  h("span", { class: "subject" }, mail.subject),
  h("span", { class: "preview" }, mail.preview)));
}

/** "Pizza on Demand" of “Pizza on Demand <hello@pizza.example>”. */
function senderName(address) {
  return address.replace(/\s*<[^>]*>$/, "").replaceAll('"', "") || address;
}

function showMail(mail) {
  byId("mail-subject").textContent = mail.subject;
  byId("mail-addresses").textContent = `To ${mail.to}, from ${mail.from}`;
  byId("mail-time").textContent = longTime(mail.at);
  byId("mail-time").dateTime = mail.at;
  byId("mail-text").textContent = mail.text;
  byId("mail-frame").src = `/mail/${encodeURIComponent(mail.id)}/html`;
}
