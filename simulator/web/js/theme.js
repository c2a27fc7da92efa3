/** Light or dark: what the system prefers, until somebody chooses. */

import { recall, remember } from "./remember.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

export function showTheme() {
  const theme = recall("theme") ?? (dark.matches ? "dark" : "light");
  document.documentElement.dataset.theme = theme;
  document.getElementById("theme")?.setAttribute("aria-checked", theme === "dark");
}

/** Let the button in the masthead choose. */
export function offerThemes(button) {
  button.addEventListener("click", () => {
    remember("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    showTheme();
  });
  showTheme();
}

dark.addEventListener("change", showTheme);
showTheme();
