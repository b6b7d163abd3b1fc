/** What a form and the panel share: elements, their words, and keys of both kinds. */

/** Makes an element; strings among the children become text. */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

let made = 0;
export const newId = () => `wk-${(made += 1)}-${Math.floor(Math.random() * 1e9)}`;

export const fill = (words, slots) =>
  words.replace(/\{(\w+)\}/g, (slot, name) => slots[name] ?? slot);

export const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Random even where a page without https has no crypto.randomUUID. */
export function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Keys that edit text, move in it or run a cell. JupyterLab takes them, with or
// without Ctrl, for the notebook around it and would change its cells.
const OURS = new Set(
  "enter backspace delete home end arrowup arrowdown arrowleft arrowright a c m v x y z"
    .split(" "),
);

export function guardKeys(event) {
  const command = event.ctrlKey || event.metaKey || event.altKey;
  if (!command || OURS.has(event.key?.toLowerCase())) event.stopPropagation();
}
