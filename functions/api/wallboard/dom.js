/**
 * Builds and changes elements. Texts become text nodes and never markup: what a customer wrote can do nothing here.
 */
const SVG = "http://www.w3.org/2000/svg";

/** Makes an element: `h("a.row", { href }, "text", child)`, or without attributes. What is null or false is left out. */
export const h = (kind, ...content) => filled(document.createElement(kind.split(".")[0]), kind, content);

/** The same for a drawing. */
export const svg = (kind, ...content) => filled(document.createElementNS(SVG, kind), kind, content);

function filled(element, kind, [first, ...others]) {
  const hasAttributes = first?.constructor === Object;
  const classes = kind.split(".").slice(1).join(" ");
  if (classes) element.setAttribute("class", classes);
  for (const [name, value] of Object.entries(hasAttributes ? first : {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (isThere(value)) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...(hasAttributes ? others : [first, ...others]).flat().filter(isThere));
  return element;
}

const isThere = (value) => (value ?? false) !== false;

/** Everything that steers a terminal or turns the direction of a line around: never shown, whoever wrote it. */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/gu;

/** A sign beside words that say the same: screen readers pass over it. */
export const mark = (sign) => h("span.mark", { "aria-hidden": "true" }, sign);

/** Somebody else's words: without steering characters, and apart from the direction of the words around them. */
export const foreign = (text, kind = "bdi") => h(kind, { dir: "auto" }, inert(text));

export const inert = (text) => text.replace(STEERING, (character) => (character === "\n" ? "\n" : ""));

/** Where a link to X may lead: nowhere else. */
export const onX = (url, ...children) =>
  url?.startsWith("https://x.com/") ? h("a", { href: url, target: "_blank", rel: "noreferrer noopener" }, ...children) : h("span", ...children);

export const button = (attributes, ...content) => h("button", { type: "button", ...attributes }, ...content);

export const find = (id) => document.getElementById(id);

/** Changes an element's text only if it differs, so that screen readers and selections are left in peace. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const shown = new WeakMap();

/** Builds an element's content anew only when what it shows has changed; focus inside survives everything else. */
export function show(element, value, build) {
  const now = JSON.stringify(value);
  if (shown.get(element) === now) return;
  shown.set(element, now);
  element.replaceChildren(...[build(value)].flat().filter(Boolean));
}

/** Brings the children in line with `items` by key: kept elements keep their focus and only change their content. */
export function list(parent, items, key, make, change) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const element = old.get(key(item)) ?? make(item);
    element.dataset.key = key(item);
    change(element, item);
    return element;
  });
  const keep = new Set(wanted);
  for (const child of old.values()) if (!keep.has(child)) child.remove();
  wanted.forEach((element, place) => {
    if (parent.children[place] !== element) moved(parent, element, parent.children[place] ?? null);
  });
}

/** Moving an element takes its focus away; it gets it back. */
function moved(parent, element, before) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  parent.insertBefore(element, before);
  focused?.focus({ preventScroll: true });
}
