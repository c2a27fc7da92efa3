/** Building and updating elements, without ever parsing a string as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * Build an element: `h("button", { class: "chip", onclick: say }, "menu")`.
 * An attribute that is null or false is left out, and so is such a child.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** One of the icons in index.html, as decoration. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", name.startsWith("/") ? name : `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** An SVG polygon that fills its box; its points are percentages of it. */
export function polygon(points) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(SVG, "polygon");
  shape.setAttribute("points", points);
  svg.append(shape);
  return svg;
}

/** Say in a badge how much is new; without anything new there is none. */
export function showUnread(badge, count) {
  badge.hidden = count === 0;
  badge.replaceChildren(String(count), h("span", { class: "visually-hidden" }, " unread"));
}

/** Set CSS properties from script, which a Content-Security-Policy permits. */
export function styled(element, properties) {
  for (const [name, value] of Object.entries(properties)) element.style.setProperty(name, value);
  return element;
}

const factsOf = new WeakMap();

/**
 * Make `parent` show `items`, one child each. A child whose item is the same as before
 * stays the very same element, so that focus, scrolling and open details survive.
 */
export function fill(parent, items, build) {
  const wanted = new Map(items.map((item) => [JSON.stringify(item), item]));
  const kept = new Map();
  for (const child of [...parent.children]) {
    if (wanted.has(factsOf.get(child))) kept.set(factsOf.get(child), child);
    else child.remove();
  }
  let place = parent.firstElementChild;
  for (const [facts, item] of wanted) {
    const child = kept.get(facts) ?? build(item);
    factsOf.set(child, facts);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
}

/** Show `choices` in a `<select>`, with `chosen` selected. */
export function fillSelect(select, choices, chosen) {
  fill(select, choices, (choice) => h("option", { value: choice }, choice));
  select.value = chosen;
}
