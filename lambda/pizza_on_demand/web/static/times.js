// Times in the zone of the browser and the language of the page, and clocks that run.
// The server says how many seconds are left, so the clock of the device may be wrong.

const STYLES = {
  day: { dateStyle: "medium", timeStyle: "short" },
  hour: { timeStyle: "short" },
};

let ends = new Map();

function translate(time) {
  const style = STYLES[time.dataset.show];
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date(time.dateTime));
}

function start() {
  document.querySelectorAll("time[data-show]").forEach(translate);
  ends = new Map(
    [...document.querySelectorAll("[data-left]")].map((clock) => [
      clock,
      performance.now() + clock.dataset.left * 1000,
    ]),
  );
  tick();
}

function tick() {
  for (const [clock, end] of ends) {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    show(clock, left);
    if (left === 0) {
      ends.delete(clock);
      document.dispatchEvent(new Event("timeover"));
    }
  }
}

function show(clock, left) {
  const hours = Math.floor(left / 3600);
  const parts = [Math.floor(left / 60) % 60, left % 60].map((part) => String(part).padStart(2, "0"));
  clock.querySelector("[data-countdown]").hidden = false;
  clock.querySelector("[data-clock]").textContent = (hours ? [hours, ...parts] : parts).join(":");
  clock.querySelector("[data-rim]").setAttribute("stroke-dashoffset", 1 - left / clock.dataset.of);
}

document.addEventListener("refreshed", start);
setInterval(tick, 1000);
start();
