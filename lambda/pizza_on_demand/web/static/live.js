// Keeps the orders on a page as they are. A socket says that something has changed, and nothing
// more; the page then fetches itself, and exchanges what is in its region.

const LONGEST_WAIT = 60_000;
const CLOCKS = / data-left="\d+"/g;

const region = document.querySelector("[data-live]");
const news = document.querySelector("[data-news]");
const sign = document.querySelector("[data-live-sign]");
const { live: address, door } = region.dataset;

let shown = withoutClocks(region.innerHTML);
let fetching = false;
let stale = false;
let socket = null;
let connecting = false;
let failures = 0;
let retry;

function withoutClocks(html) {
  return html.replace(CLOCKS, "");
}

// Fetching

async function refresh() {
  stale = true;
  if (fetching) return;
  fetching = true;
  while (stale) {
    stale = false;
    await load();
  }
  fetching = false;
}

async function load() {
  try {
    const answer = await fetch(address, { redirect: "manual" });
    if (answer.ok) show(await answer.text());
    else if (answer.status < 500) location.assign(address); // signed out, or no longer there
    else throw new Error(answer.status);
  } catch {
    setTimeout(refresh, jittered(10_000));
  }
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-live]");
  const next = withoutClocks(fresh.innerHTML);
  if (next === shown) {
    setClocks(fresh);
  } else {
    shown = next;
    exchange(fresh);
  }
  document.dispatchEvent(new Event("refreshed"));
}

function setClocks(fresh) {
  const clocks = region.querySelectorAll("[data-left]");
  fresh.querySelectorAll("[data-left]").forEach((clock, n) => {
    clocks[n].dataset.left = clock.dataset.left;
  });
}

function exchange(fresh) {
  const before = said(region);
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  const selection = focused?.matches("input") && [focused.selectionStart, focused.selectionEnd];
  keep(fresh);
  region.replaceChildren(...fresh.childNodes);
  if (focused) refocus(focused, selection);
  announce(before);
}

// A form that is still good keeps what was typed, and what was said about it.
function keep(fresh) {
  for (const form of region.querySelectorAll("[data-keep]")) {
    fresh.querySelector(`[data-keep="${form.dataset.keep}"]`)?.replaceWith(form);
  }
  for (const { id, value } of region.querySelectorAll("input[id]")) {
    const field = fresh.querySelector(`#${id}`);
    if (field) field.value = value;
  }
  for (const { id } of region.querySelectorAll("details[open]")) {
    fresh.querySelector(`#${id}`)?.setAttribute("open", "");
  }
}

function refocus({ id }, selection) {
  const same = id && document.getElementById(id);
  (same || region).focus({ preventScroll: true });
  if (same && selection) same.setSelectionRange(...selection);
}

function said(root) {
  const orders = [...root.querySelectorAll("[data-order]")];
  return new Map(orders.map(({ dataset }) => [dataset.order, dataset.said]));
}

function announce(before) {
  const changed = [...region.querySelectorAll("[data-order]")].filter(
    ({ dataset }) => before.get(dataset.order) !== dataset.said,
  );
  for (const order of changed) order.classList.add("news");
  if (changed.length) news.textContent = changed.map(({ dataset }) => dataset.said).join(". ");
}

// Being told

async function connect() {
  clearTimeout(retry);
  if (!door || socket || connecting || document.hidden) return;
  connecting = true;
  try {
    const answer = await fetch(door, { method: "POST" });
    if (answer.status === 401) location.assign(address);
    if (!answer.ok) throw new Error(answer.status);
    open(await answer.json());
  } catch {
    connectLater();
  } finally {
    connecting = false;
  }
}

function open({ url, ticket }) {
  socket = new WebSocket(url, ["orders", ticket]);
  socket.addEventListener("open", () => {
    failures = 0;
    sign.hidden = false;
    refresh(); // It may have changed between the page and the socket.
  });
  socket.addEventListener("message", refresh);
  socket.addEventListener("close", () => {
    socket = null;
    sign.hidden = true;
    connectLater();
  });
}

function connectLater() {
  retry = setTimeout(connect, jittered(Math.min(LONGEST_WAIT, 1000 * 2 ** failures)));
  failures += 1;
}

// Many pages that lose their server at once must not come back at once.
function jittered(wait) {
  return wait * (0.5 + Math.random());
}

function beSeen() {
  if (document.hidden) {
    socket?.close();
  } else {
    connect();
    refresh();
  }
}

// The answer to a form stands at the form's address, which cannot be loaded again.
history.replaceState(null, "", address);
document.addEventListener("visibilitychange", beSeen);
document.addEventListener("timeover", refresh);
connect();
