/** The phone: text messages, under the number that they went to. */

import { byId, fill, h, showUnread } from "./dom.js";
import { shortTime } from "./times.js";

export function messages(world) {
  const read = new Set();

  const show = () => {
    const texts = world.state?.phone ?? [];
    if (!byId("post-panel-phone").hidden) texts.forEach(({ id }) => read.add(id));
    showUnread(byId("unread-texts"), texts.filter(({ id }) => !read.has(id)).length);
    showThreads(texts);
    byId("no-texts").hidden = texts.length > 0;
  };
  byId("post-tabs").addEventListener("change", show);
  world.watch(show);
}

function showThreads(texts) {
  const threads = Object.groupBy(texts, ({ to }) => to);
  fill(byId("threads"), Object.keys(threads), thread);
  for (const item of byId("threads").children) {
    const list = item.querySelector("ol");
    const before = list.lastElementChild;
    fill(list, threads[item.dataset.number], message);
    if (list.lastElementChild !== before) list.lastElementChild.scrollIntoView({ block: "nearest" });
  }
}

function thread(number) {
  return h("li", { "data-number": number },
    h("h3", { class: "number" }, inGroups(number)),
    h("ol", { class: "thread" }));
}

/** "+1 555 555 0100" of "+15555550100"; other countries write their numbers in other groups. */
const inGroups = (number) => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "+1 $1 $2 $3");

function message({ at, text }) {
  return h("li", {},
    h("p", { class: "bubble text" }, text),
    h("time", { class: "text-time", datetime: at }, shortTime(at)));
}
