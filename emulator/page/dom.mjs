// @ts-nocheck Runs in the browser; the workspace's types are Node's.
/** Making and keeping elements. */

export const at = (id) => document.getElementById(id);

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== undefined && child !== ""));
  return element;
}

/** Text that changes only when it is another: a screen reader is not told the same again. */
export function say(id, text) {
  if (at(id).textContent !== text) at(id).textContent = text;
}

/**
 * Makes the children of `place` those of `items`. What did not change stays the element that it was, so focus,
 * selection and scroll position survive the refresh of each second; focus also when its row did change.
 */
export function keep(place, items, keyOf, render) {
  const old = place.kept ?? new Map();
  const kept = new Map();
  const focused = place.contains(document.activeElement) ? document.activeElement : undefined;
  const focus = focused?.dataset.focus;
  for (const item of items) {
    const key = String(keyOf(item));
    const text = JSON.stringify(item);
    const before = old.get(key);
    kept.set(key, before?.text === text ? before : { text, elements: [render(item)].flat() });
  }
  place.kept = kept;
  const wanted = [...kept.values()].flatMap(({ elements }) => elements);
  for (const child of Array.from(place.children)) if (!wanted.includes(child)) child.remove();
  for (const [index, element] of wanted.entries()) {
    if (place.children[index] !== element) place.insertBefore(element, place.children[index] ?? null);
  }
  if (focus && !document.contains(focused)) {
    [...place.querySelectorAll("[data-focus]")].find((element) => element.dataset.focus === focus)?.focus();
  }
  const table = place.closest("table");
  const empty = (table ?? place).parentElement.querySelector(":scope > .empty");
  if (table) table.hidden = items.length === 0;
  if (empty) empty.hidden = items.length > 0;
}

export const badge = (text, kind) => h("span", { class: `badge ${kind}` }, text);
export const number = (value) => value.toLocaleString("en");
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** Seconds as people say them. */
export function span(seconds) {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

/** A bar with its numbers as text. */
export function meter({ type, used, limit }) {
  const share = limit === 0 ? 0 : used / limit;
  const fill = h("div", { class: share >= 1 ? "fill bad" : share >= 0.8 ? "fill warn" : "fill" });
  fill.style.width = `${used === 0 ? 0 : Math.max(2, share * 100)}%`;
  const label = `${type}: ${number(used)} of ${number(limit)} used`;
  return h(
    "div",
    { class: "meter", role: "meter", "aria-label": label, "aria-valuenow": used, "aria-valuemax": limit },
    h(
      "div",
      { class: "caption" },
      h("span", { title: type }, type),
      h("span", { class: "quiet" }, `${number(used)} / ${number(limit)}`),
    ),
    h("div", { class: "track" }, fill),
  );
}

/** What is open stays open over refreshes. */
const open = new Set();

/** A line that unfolds to more. */
export function folding(key, summary, more) {
  const toggled = ({ target }) => (target.open ? open.add(key) : open.delete(key));
  return h("details", { open: open.has(key), ontoggle: toggled }, h("summary", { "data-focus": key }, summary), more());
}

/** A row that opens a second one with more. */
export function opening(key, name, cells, more) {
  const details = h(
    "tr",
    { class: "more", hidden: !open.has(key) },
    h("td", { colspan: 9 }, open.has(key) ? more() : ""),
  );
  const toggle = h(
    "button",
    {
      type: "button",
      class: "toggle",
      "aria-expanded": String(open.has(key)),
      "aria-label": `More about ${name}`,
      "data-focus": key,
      onclick: () => {
        const now = !open.has(key);
        if (now) open.add(key);
        else open.delete(key);
        toggle.setAttribute("aria-expanded", String(now));
        details.hidden = !now;
        details.firstChild.replaceChildren(...(now ? [more()].flat() : []));
      },
    },
    "",
  );
  const row = h("tr", { class: "opens" }, cells);
  row.firstChild.prepend(toggle);
  row.addEventListener("click", ({ target }) => {
    if (target.closest("button, a, input, select") || String(getSelection()) !== "") return;
    toggle.click();
  });
  return [row, details];
}
