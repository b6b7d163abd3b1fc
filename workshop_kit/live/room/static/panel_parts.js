/** What the panel is made of: elements, and lists that stand still. */

// ---------------------------------------------------------------- the page

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

let counted = 0;
export const newId = () => `wkp-${(counted += 1)}-${Math.floor(Math.random() * 1e9)}`;

export const fill = (words, slots) =>
  words.replace(/\{(\w+)\}/g, (slot, name) => slots[name] ?? slot);

export const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = !text;
}

export function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

// Keys that edit text, move in it or run a cell. JupyterLab takes them, with or
// without Ctrl, for the notebook around the panel and would change its cells.
const OURS = new Set(
  "enter backspace delete home end arrowup arrowdown arrowleft arrowright a c m v x y z"
    .split(" "),
);

export function guardKeys(event) {
  const command = event.ctrlKey || event.metaKey || event.altKey;
  if (!command || OURS.has(event.key?.toLowerCase())) event.stopPropagation();
}

// ------------------------------------------------------- lists that stand still

/**
 * Brings a list up to date: one element per id, made once. The element in which
 * somebody is at work never moves; the others move around it.
 */
export function keyed(parent, make) {
  const known = new Map();
  return (items) => {
    const ids = new Set(items.map(({ id }) => id));
    for (const [id, part] of known) {
      if (ids.has(id)) continue;
      part.el.remove();
      known.delete(id);
    }
    for (const item of items) {
      if (!known.has(item.id)) known.set(item.id, make(item));
      known.get(item.id).update?.(item);
    }
    const wanted = items.map(({ id }) => known.get(id).el);
    if (same([...parent.children].map((el) => wanted.indexOf(el)), wanted.map((_, i) => i))) {
      return;
    }
    const still = wanted.findIndex((el) => el.contains(document.activeElement));
    for (const el of wanted.slice(0, Math.max(0, still))) wanted[still].before(el);
    for (const el of wanted.slice(still + 1)) parent.append(el);
  };
}

/** Options of a select; what somebody is choosing at this moment is left alone. */
export function options(select) {
  let drawn = null;
  return (items, chosen) => {
    if (document.activeElement !== select || !drawn) {
      if (!same(items, drawn)) {
        drawn = items;
        select.replaceChildren(
          ...items.map(({ id, label }) => h("option", { value: id }, label)),
        );
      }
    }
    if (document.activeElement !== select) select.value = chosen;
  };
}

/** A text field that takes over words from elsewhere unless somebody typed in it. */
export function follows(input) {
  let taken = "";
  return (value) => {
    if (value === taken) return;
    const typed = input.value !== taken || document.activeElement === input;
    taken = value;
    if (!typed) input.value = value;
  };
}
