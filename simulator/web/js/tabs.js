/** Tabs as the ARIA Authoring Practices describe them: arrows move, Home and End jump. */

const MOVES = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/**
 * Bring a `[role=tablist]` with `[role=tab]`s to life; returns `choose(index)`.
 * The container hears "change" when another panel is shown, as a `<select>` would.
 */
export function tabs(container) {
  const all = [...container.querySelectorAll("[role=tab]")];
  const choose = (index) => {
    all.forEach((tab, i) => {
      tab.setAttribute("aria-selected", i === index);
      tab.tabIndex = i === index ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = i !== index;
    });
    container.dispatchEvent(new Event("change"));
  };
  all.forEach((tab, index) => {
    tab.addEventListener("click", () => choose(index));
    tab.addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      if (move === undefined) return;
      event.preventDefault();
      const next = Math.min(Math.max(index + move, 0), all.length - 1);
      choose(next);
      all[next].focus();
    });
  });
  choose(0);
  return choose;
}
